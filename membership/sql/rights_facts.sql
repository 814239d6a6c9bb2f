-- All the facts that rights are computed from (membership/rules/coverage), one row a person:
-- who it is, the household, and by mutualist year the terms, enrolment, payments and promise.
-- `years` holds the year of the day and, for a child born in the year before it, that one too.
-- A federation without a campaign of its own lives by the confederation's.
--
-- Run with the caller's own rights: behind row-level security it finds the tenant's people only.
CREATE OR REPLACE FUNCTION coverage_facts(people bigint[], on_day date)
    RETURNS TABLE (
        beneficiary_id bigint, person_id uuid, number varchar, family_name varchar,
        given_name varchar, sex varchar, birth_date date, is_birth_estimated boolean,
        relationship varchar, joined_on date, declared_on date, left_on date,
        left_because varchar, died_on date, tenant_id smallint, federation varchar,
        household_id bigint, closed_on date, closed_because varchar, reinstated_on date,
        holes jsonb,
        unit_id bigint, unit_name varchar, unit_phone varchar, federation_phone varchar,
        years jsonb
    )
    LANGUAGE sql STABLE
AS $function$
    SELECT b.id, b.person_id, b.number, b.family_name, b.given_name, b.sex, b.birth_date,
           b.is_birth_estimated, b.relationship, b.joined_on, b.declared_on, b.left_on,
           b.left_because, b.died_on, b.tenant_id, f.short_name, h.id,
           -- Taken back, a household keeps the days in between without rights.
           coalesce(h.closed_on, h.struck_off_on),
           CASE WHEN h.closed_on IS NULL AND h.struck_off_on IS NOT NULL
                THEN 'struck_off'::varchar ELSE h.closed_because END,
           h.reinstated_on, o.holes, u.id, u.name,
           coalesce(nullif(u.phone, ''), c.phone, ''), coalesce(r.phone, ''), y.years
    FROM public.membership_beneficiary b
    JOIN public.membership_household h ON h.tenant_id = b.tenant_id AND h.id = b.household_id
    JOIN public.federations_federation f ON f.id = b.tenant_id
    JOIN public.federations_unit u ON u.id = h.unit_id
    LEFT JOIN public.federations_unit c ON c.id = u.management_centre_id
    LEFT JOIN LATERAL (
        SELECT root.phone
        FROM public.federations_unit root
        WHERE root.tenant_id = b.tenant_id AND root.kind IN ('federation', 'confederation')
          AND root.phone <> ''
        ORDER BY root.valid_to DESC NULLS FIRST
        LIMIT 1
    ) r ON true
    -- Each return with the striking off or closing that it undid, in the order of the decisions:
    -- the household's own columns remember the last only.
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(gone.happened_on, back.happened_on,
                                           gone.kind = 'struck_off')) AS holes
        FROM public.membership_lifeevent back
        CROSS JOIN LATERAL (
            SELECT e.happened_on, e.kind
            FROM public.membership_lifeevent e
            WHERE e.tenant_id = h.tenant_id AND e.household_id = h.id AND e.id < back.id
              AND e.kind IN ('struck_off', 'closed')
            ORDER BY e.id DESC
            LIMIT 1
        ) gone
        WHERE back.tenant_id = h.tenant_id AND back.household_id = h.id
          AND back.kind = 'reinstated'
    ) o ON true
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object(
                   'year', y.year, 'starts_on', y.starts_on, 'ends_on', y.ends_on,
                   'campaign', to_jsonb(k), 'enrolment', to_jsonb(e), 'payments', p.payments,
                   'promise', q.promise)) AS years
        FROM public.membership_mutualistyear y
        LEFT JOIN LATERAL (
            SELECT k.grace_until, k.waiting_days_new, k.waiting_days_late, k.newborn_days,
                   k.promise_tolerance_days, k.waiting_from_year_start,
                   k.waiting_days_reopened, k.entry_back_days
            FROM public.membership_campaign k
            JOIN public.federations_federation t ON t.id = k.tenant_id
            WHERE k.year_id = y.year AND (t.id = b.tenant_id OR t.kind = 'confederation')
            ORDER BY t.id = b.tenant_id DESC
            LIMIT 1
        ) k ON true
        LEFT JOIN LATERAL (
            SELECT e.id, e.enrolled_on, e.is_renewal, e.cancelled_on, e.waits_until,
                   e.opens_on, e.first_signed_on,
                   e.contribution_francs + e.joining_fee_francs - e.payer_francs AS due_francs,
                   s.supplement_francs,
                   coalesce(h.first_registered_on, h.registered_on) AS household_since,
                   -- What a transfer opened answers for no day before it.
                   CASE WHEN h.first_registered_on IS NOT NULL THEN h.registered_on END
                       AS arrived_on,
                   b.continues_cover
            FROM public.membership_enrolment e
            -- Money pays what was signed, then the people who joined, in the order of their
            -- lines: this person is paid for once all lines up to theirs are.
            LEFT JOIN LATERAL (
                SELECT coalesce(sum(l.contribution_francs - l.payer_francs), 0)
                       AS supplement_francs
                FROM public.membership_enrolmentsupplement l
                WHERE l.tenant_id = b.tenant_id AND l.enrolment_id = e.id
                  AND coalesce(l.reverses_id, l.id) <= (
                      SELECT max(own.id)
                      FROM public.membership_enrolmentsupplement own
                      WHERE own.tenant_id = b.tenant_id AND own.enrolment_id = e.id
                        AND own.beneficiary_id = b.id AND own.reverses_id IS NULL)
            ) s ON true
            WHERE e.tenant_id = b.tenant_id AND e.household_id = b.household_id
              AND e.year_id = y.year
            ORDER BY e.cancelled_on IS NOT NULL, e.id DESC
            LIMIT 1
        ) e ON true
        LEFT JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(p.received_on, p.amount_francs)) AS payments
            FROM public.membership_payment p
            WHERE p.tenant_id = b.tenant_id AND p.enrolment_id = e.id AND p.payer = 'household'
        ) p ON true
        LEFT JOIN LATERAL (
            SELECT jsonb_build_object('accepted_on', q.answered_on,
                       'withdrawn_on', q.withdrawn_on, 'instalments', (
                       SELECT jsonb_agg(jsonb_build_array(i.due_on, i.amount_francs)
                                        ORDER BY i.due_on)
                       FROM public.membership_promiseinstalment i
                       WHERE i.tenant_id = b.tenant_id AND i.promise_id = q.id)) AS promise
            FROM public.membership_promise q
            WHERE q.tenant_id = b.tenant_id AND q.enrolment_id = e.id AND q.state = 'accepted'
            ORDER BY q.withdrawn_on IS NOT NULL, q.id DESC
            LIMIT 1
        ) q ON true
        WHERE on_day >= y.starts_on AND on_day < y.ends_on
           OR b.birth_date >= y.starts_on AND b.birth_date < y.ends_on
          AND b.birth_date > on_day - 366
    ) y
    WHERE b.id = ANY (people)
