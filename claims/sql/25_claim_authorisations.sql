-- The bons de prise en charge that were given for a claim's patient at its facility, under whichever
-- of the person's records in that federation: by an earlier household's, or one that was merged,
-- care agreed beforehand stays agreed. Of what else a bon says nothing is told: who may read it does.
CREATE OR REPLACE FUNCTION claim_authorisations(claims bigint[], in_year integer)
    RETURNS TABLE (claim_id bigint, authorisation_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    -- As beside: a claim's own few rows by their keys.
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET enable_material = off
    SET enable_seqscan = off
AS $function$
    SELECT s.id, a.id
    -- Most facilities have been given none: of their claims no record is looked for.
    FROM public.claims_with_records(ARRAY(
        SELECT c.id
        FROM public.claims_claim c
        WHERE c.care_year = in_year AND c.id = ANY (claims)
          AND EXISTS (SELECT FROM public.claims_careauthorisation g
                      WHERE g.facility_id = c.facility_id AND g.tenant_id = c.tenant_id)
    ), in_year) s
    JOIN public.claims_claim c ON c.care_year = in_year AND c.id = s.id
    CROSS JOIN LATERAL unnest(s.people) own (person_id)
    CROSS JOIN LATERAL (
        SELECT b.id
        FROM public.membership_beneficiary b
        WHERE b.person_id = own.person_id AND b.tenant_id = s.tenant_id
        OFFSET 0
    ) record
    CROSS JOIN LATERAL (
        SELECT g.id
        FROM public.claims_careauthorisation g
        WHERE g.tenant_id = s.tenant_id AND g.beneficiary_id = record.id
          AND g.facility_id = c.facility_id
        OFFSET 0
    ) a
$function$;
