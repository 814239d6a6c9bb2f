-- Under which records the people whom a number has led to (patients_numbered) were written, those
-- merged into another and those of an earlier household included: what was written of them is found
-- under any. Identifiers, as there, for who has them already; nobody is named.
CREATE OR REPLACE FUNCTION patient_records(people uuid[])
    RETURNS TABLE (beneficiary_id bigint, tenant_id smallint, household_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT DISTINCT b.id, b.tenant_id, b.household_id
    FROM unnest(people) asked (person_id)
    CROSS JOIN LATERAL public.records_of_person(asked.person_id) own
    JOIN public.membership_beneficiary b ON b.person_id = own.person_id
    WHERE (SELECT public.scope_holds())
$function$;