$function$;

-- Counts one more check of whoever asks and returns how many of its transaction came before. It is
-- kept in a sequence, which no rollback takes back: what was read before a savepoint was returned to
-- has been read. `currval` is the session's own; where that was discarded, the last that anybody
-- counted is looked at. Only rights_facts may move the sequence.
CREATE SEQUENCE IF NOT EXISTS rights_asked;
REVOKE ALL ON SEQUENCE rights_asked FROM
    conamus_app, conamus_federation, conamus_confederation, conamus_facility, conamus_regulator,
    conamus_nurse, conamus_adviser, conamus_system;
GRANT SELECT, UPDATE ON SEQUENCE rights_asked TO conamus_definer;
CREATE OR REPLACE FUNCTION count_rights_asked(asker text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
AS $function$
DECLARE
    -- Fifty bits say whose transaction it is, the last twelve count.
    whose constant bigint := hashtextextended(
        concat_ws(' ', pg_backend_pid(), date_part('epoch', transaction_timestamp()), asker), 0)
        & 1125899906842623;
    kept bigint;
    before bigint;
BEGIN
    BEGIN
        kept := currval('public.rights_asked');
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        kept := (SELECT s.last_value FROM public.rights_asked s);
    END;
    before := CASE WHEN kept >> 12 = whose THEN kept & 4095 ELSE 0 END;
    PERFORM setval('public.rights_asked', (whose << 12) + least(before + 1, 4095));
    RETURN before;
END
$function$;

-- Of whom the person of the scope was told since a moment: one row a check, the refused ones left
-- out.
CREATE OR REPLACE FUNCTION rights_checked_since(since timestamptz) RETURNS SETOF bigint[]
    LANGUAGE sql STABLE
AS $function$
    WITH asker AS (
        SELECT nullif(current_setting('app.tenant_id', true), '')::smallint AS tenant,
               nullif(current_setting('app.facility_id', true), '')::bigint AS facility,
               nullif(current_setting('app.actor_id', true), '')::bigint AS person
    )
    SELECT c.people
    FROM asker
    CROSS JOIN LATERAL (
        -- Two ways, each by the index.
        SELECT k.people, k.how, k.asked_by_user_id
        FROM public.membership_rightscheck k
        WHERE k.tenant_id = asker.tenant AND k.facility_id = asker.facility
          AND k.asked_at >= since
        UNION ALL
        SELECT k.people, k.how, k.asked_by_user_id
        FROM public.membership_rightscheck k
        WHERE asker.facility IS NULL AND k.tenant_id = asker.tenant AND k.facility_id IS NULL
          AND k.asked_at >= since
    ) c
    WHERE c.how <> 'refused' AND c.asked_by_user_id IS NOT DISTINCT FROM asker.person
$function$;

-- The rights check: finds people of every federation (records_reached) and gives the facts above,
-- at most 60 people. The caller shows the answer and the whom to call, nothing else of these facts
-- (membership/services/rights.py).
--
-- It writes the trace itself, in a table that its caller cannot write: who asks, what (`typed`), of
-- which people, before any of them is told; the caller adds its answers to that row (`check_id`).
-- Who has asked as often as rights_limits() lets anybody is told nothing: one row, `is_refused`.
--
-- Beside each person: when the card whose serial was asked with was revoked, itself or with its
-- key, and why.
--
-- It refuses whoever is not in a scope, or asks for more than one check's spellings.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS rights_facts(text[], text[], text, integer, date);
DROP FUNCTION IF EXISTS rights_facts(text[], text[], text, integer, date, text);
CREATE OR REPLACE FUNCTION rights_facts(
    codes text[], phones text[], sound text, born integer, on_day date, typed text
)
    RETURNS TABLE (
        beneficiary_id bigint, person_id uuid, number varchar, family_name varchar,
        given_name varchar, sex varchar, birth_date date, is_birth_estimated boolean,
        relationship varchar, joined_on date, declared_on date, left_on date,
        left_because varchar, died_on date, tenant_id smallint, federation varchar,
        household_id bigint, closed_on date, closed_because varchar, reinstated_on date,
        holes jsonb,
        unit_id bigint, unit_name varchar, unit_phone varchar, federation_phone varchar,
        years jsonb, card_revoked_on date, card_revoked_because varchar,
        check_id bigint, is_refused boolean
    )
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    of_tenant constant smallint := nullif(current_setting('app.tenant_id', true), '');
    of_facility constant bigint := nullif(current_setting('app.facility_id', true), '');
    of_user constant bigint := nullif(current_setting('app.actor_id', true), '');
    most constant integer := (SELECT l.most FROM public.rights_limits() l);
    since constant timestamptz := statement_timestamp() - make_interval(
        mins => (SELECT l.minutes FROM public.rights_limits() l));
    found bigint[] := '{}';
    is_too_often boolean;
    trace bigint;
    revoked_on date;
    revoked_because varchar := '';
BEGIN
    IF NOT public.scope_holds() THEN
        RAISE EXCEPTION 'rights_facts: permission denied outside a scope'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF cardinality(codes) > 5 OR cardinality(phones) > 2 THEN
        RAISE EXCEPTION 'rights_facts: permission denied for more than one check'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    is_too_often :=
        public.count_rights_asked(concat_ws(' ', of_tenant, of_facility, of_user)) >= most;
    IF NOT is_too_often THEN
        -- In order, so that the same people are the same array.
        found := ARRAY(
            SELECT DISTINCT r
            FROM unnest(public.records_reached(codes, phones, sound, born, on_day)) r
            ORDER BY 1 LIMIT 60);
        -- About the same people again is the same patient received: an attestation typed after its
        -- check, a page opened twice. Not so within one transaction, which no patient needs.
        SELECT count(DISTINCT people) FILTER (WHERE people <> '{}')
               + count(*) FILTER (WHERE people = '{}') >= most
               AND (found = '{}' OR count(*) FILTER (WHERE people = found) = 0)
        INTO is_too_often
        FROM public.rights_checked_since(since) people;
    END IF;
    IF is_too_often THEN
        found := '{}';
    END IF;
    INSERT INTO public.membership_rightscheck (
        tenant_id, facility_id, how, asked, for_day, found, people, answers, asked_by,
        asked_by_user_id, asked_at)
    SELECT of_tenant, of_facility,
           CASE WHEN is_too_often THEN 'refused' WHEN sound <> '' THEN 'name'
                WHEN cardinality(phones) > 0 THEN 'phone' ELSE 'number' END,
           left(typed, 130), on_day, count(DISTINCT b.person_id), found, '[]',
           current_setting('app.actor_name', true), of_user, statement_timestamp()
    FROM public.membership_beneficiary b
    WHERE b.id = ANY (found)
    RETURNING id INTO trace;
    IF is_too_often THEN
        check_id := trace;
        is_refused := true;
        RETURN NEXT;
        RETURN;
    END IF;
    IF cardinality(codes) > 0 THEN
        SELECT coalesce(c.revoked_on, k.revoked_on),
               CASE WHEN c.revoked_on IS NULL THEN 'clé révoquée' ELSE c.revoked_because END
        INTO revoked_on, revoked_because
        FROM public.membership_card c
        JOIN public.membership_signingkey k ON k.tenant_id = c.tenant_id AND k.id = c.key_id
        WHERE c.serial = ANY (codes) AND (c.revoked_on IS NOT NULL OR k.revoked_on IS NOT NULL);
    END IF;
    RETURN QUERY
    SELECT c.*, revoked_on, revoked_because, trace, false
    FROM public.coverage_facts(found, on_day) c;
END
$function$;
