-- Which of these claims the caller's scope may decide on: those of its federation, home or
-- processing, and every one for a medical adviser. For the narrow functions beside it alone: it is
-- nobody's to call.
CREATE OR REPLACE FUNCTION claims_in_sight(claims bigint[], in_year integer)
    RETURNS TABLE (
        id bigint, tenant_id smallint, household_id bigint, beneficiary_id bigint,
        person_id uuid, starts_on date
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT c.id, c.tenant_id, c.household_id, c.beneficiary_id, c.person_id, c.starts_on
    FROM public.claims_claim c
    WHERE c.care_year = in_year AND c.id = ANY (claims)
      AND (SELECT public.scope_holds())
      AND (nullif(current_setting('app.tenant_id', true), '')::smallint
               IN (c.tenant_id, c.processing_id)
           OR current_setting('role', true) = 'conamus_adviser')
$function$;
