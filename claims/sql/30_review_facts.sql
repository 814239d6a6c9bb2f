-- What a reader may learn of a claim in sight, beyond its own rows; and what a facility may learn
-- of the answers that are awaited from it.

-- The care of the claim's patient in the year before and after, wherever it was given, whoever
-- processed it, and under whichever record, where two were merged: acts and amounts, never the reason.
CREATE OR REPLACE FUNCTION claim_person_history(claims bigint[], in_year integer)
    RETURNS TABLE (
        claim_id bigint, care_year smallint, stub_number varchar, care_kind varchar,
        starts_on date, ends_on date, facility varchar, facility_type varchar,
        federation varchar, state varchar, asked_francs bigint, mutuelle_francs bigint, acts text
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT c.id, c.care_year, c.stub_number, c.care_kind, c.starts_on, c.ends_on, h.name,
           h.facility_type, f.short_name, c.state, c.asked_francs,
           (SELECT sum(l.mutuelle_francs)::bigint
            FROM public.claims_decisionline l
            JOIN public.claims_decision d ON d.care_year = l.care_year AND d.id = l.decision_id
            WHERE d.care_year = c.care_year AND d.id = c.decision_id AND d.superseded_at IS NULL),
           (SELECT string_agg(a.name, ', ' ORDER BY i.position)
            FROM public.claims_claimline i
            JOIN public.claims_act a ON a.id = i.act_id
            WHERE i.care_year = c.care_year AND i.claim_id = c.id)
    FROM public.claims_with_records(claims, in_year) s
    -- Person by person, whatever the planner thinks that the function returns.
    CROSS JOIN LATERAL (
        SELECT o.*
        FROM unnest(s.people) own (person_id)
        JOIN public.claims_claim o ON o.person_id = own.person_id
        WHERE o.id <> s.id
          AND o.care_year BETWEEN in_year - 1 AND in_year + 1
          AND o.starts_on BETWEEN s.starts_on - 365 AND s.starts_on + 365
          AND o.state NOT IN ('cancelled', 'superseded')
        ORDER BY o.starts_on DESC, o.id DESC
        LIMIT 60
    ) c
    JOIN public.federations_healthfacility h ON h.id = c.facility_id
    JOIN public.federations_federation f ON f.id = c.processing_id
    ORDER BY c.starts_on DESC, c.id DESC
$function$;

-- Whether a person has decided the claim, kept its decision or verified it on a visit, whoever leads
-- it: what takes such a claim's place is read too. Nothing more of a visit is told.
CREATE OR REPLACE FUNCTION claim_was_read(claim bigint, in_year integer)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT EXISTS (
        SELECT FROM public.claims_in_sight(ARRAY[claim], in_year) s
        WHERE (SELECT public.scope_holds())
          AND (EXISTS (SELECT FROM public.claims_review r
                       WHERE r.claim_id = s.id AND r.decision_id IS NOT NULL
                         AND r.outcome <> 'contested')
               OR EXISTS (SELECT FROM public.claims_visitclaim v
                          WHERE v.care_year = in_year AND v.claim_id = s.id AND v.verdict <> '')))
$function$;

-- The agreement that held between the claim's facility and who processes it on the day of care:
-- with the whole federation, or with a unit; and whether it was suspended that day.
CREATE OR REPLACE FUNCTION claim_agreement(claims bigint[], in_year integer)
    RETURNS TABLE (
        number varchar, unit varchar, starts_on date, ends_on date, payment_term_days smallint,
        suspended_because varchar
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT a.number, u.name, a.starts_on, a.ends_on, a.payment_term_days,
           (SELECT p.reason FROM public.claims_agreementsuspension p
            WHERE p.agreement_id = a.id AND p.starts_on <= s.starts_on
              AND (p.ends_on IS NULL OR p.ends_on > s.starts_on)
            ORDER BY p.starts_on DESC LIMIT 1)
    FROM public.claims_in_sight(claims, in_year) s
    JOIN public.claims_claim c ON c.care_year = in_year AND c.id = s.id
    JOIN public.claims_agreement a
      ON a.tenant_id = c.processing_id AND a.facility_id = c.facility_id
     AND a.starts_on <= s.starts_on AND (a.ends_on IS NULL OR a.ends_on > s.starts_on)
    LEFT JOIN public.federations_unit u ON u.id = a.unit_id
    ORDER BY a.unit_id NULLS LAST, a.starts_on DESC
$function$;

-- The answers that the caller's own facility may give: to a question asked before the decision
-- (number 0), or to a decision within its term; each once, and what answers it is not answered again.
-- With whether the member's federation, another one, may contest too, and what is taken back of a
-- settled invoice. The terms of control stay unread.
CREATE OR REPLACE FUNCTION facility_to_answer(in_year integer)
    RETURNS TABLE (
        claim_id bigint, decision_number integer, decided_on date, last_day date, question varchar,
        asked_francs bigint, agreed_francs bigint, home_may_contest boolean,
        taken_back_francs bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH own AS (
        SELECT c.* FROM public.claims_claim c
        WHERE c.care_year = in_year
          AND (c.state IN ('to_review', 'decided')
               OR (c.state IN ('invoiced', 'paid')
                   AND EXISTS (SELECT FROM public.claims_decision d
                               WHERE d.care_year = c.care_year AND d.id = c.decision_id
                                 AND d.kind = 'redone')))
          AND c.facility_id = nullif(current_setting('app.facility_id', true), '')::bigint
          AND (SELECT public.scope_holds())
    )
    SELECT c.id, 0, NULL::date, c.waits_until - 1,
           (SELECT r.note FROM public.claims_review r
            WHERE r.claim_id = c.id AND r.outcome = 'asked' ORDER BY r.id DESC LIMIT 1),
           c.asked_francs, NULL::bigint, false, 0::bigint
    FROM own c
    WHERE c.state = 'to_review' AND c.waits_for = 'facility'
      AND NOT EXISTS (SELECT FROM public.claims_facilityreply y
                      WHERE y.claim_id = c.id AND y.decision_number = 0)
    UNION ALL
    SELECT c.id, t.decision_number, t.decided_on, t.facility_until, '', c.asked_francs,
           (SELECT sum(l.agreed_francs)::bigint FROM public.claims_decisionline l
            WHERE l.care_year = c.care_year AND l.decision_id = c.decision_id),
           c.tenant_id <> c.processing_id
           AND NOT EXISTS (SELECT FROM public.claims_review r
                           WHERE r.claim_id = c.id AND r.outcome = 'contested'),
           CASE c.state WHEN 'decided' THEN 0 ELSE
               (SELECT greatest(b.mutuelle_francs, 0)
                FROM public.taken_back(c.care_year, c.id, t.since_number) b) END
    FROM own c
    CROSS JOIN LATERAL public.terms_to_answer(c.care_year, c.id) t
    WHERE t.facility_until IS NOT NULL
$function$;

-- Why the steps of the caller's own claim were taken, but for what sends a claim to a check or to a
-- reader: who is told what draws a check knows how to stay under it.
CREATE OR REPLACE FUNCTION facility_step_reasons(claim bigint, in_year integer)
    RETURNS TABLE (step_id bigint, reason varchar)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT p.id, p.reason
    FROM public.claims_claimstep p
    WHERE p.care_year = in_year AND p.claim_id = claim
      AND p.facility_id = nullif(current_setting('app.facility_id', true), '')::bigint
      AND (SELECT public.scope_holds())
      AND p.to_state NOT IN ('checked', 'to_review')
$function$;

-- Why the steps of a claim in sight were taken, for who does not read the reason for care: a reader's
-- own words may tell an illness. NULL: the reader's own; of what begins with one of the standard
-- words (the outcomes' labels, claims.models.reviews), that one.
CREATE OR REPLACE FUNCTION standard_step_reasons(claim bigint, in_year integer)
    RETURNS TABLE (step_id bigint, reason varchar)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT p.id,
           CASE WHEN p.by_role NOT IN ('advising_nurse', 'medical_adviser') THEN p.reason
                WHEN split_part(p.reason, ' : ', 1) IN (
                    '', 'contestée par la fédération d’origine', 'acceptée', 'coupée', 'rejetée',
                    'question à la formation sanitaire', 'remise à plus tard',
                    'transmise au second lecteur', 'contestée', 'décision maintenue')
                THEN split_part(p.reason, ' : ', 1) END
    FROM public.claims_in_sight(ARRAY[claim], in_year) s
    JOIN public.claims_claimstep p ON p.care_year = in_year AND p.claim_id = s.id
$function$;

-- What the random sample alone sent to a reader, of federations in sight: of which month, whether
-- cancelled since, and what its reader took off (NULL: not read). Which claims they are is not told,
-- nor why others were read.
CREATE OR REPLACE FUNCTION drawn_claims(
        tenants bigint[], from_year integer, to_year integer, since date)
    RETURNS TABLE (
        processing_id smallint, month date, is_cancelled boolean, taken_off_francs bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT c.processing_id, date_trunc('month', c.received_on)::date, c.state = 'cancelled',
           r.taken_off_francs
    FROM public.claims_claimstep s
    JOIN public.claims_claim c ON c.care_year = s.care_year AND c.id = s.claim_id
    LEFT JOIN LATERAL (
        SELECT v.taken_off_francs FROM public.claims_review v
        WHERE v.claim_id = c.id AND v.decision_id IS NOT NULL
          AND v.stage IN ('medical', 'second') AND v.outcome <> 'maintained'
          AND c.state NOT IN ('to_review', 'contested')
        ORDER BY v.id DESC LIMIT 1
    ) r ON true
    WHERE s.processing_id = ANY (tenants)
      AND (SELECT public.scope_holds())
      AND (s.processing_id = nullif(current_setting('app.tenant_id', true), '')::smallint
           OR current_setting('role', true) = 'conamus_adviser')
      AND s.care_year BETWEEN from_year AND to_year
      AND s.to_state = 'to_review' AND s.reason = 'tirée au sort' AND c.received_on >= since
$function$;

-- Where the settled invoice of a claim stands: there the claim comes back once its facility's contest
-- is answered; NULL: no such invoice. Who answers may not read the invoice.
CREATE OR REPLACE FUNCTION state_by_invoice(claim bigint, in_year integer)
    RETURNS varchar
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT CASE i.state WHEN 'settled' THEN 'invoiced' WHEN 'paid' THEN 'paid' END
    FROM public.claims_in_sight(ARRAY[claim], in_year) s
    JOIN public.claims_claim c ON c.care_year = in_year AND c.id = s.id
    JOIN public.claims_facilityinvoice i ON i.id = c.invoice_id
    WHERE (SELECT public.scope_holds())
$function$;
