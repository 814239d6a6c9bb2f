-- Published past years as the regulator's pages and CONAMUS's printed report tell them: a count of
-- one to four households is not shown, nor what would give it by subtraction. The years that are in
-- use only: neither a version that was corrected nor a year that was withdrawn. The regulator's role
-- reads no row of them.
--
-- The rule is that of released_insured: promoters stand under the federation that carries them on,
-- federations under the network.
CREATE OR REPLACE FUNCTION shown_past_years()
    RETURNS TABLE (
        tenant_id smallint, promoter text, label text, starts_year smallint, sections integer,
        households integer, source text
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH in_use AS MATERIALIZED (
        SELECT p.*
        FROM public.membership_pastyear p
        WHERE NOT p.is_withdrawn AND (SELECT public.scope_holds())
          AND NOT EXISTS (SELECT FROM public.membership_pastyear later
                          WHERE later.tenant_id = p.tenant_id
                            AND later.promoter_id = p.promoter_id
                            AND later.label = p.label AND later.version > p.version)
    ), groups AS (
        SELECT u.label, u.tenant_id::bigint AS whole, u.id AS key, u.households::bigint AS size
        FROM in_use u
        UNION ALL
        SELECT u.label, 0, u.tenant_id, sum(u.households)
        FROM in_use u
        GROUP BY u.label, u.tenant_id
    ), ranked AS (
        SELECT g.label, g.whole, g.key,
               row_number() OVER first_ones AS rank,
               count(*) FILTER (WHERE g.size BETWEEN 1 AND 4)
                   OVER (PARTITION BY g.label, g.whole) AS smalls,
               NOT sum(g.size) OVER first_ones BETWEEN 1 AND 4 AS is_safe
        FROM groups g
        WINDOW first_ones AS (
            PARTITION BY g.label, g.whole
            ORDER BY NOT g.size BETWEEN 1 AND 4, g.size = 0, g.size, g.key
            ROWS UNBOUNDED PRECEDING)
    ), cuts AS (
        SELECT r.label, r.whole,
               coalesce(min(r.rank) FILTER (WHERE r.is_safe AND r.rank >= r.smalls), count(*))
                   AS most
        FROM ranked r
        GROUP BY r.label, r.whole
        HAVING max(r.smalls) > 0
    ), hidden AS (
        SELECT r.label, r.whole, r.key
        FROM ranked r
        JOIN cuts t ON t.label = r.label AND t.whole = r.whole AND r.rank <= t.most
    )
    SELECT u.tenant_id, coalesce(nullif(p.acronym, ''), p.name), u.label, u.starts_year,
           u.sections,
           CASE WHEN NOT EXISTS (
               SELECT FROM hidden h
               WHERE h.label = u.label AND (h.whole = u.tenant_id AND h.key = u.id
                                            OR h.whole = 0 AND h.key = u.tenant_id)
           ) THEN u.households END,
           u.source
    FROM in_use u
    JOIN public.federations_partner p ON p.id = u.promoter_id
    ORDER BY u.starts_year, p.name
$function$;
