-- A facility over all the federations that it bills: each one's part, and the network's months.
-- The first functions count in their caller's own sight; those named network_… count every
-- federation's care for CONAMUS, as sums. What is cancelled or superseded does not count.

-- Each facility's care of some days, added up; of one processing federation, or of all in sight.
CREATE OR REPLACE FUNCTION facility_month_sums(
        since date, until date, last_days integer, by_tenant integer)
    RETURNS TABLE (
        facility_id bigint, cases bigint, asked_francs bigint, squares float8, medicines bigint,
        medicine_squares bigint, stays bigint, in_last_days bigint
    )
    LANGUAGE sql STABLE
AS $function$
    WITH care AS (
        SELECT c.id, c.care_year, c.facility_id, c.starts_on, c.care_kind, c.asked_francs
        FROM public.claims_claim c
        WHERE c.care_year BETWEEN extract(year FROM since)::integer
                              AND extract(year FROM until - 1)::integer
          AND c.starts_on >= since AND c.starts_on < until
          AND c.state NOT IN ('cancelled', 'superseded')
          AND (by_tenant IS NULL OR c.processing_id = by_tenant)
    ), medicine AS (
        SELECT m.facility_id, sum(m.n)::bigint AS total, sum(m.n * m.n)::bigint AS squares
        FROM (
            SELECT c.facility_id, c.id, count(*) AS n
            FROM care c
            JOIN public.claims_claimline l ON l.care_year = c.care_year AND l.claim_id = c.id
            JOIN public.claims_act a ON a.id = l.act_id AND a.family = 'medicine'
            WHERE l.care_year BETWEEN extract(year FROM since)::integer
                              AND extract(year FROM until - 1)::integer
            GROUP BY c.facility_id, c.id
        ) m
        GROUP BY m.facility_id
    )
    SELECT s.facility_id, s.cases, s.asked, s.squares, coalesce(m.total, 0),
           coalesce(m.squares, 0), s.stays, s.in_last_days
    FROM (
        SELECT c.facility_id, count(*) AS cases, sum(c.asked_francs)::bigint AS asked,
               sum(c.asked_francs::double precision * c.asked_francs) AS squares,
               count(*) FILTER (WHERE c.care_kind = 'stay') AS stays,
               count(*) FILTER (WHERE extract(month FROM c.starts_on + last_days)
                                      <> extract(month FROM c.starts_on)) AS in_last_days
        FROM care c
        GROUP BY c.facility_id
    ) s
    LEFT JOIN medicine m ON m.facility_id = s.facility_id
$function$;

CREATE OR REPLACE FUNCTION network_facility_months(since date, until date, last_days integer)
    RETURNS TABLE (
        facility_id bigint, cases bigint, asked_francs bigint, squares float8, medicines bigint,
        medicine_squares bigint, stays bigint, in_last_days bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    -- Whole months: of a single day the sum would often be one attestation.
    SELECT s.* FROM public.facility_month_sums(since, until, last_days, NULL) s
    WHERE (SELECT public.scope_holds())
      AND extract(day FROM since) = 1 AND until = since + interval '1 month'
$function$;

-- A facility's care of a year, federation by federation, with what became of its signals there.
CREATE OR REPLACE FUNCTION facility_parts(in_year integer, by_tenant integer)
    RETURNS TABLE (
        facility_id bigint, processing_id smallint, cases bigint, asked_francs bigint,
        squares float8, opened bigint, confirmed bigint, dismissed bigint
    )
    LANGUAGE sql STABLE
AS $function$
    SELECT p.facility_id, p.processing_id, p.cases, p.asked_francs, p.squares,
           coalesce(g.opened, 0), coalesce(g.confirmed, 0), coalesce(g.dismissed, 0)
    FROM (
        SELECT s.facility_id, s.processing_id, sum(s.cases)::bigint AS cases,
               sum(s.asked_francs)::bigint AS asked_francs, sum(s.asked_squares)::float8 AS squares
        FROM public.claims_caresum s
        WHERE s.care_year = in_year AND (by_tenant IS NULL OR s.processing_id = by_tenant)
        GROUP BY s.facility_id, s.processing_id
        HAVING sum(s.cases) > 0
    ) p
    LEFT JOIN (
        SELECT g.facility_id, g.tenant_id,
               count(*) FILTER (WHERE g.state = 'open') AS opened,
               count(*) FILTER (WHERE g.state = 'confirmed') AS confirmed,
               count(*) FILTER (WHERE g.state = 'dismissed') AS dismissed
        FROM public.claims_facilitysignal g
        WHERE g.month >= make_date(in_year, 1, 1) AND g.month < make_date(in_year + 1, 1, 1)
          AND (by_tenant IS NULL OR g.tenant_id = by_tenant)
        GROUP BY g.facility_id, g.tenant_id
    ) g ON g.facility_id = p.facility_id AND g.tenant_id = p.processing_id
$function$;

CREATE OR REPLACE FUNCTION network_facility_parts(in_year integer)
    RETURNS TABLE (
        facility_id bigint, processing_id smallint, cases bigint, asked_francs bigint,
        squares float8, opened bigint, confirmed bigint, dismissed bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT p.* FROM public.facility_parts(in_year, NULL) p WHERE (SELECT public.scope_holds())
$function$;

-- The signals that every federation has of one facility's months of a year, for the advisers.
CREATE OR REPLACE FUNCTION network_facility_signals(of_facility bigint, in_year integer)
    RETURNS TABLE (
        tenant_id smallint, month date, rule varchar, facts jsonb, state varchar,
        settled_by varchar, settled_because varchar
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT g.tenant_id, g.month, g.rule, g.facts, g.state, g.settled_by, g.settled_because
    FROM public.claims_facilitysignal g
    WHERE g.facility_id = of_facility
      AND g.month >= make_date(in_year, 1, 1) AND g.month < make_date(in_year + 1, 1, 1)
      AND (SELECT public.scope_holds())
    ORDER BY g.month DESC, g.id DESC
$function$;
