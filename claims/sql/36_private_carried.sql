-- What is private of an attestation goes over to the one that takes its place, told to nobody: its
-- papers, and its reason for care where the new one tells none. Only by who enters attestations,
-- between two claims that are its caller's to write, of which the second says that it replaces the
-- first; and at one facility: another one's was never told why its patients are treated.
CREATE OR REPLACE FUNCTION carry_private(
        former bigint, former_year integer, claim bigint, in_year integer)
    RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH replaced AS MATERIALIZED (
        SELECT n.care_year, n.tenant_id, n.processing_id, n.facility_id, n.id,
               o.care_year AS former_year, o.id AS former_id
        FROM public.claims_claim n
        JOIN public.claims_claim o ON o.care_year = former_year AND o.id = n.supersedes_id
          AND o.facility_id = n.facility_id
        WHERE n.care_year = in_year AND n.id = claim AND o.id = former
          AND o.state IN ('superseded', 'cancelled')
          AND (SELECT public.scope_holds())
          AND CASE current_setting('role', true)
              WHEN 'conamus_facility' THEN
                  nullif(current_setting('app.facility_id', true), '')::bigint = n.facility_id
              ELSE current_setting('app.actor_role', true) = 'centre_operator'
                   AND nullif(current_setting('app.tenant_id', true), '')::smallint
                       = ALL (ARRAY[n.processing_id, o.processing_id])
              END
    ), reason AS (
        INSERT INTO public.claims_claimdiagnosis (
            id, care_year, tenant_id, processing_id, facility_id, claim_id, reason_id, note,
            written_at)
        SELECT gen_random_uuid(), r.care_year, r.tenant_id, r.processing_id, r.facility_id, r.id,
               d.reason_id, d.note, d.written_at
        FROM replaced r
        CROSS JOIN LATERAL (
            SELECT d.reason_id, d.note, d.written_at
            FROM public.claims_claimdiagnosis d
            WHERE d.care_year = r.former_year AND d.claim_id = r.former_id
            ORDER BY d.written_at DESC
            LIMIT 1
        ) d
        WHERE NOT EXISTS (SELECT FROM public.claims_claimdiagnosis own
                          WHERE own.care_year = r.care_year AND own.claim_id = r.id)
    )
    INSERT INTO public.claims_claimattachment (
        id, care_year, tenant_id, processing_id, facility_id, claim_id, title, content_type, sha256,
        content, added_by, added_at)
    SELECT gen_random_uuid(), r.care_year, r.tenant_id, r.processing_id, r.facility_id, r.id,
           a.title, a.content_type, a.sha256, a.content, a.added_by, a.added_at
    FROM replaced r
    JOIN public.claims_claimattachment a
      ON a.care_year = r.former_year AND a.claim_id = r.former_id
    WHERE NOT EXISTS (SELECT FROM public.claims_claimattachment own
                      WHERE own.care_year = r.care_year AND own.claim_id = r.id)
$function$;
