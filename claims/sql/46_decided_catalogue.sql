-- Whether decisions in force went by what the catalogue says of a line: yes or no, to who keeps that
-- line. A federation's own is decided by others too, and a reason for care is no keeper's to read.
CREATE OR REPLACE FUNCTION act_is_decided(of_act bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT EXISTS (
        SELECT FROM public.claims_act a
        JOIN public.claims_decisionline l ON l.act_id = a.id
        JOIN public.claims_decision d
          ON d.care_year = l.care_year AND d.id = l.decision_id AND d.superseded_at IS NULL
        WHERE a.id = of_act AND (SELECT public.scope_holds())
          AND a.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint)
$function$;

CREATE OR REPLACE FUNCTION reason_is_decided(of_reason bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT EXISTS (
        SELECT FROM public.claims_carereason r
        JOIN public.claims_claimdiagnosis g ON g.reason_id = r.id
        JOIN public.claims_decision d
          ON d.care_year = g.care_year AND d.claim_id = g.claim_id AND d.superseded_at IS NULL
        WHERE r.id = of_reason AND (SELECT public.scope_holds())
          AND r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
          -- The latest of a claim is the one that holds.
          AND NOT EXISTS (SELECT FROM public.claims_claimdiagnosis n
                          WHERE n.care_year = g.care_year AND n.claim_id = g.claim_id
                            AND n.written_at > g.written_at))
$function$;
