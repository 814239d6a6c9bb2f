-- What is private of a claim, its reason for care and its papers: these functions are the only way
-- to it, for who treats or reviews, and each keeps who read, as whom and what, before it answers.

-- The claim, where the caller may read what is private of it.
CREATE OR REPLACE FUNCTION claim_to_read(claim bigint, in_year integer)
    RETURNS TABLE (
        id bigint, care_year smallint, tenant_id smallint, processing_id smallint,
        facility_id bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT c.id, c.care_year, c.tenant_id, c.processing_id, c.facility_id
    FROM public.claims_claim c
    WHERE c.care_year = in_year AND c.id = claim
      AND (SELECT public.scope_holds())
      AND CASE current_setting('role', true)
          WHEN 'conamus_adviser' THEN true
          WHEN 'conamus_nurse' THEN
              nullif(current_setting('app.tenant_id', true), '')::smallint
                  IN (c.tenant_id, c.processing_id)
          WHEN 'conamus_facility' THEN
              c.facility_id = nullif(current_setting('app.facility_id', true), '')::bigint
          ELSE false
          END
$function$;

-- That the caller read something of a claim: named by the signed scope, not by the caller.
CREATE OR REPLACE FUNCTION keep_reading(claim bigint, in_year integer, read_what text)
    RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    INSERT INTO public.claims_privatereading (
        care_year, tenant_id, processing_id, facility_id, claim_id, what, read_by,
        read_by_user_id, read_as, read_at)
    SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, read_what,
           current_setting('app.actor_name', true),
           nullif(current_setting('app.actor_id', true), '')::bigint,
           current_setting('app.actor_role', true), now()
    FROM public.claim_to_read(claim, in_year) c
$function$;

-- The reason for care that holds.
CREATE OR REPLACE FUNCTION claim_reason(claim bigint, in_year integer)
    RETURNS TABLE (reason_id bigint, note varchar)
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT public.keep_reading(claim, in_year, 'reason')
    WHERE EXISTS (SELECT FROM public.claims_claimdiagnosis d
                  WHERE d.care_year = in_year AND d.claim_id = claim);
    SELECT d.reason_id, d.note
    FROM public.claim_to_read(claim, in_year) c
    JOIN public.claims_claimdiagnosis d ON d.care_year = c.care_year AND d.claim_id = c.id
    ORDER BY d.written_at DESC
    LIMIT 1
$function$;

-- The papers' names, without their contents.
CREATE OR REPLACE FUNCTION claim_papers(claim bigint, in_year integer)
    RETURNS TABLE (
        id uuid, title varchar, content_type varchar, added_by varchar, added_at timestamptz
    )
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT public.keep_reading(claim, in_year, 'papers')
    WHERE EXISTS (SELECT FROM public.claims_claimattachment a
                  WHERE a.care_year = in_year AND a.claim_id = claim);
    SELECT a.id, a.title, a.content_type, a.added_by, a.added_at
    FROM public.claim_to_read(claim, in_year) c
    JOIN public.claims_claimattachment a ON a.care_year = c.care_year AND a.claim_id = c.id
    ORDER BY a.added_at, a.id
$function$;

-- One paper with its content.
CREATE OR REPLACE FUNCTION claim_paper(claim bigint, in_year integer, paper uuid)
    RETURNS TABLE (content_type varchar, content bytea)
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT public.keep_reading(claim, in_year, 'paper')
    WHERE EXISTS (SELECT FROM public.claims_claimattachment a
                  WHERE a.care_year = in_year AND a.claim_id = claim AND a.id = paper);
    SELECT a.content_type, a.content
    FROM public.claim_to_read(claim, in_year) c
    JOIN public.claims_claimattachment a
      ON a.care_year = c.care_year AND a.claim_id = c.id AND a.id = paper
$function$;
