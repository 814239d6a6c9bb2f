-- What a changed decision makes of an invoice that is settled already: its payable amount is fixed,
-- so the difference is a debt of the facility (or, below zero, a supplement owed to it), once a
-- decision. A paid claim that another replaces makes a debt of all that was paid for it, once. The
-- caller chooses no amount: only which claims in its sight to look at.
CREATE OR REPLACE FUNCTION note_changed_payables(
        claims bigint[], in_year integer, on_day date, by_name text)
    RETURNS bigint
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH looked_at AS (
        SELECT c.*, d.number
        FROM public.claims_in_sight(claims, in_year) s
        JOIN public.claims_claim c ON c.care_year = in_year AND c.id = s.id
        JOIN public.claims_decision d ON d.care_year = in_year AND d.id = c.decision_id
        WHERE c.state IN ('invoiced', 'paid')
           OR (c.state = 'superseded' AND EXISTS (
               SELECT FROM public.claims_facilityinvoice i
               WHERE i.id = c.invoice_id AND i.state IN ('settled', 'paid')))
    ), noted AS (
        INSERT INTO public.claims_facilitydebt (
            tenant_id, facility_id, claim_id, decision_id, francs, reason, arisen_on, recorded_by,
            recorded_at)
        SELECT c.processing_id, c.facility_id, c.id,
            CASE c.state WHEN 'superseded' THEN NULL ELSE c.decision_id END,
            v.was - v.is_now,
            CASE WHEN c.state = 'superseded'
                 THEN 'attestation ' || c.stub_number || ' remplacée après paiement'
                 ELSE 'attestation ' || c.stub_number || ', décision n° ' || c.number END,
            on_day, by_name, now()
        FROM looked_at c
        CROSS JOIN LATERAL (
            SELECT
                (SELECT coalesce(sum(l.mutuelle_francs), 0) FROM public.claims_decisionline l
                 WHERE l.care_year = in_year AND l.decision_id = CASE c.state
                     WHEN 'superseded' THEN c.decision_id
                     ELSE (SELECT p.id FROM public.claims_decision p
                           WHERE p.care_year = in_year AND p.claim_id = c.id
                             AND p.number = c.number - 1) END)::bigint AS was,
                CASE c.state WHEN 'superseded' THEN 0
                    ELSE (SELECT coalesce(sum(l.mutuelle_francs), 0)
                          FROM public.claims_decisionline l
                          WHERE l.care_year = in_year AND l.decision_id = c.decision_id)
                END::bigint AS is_now
        ) v
        WHERE v.was <> v.is_now AND (c.number > 1 OR c.state = 'superseded')
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT count(*) FROM noted
$function$;
