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
            SELECT e.id, e.enrolled_on, e.is_renewal, e.cancelled_on,
                   e.contribution_francs + e.joining_fee_francs - e.payer_francs AS due_francs,
                   s.supplement_francs,
                   coalesce(h.first_registered_on, h.registered_on) AS household_since,
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

-- The rights check: finds people of every federation by what is written on a card (a number,
-- present or former, of a person or household; a card's serial), by a telephone, or by a whole
-- name with its year of birth, and gives the facts above. Nothing is found by a part of a name or
-- number. The caller shows the answer and the whom to call, nothing else of these facts
-- (membership/services/rights.py). At most 60 people.
--
-- Each way is tried where its argument is given: `codes` (spellings of a number or serial),
-- `phones` (spellings of a telephone), `sound` (a whole name's phonetic key, its words in any
-- order) with `born`. An estimated year of birth may be two years off. Records of people who were merged
-- into another, or entered by mistake, are not people. Who left by transfer is answered for where
-- they are today, five transfers on at most.
--
-- Beside each person: when the card whose serial was asked with was revoked, itself or with its
-- key, and why.
--
-- It refuses whoever is not in a scope, asks for more than one check's spellings, or asks twice
-- in one statement: the register is not to be read through it list by list.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS rights_facts(text[], text[], text, integer, date);
CREATE OR REPLACE FUNCTION rights_facts(
    codes text[], phones text[], sound text, born integer, on_day date
)
    RETURNS TABLE (
        beneficiary_id bigint, person_id uuid, number varchar, family_name varchar,
        given_name varchar, sex varchar, birth_date date, is_birth_estimated boolean,
        relationship varchar, joined_on date, declared_on date, left_on date,
        left_because varchar, died_on date, tenant_id smallint, federation varchar,
        household_id bigint, closed_on date, closed_because varchar, reinstated_on date,
        holes jsonb,
        unit_id bigint, unit_name varchar, unit_phone varchar, federation_phone varchar,
        years jsonb, card_revoked_on date, card_revoked_because varchar
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    found bigint[] := '{}';
    revoked_on date;
    revoked_because varchar := '';
    this_statement text := statement_timestamp()::text;
BEGIN
    IF NOT public.scope_holds() THEN
        RAISE EXCEPTION 'rights_facts: permission denied outside a scope'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF cardinality(codes) > 5 OR cardinality(phones) > 2
       OR current_setting('app.rights_asked', true) = this_statement THEN
        RAISE EXCEPTION 'rights_facts: permission denied for more than one check'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('app.rights_asked', this_statement, true);
    IF cardinality(codes) > 0 THEN
        -- One probe of the unique index (tenant, number) a tenant: there are a handful.
        found := ARRAY(
            SELECT b.id
            FROM public.federations_federation f
            JOIN public.membership_beneficiary b ON b.tenant_id = f.id AND b.number = ANY (codes)
            UNION
            SELECT b.id
            FROM public.federations_federation f
            JOIN public.membership_household h ON h.tenant_id = f.id AND h.number = ANY (codes)
            JOIN public.membership_beneficiary b
              ON b.tenant_id = h.tenant_id AND b.household_id = h.id
            UNION
            SELECT b.id
            FROM public.federations_federation f
            JOIN public.membership_formernumber n ON n.tenant_id = f.id AND n.number = ANY (codes)
            JOIN public.membership_beneficiary b
              ON b.tenant_id = n.tenant_id AND b.household_id = n.household_id
             AND (n.beneficiary_id IS NULL OR b.id = n.beneficiary_id)
            UNION
            SELECT b.id
            FROM public.membership_card c
            JOIN public.membership_beneficiary b
              ON b.tenant_id = c.tenant_id AND b.household_id = c.household_id
            WHERE c.serial = ANY (codes)
        );
        SELECT coalesce(c.revoked_on, k.revoked_on),
               CASE WHEN c.revoked_on IS NULL THEN 'clé révoquée' ELSE c.revoked_because END
        INTO revoked_on, revoked_because
        FROM public.membership_card c
        JOIN public.membership_signingkey k ON k.tenant_id = c.tenant_id AND k.id = c.key_id
        WHERE c.serial = ANY (codes) AND (c.revoked_on IS NOT NULL OR k.revoked_on IS NOT NULL);
    END IF;
    IF cardinality(phones) > 0 THEN
        found := found || ARRAY(
            SELECT b.id
            FROM public.membership_beneficiary p
            JOIN public.membership_beneficiary b
              ON b.tenant_id = p.tenant_id AND b.household_id = p.household_id
            WHERE p.phone <> '' AND p.phone = ANY (phones)
            UNION
            SELECT b.id
            FROM public.membership_household h
            JOIN public.membership_beneficiary b
              ON b.tenant_id = h.tenant_id AND b.household_id = h.id
            WHERE h.phone <> '' AND h.phone = ANY (phones)
        );
    END IF;
    IF sound <> '' AND born IS NOT NULL THEN
        found := found || ARRAY(
            SELECT b.id
            FROM public.membership_beneficiary b
            WHERE b.phonetic_key = sound
              AND abs(extract(year FROM b.birth_date) - born)
                  <= CASE WHEN b.is_birth_estimated THEN 2 ELSE 0 END
        );
    END IF;
    found := ARRAY(
        WITH RECURSIVE walk AS (
            SELECT b.id AS start, 0 AS hop, b.id, b.tenant_id, b.household_id, b.person_id,
                   b.number, b.left_on, b.left_because
            FROM public.membership_beneficiary b
            WHERE b.id = ANY (found)
            UNION ALL
            SELECT w.start, w.hop + 1, further.*
            FROM walk w
            CROSS JOIN LATERAL (
                -- The household that the other federation opened for them.
                SELECT b.id, b.tenant_id, b.household_id, b.person_id, b.number, b.left_on,
                       b.left_because
                FROM public.membership_transfer t
                JOIN public.membership_beneficiary b
                  ON b.tenant_id = t.destination_id AND b.household_id = t.opened_household_id
                 AND b.person_id = w.person_id
                WHERE w.left_because = 'transfer' AND t.tenant_id = w.tenant_id
                  AND t.household_id = w.household_id AND t.state = 'accepted'
                UNION ALL
                -- Merged there into another record, which has their number from then on.
                SELECT b.id, b.tenant_id, b.household_id, b.person_id, b.number, b.left_on,
                       b.left_because
                FROM public.membership_formernumber n
                JOIN public.membership_beneficiary b
                  ON b.tenant_id = n.tenant_id AND b.id = n.beneficiary_id
                WHERE w.left_because = 'merged' AND w.hop > 0 AND n.tenant_id = w.tenant_id
                  AND n.number = w.number AND b.id <> w.id
            ) further
            WHERE w.hop < 5
        )
        SELECT DISTINCT ON (w.start) w.id
        FROM walk w
        WHERE w.left_because NOT IN ('merged', 'mistake')
        ORDER BY w.start, w.hop DESC, w.left_on IS NOT NULL, w.id DESC
    );
    RETURN QUERY
    SELECT c.*, revoked_on, revoked_because
    FROM public.coverage_facts(found, on_day) c
    WHERE c.left_because NOT IN ('merged', 'mistake')
    LIMIT 60;
END
$function$;
