-- Who the patient of a claim is, for whoever has the claim in sight: its home and processing
-- federation, its facility, a medical adviser. Number, name, sex, day of birth, whose member;
-- nothing of the household.
CREATE OR REPLACE FUNCTION claim_patient(claim bigint, in_year integer)
    RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT jsonb_build_object(
               'number', b.number, 'name', b.family_name || ' ' || b.given_name, 'sex', b.sex,
               'birth_date', b.birth_date, 'is_birth_estimated', b.is_birth_estimated,
               'federation', f.short_name, 'unit', u.name)
    FROM public.claims_claim c
    JOIN public.membership_beneficiary b ON b.tenant_id = c.tenant_id AND b.id = c.beneficiary_id
    JOIN public.federations_federation f ON f.id = c.tenant_id
    JOIN public.federations_unit u ON u.id = c.unit_id
    WHERE c.care_year = in_year AND c.id = claim
      AND (SELECT public.scope_holds())
      AND CASE current_setting('role', true)
          WHEN 'conamus_adviser' THEN true
          WHEN 'conamus_facility' THEN
              c.facility_id = nullif(current_setting('app.facility_id', true), '')::bigint
          ELSE nullif(current_setting('app.tenant_id', true), '')::smallint
                   IN (c.tenant_id, c.processing_id)
          END
$function$;

-- The same of a bon de prise en charge.
CREATE OR REPLACE FUNCTION authorised_patient(paper bigint)
    RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT jsonb_build_object(
               'number', b.number, 'name', b.family_name || ' ' || b.given_name,
               'federation', f.short_name)
    FROM public.claims_careauthorisation c
    JOIN public.membership_beneficiary b ON b.tenant_id = c.tenant_id AND b.id = c.beneficiary_id
    JOIN public.federations_federation f ON f.id = c.tenant_id
    WHERE c.id = paper
      AND (SELECT public.scope_holds())
      AND CASE current_setting('role', true)
          WHEN 'conamus_adviser' THEN true
          WHEN 'conamus_facility' THEN
              c.facility_id = nullif(current_setting('app.facility_id', true), '')::bigint
          ELSE nullif(current_setting('app.tenant_id', true), '')::smallint
                   IN (c.tenant_id, c.processing_id)
          END
$function$;
