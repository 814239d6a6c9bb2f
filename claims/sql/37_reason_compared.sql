-- Whether the reason for care that holds of a claim is the one told: equal or not, and no more, to
-- who may have entered it. A centre compares papers so without reading back what was written; that
-- it was told « equal » is kept as a reading, for it knows the reason from then on.
CREATE OR REPLACE FUNCTION claim_reason_is(
        claim bigint, in_year integer, told bigint, told_note text)
    RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH held AS MATERIALIZED (
        SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, d.reason_id, d.note
        FROM public.claims_claim c
        JOIN public.claims_claimdiagnosis d ON d.care_year = c.care_year AND d.claim_id = c.id
        WHERE c.care_year = in_year AND c.id = claim
          AND (SELECT public.scope_holds())
          AND CASE current_setting('role', true)
              WHEN 'conamus_facility' THEN
                  c.facility_id = nullif(current_setting('app.facility_id', true), '')::bigint
              ELSE current_setting('app.actor_role', true) = 'centre_operator'
                   AND c.processing_id
                       = nullif(current_setting('app.tenant_id', true), '')::smallint
              END
        ORDER BY d.written_at DESC
        LIMIT 1
    ), equal AS MATERIALIZED (
        SELECT h.* FROM held h WHERE h.reason_id = told AND told_note IN ('', h.note)
    ), kept AS (
        INSERT INTO public.claims_privatereading (
            care_year, tenant_id, processing_id, facility_id, claim_id, what, read_by,
            read_by_user_id, read_as, read_at)
        SELECT e.care_year, e.tenant_id, e.processing_id, e.facility_id, e.id, 'reason',
               current_setting('app.actor_name', true),
               nullif(current_setting('app.actor_id', true), '')::bigint,
               current_setting('app.actor_role', true), now()
        FROM equal e
    )
    SELECT EXISTS (SELECT FROM equal)
$function$;
