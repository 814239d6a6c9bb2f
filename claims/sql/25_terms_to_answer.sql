-- Who may still object to the decision in force of a claim, and until when. Run with the caller's own
-- rights: by the narrow function for facilities, by what makes claims final, by who contests.

-- Since which decision nothing has changed: one that is redone to the same francs, line by line, says
-- nothing new. What was answered to the first holds, and its term runs on.
CREATE OR REPLACE FUNCTION first_alike(in_year integer, claim bigint, upto integer)
    RETURNS smallint
    LANGUAGE sql STABLE
AS $function$
    SELECT max(d.number)
    FROM public.claims_decision d
    WHERE d.care_year = in_year AND d.claim_id = claim AND d.number <= upto
      AND (d.kind <> 'redone' OR EXISTS (
          SELECT l.position, l.agreed_francs, l.other_payer_francs, l.mutuelle_francs,
                 l.patient_francs
          FROM public.claims_decisionline l
          WHERE l.care_year = in_year AND l.decision_id = d.id
          EXCEPT
          SELECT l.position, l.agreed_francs, l.other_payer_francs, l.mutuelle_francs,
                 l.patient_francs
          FROM public.claims_decision p
          JOIN public.claims_decisionline l ON l.care_year = in_year AND l.decision_id = p.id
          WHERE p.care_year = in_year AND p.claim_id = claim AND p.number = d.number - 1))
$function$;

-- By how much less a decision agrees to, and has the mutuelle pay, than the one before it.
CREATE OR REPLACE FUNCTION taken_back(in_year integer, claim bigint, of_number integer)
    RETURNS TABLE (agreed_francs bigint, mutuelle_francs bigint)
    LANGUAGE sql STABLE ROWS 1
AS $function$
    SELECT sum(CASE d.number WHEN of_number THEN -l.agreed_francs ELSE l.agreed_francs END)::bigint,
           sum(CASE d.number WHEN of_number THEN -l.mutuelle_francs
                             ELSE l.mutuelle_francs END)::bigint
    FROM public.claims_decision d
    JOIN public.claims_decisionline l ON l.care_year = d.care_year AND l.decision_id = d.id
    WHERE d.care_year = in_year AND d.claim_id = claim
      AND d.number IN (of_number - 1, of_number)
$function$;

-- The last day on which the facility, and the member's federation where another one decided, may
-- object; NULL: it has nothing to say any more. A term runs from the decision; where the other side's
-- contest kept this one from speaking before its term had passed, from the answer to it. Once the
-- invoice is settled the facility alone may object, to a redone decision by which it loses something.
CREATE OR REPLACE FUNCTION terms_to_answer(in_year integer, claim bigint)
    RETURNS TABLE (
        decision_number smallint, since_number smallint, decided_on date, facility_until date,
        home_until date
    )
    LANGUAGE sql STABLE ROWS 1
AS $function$
    SELECT d.number, o.number, o.decided_on,
        CASE WHEN o.kind = 'contradictory'
                  OR EXISTS (SELECT FROM public.claims_facilityreply y
                             WHERE y.claim_id = c.id
                               AND y.decision_number BETWEEN o.number AND d.number)
             THEN NULL
             WHEN k.held_on <= o.decided_on + t.reply_days THEN k.freed_on + t.reply_days
             ELSE o.decided_on + t.reply_days END,
        CASE WHEN c.tenant_id = c.processing_id OR c.state <> 'decided'
                  OR EXISTS (SELECT FROM public.claims_review r
                             WHERE r.claim_id = c.id AND r.outcome = 'contested')
             THEN NULL
             WHEN k.held_on <= o.decided_on + t.contest_days THEN k.freed_on + t.contest_days
             ELSE o.decided_on + t.contest_days END
    FROM public.claims_claim c
    JOIN public.claims_decision d ON d.care_year = c.care_year AND d.id = c.decision_id
    CROSS JOIN LATERAL (
        SELECT f.number, f.kind, f.decided_at,
               (f.decided_at AT TIME ZONE 'Africa/Bujumbura')::date AS decided_on
        FROM public.claims_decision f
        WHERE f.care_year = c.care_year AND f.claim_id = c.id
          AND f.number = CASE d.kind WHEN 'redone'
                         THEN public.first_alike(c.care_year, c.id, d.number) ELSE d.number END
    ) o
    -- Since it was contested it became decided again by an answer that kept the decision.
    LEFT JOIN LATERAL (
        SELECT (max(s.at) AT TIME ZONE 'Africa/Bujumbura')::date AS held_on,
               (c.state_since AT TIME ZONE 'Africa/Bujumbura')::date AS freed_on
        FROM public.claims_claimstep s
        WHERE s.care_year = c.care_year AND s.claim_id = c.id AND s.to_state = 'contested'
    ) k ON c.state = 'decided' AND c.state_since > o.decided_at
    CROSS JOIN LATERAL (
        SELECT coalesce(max(i.reply_days), 30)::integer AS reply_days,
               coalesce(max(i.contest_days), 30)::integer AS contest_days
        FROM (SELECT w.reply_days, w.contest_days
              FROM public.claims_controlterms w
              JOIN public.federations_federation f ON f.id = w.tenant_id
              WHERE w.in_force_from <= c.received_on
                AND (w.tenant_id = c.processing_id OR f.kind = 'confederation')
              ORDER BY w.tenant_id = c.processing_id DESC, w.in_force_from DESC, w.id DESC
              LIMIT 1) i
    ) t
    WHERE c.care_year = in_year AND c.id = claim
      AND (c.state = 'decided'
           OR (c.state IN ('invoiced', 'paid') AND o.kind = 'redone'
               AND EXISTS (SELECT FROM public.taken_back(c.care_year, c.id, o.number) b
                           WHERE b.mutuelle_francs > 0 OR b.agreed_francs > 0)))
$function$;
