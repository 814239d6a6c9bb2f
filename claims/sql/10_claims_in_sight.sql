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

-- The same with whom their care counts for: the patient under all the records that were merged, the
-- household with its duplicates (membership/sql/merged_records.sql). Nobody's to call either.
CREATE OR REPLACE FUNCTION claims_with_records(claims bigint[], in_year integer)
    RETURNS TABLE (
        id bigint, tenant_id smallint, household_id bigint, person_id uuid, starts_on date,
        people uuid[], households bigint[]
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    -- A claim's own few rows by their keys: never the register read whole to be hashed.
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET enable_material = off
    SET enable_seqscan = off
AS $function$
    SELECT s.id, s.tenant_id, s.household_id, s.person_id, s.starts_on,
           ARRAY(SELECT r.person_id FROM public.records_of_person(s.person_id) r),
           ARRAY(SELECT r.household_id
                 FROM public.records_of_household(s.tenant_id, s.household_id) r)
    FROM public.claims_in_sight(claims, in_year) s
$function$;
