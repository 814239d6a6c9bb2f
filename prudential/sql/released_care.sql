-- Care as it was last released (prudential/rules/care_releases.py): by federation, month or kind.
-- The rule is that of released_insured under one whole: a group is small when one of its parts is
-- one to four; the small ones are hidden and, with them, the next in size, until each part of the
-- hidden ones together is nothing or at least five.
CREATE OR REPLACE FUNCTION released_care(in_year integer, by_what text)
    RETURNS TABLE (
        key text, cases bigint, stays bigint, decided bigint, rejected bigint,
        asked_francs bigint, mutuelle_francs bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH counted AS MATERIALIZED (
        SELECT CASE by_what
                   WHEN 'federation' THEN p.tenant_id::text
                   WHEN 'month' THEN p.month::text
                   WHEN 'kind' THEN p.care_kind
               END AS key,
               sum(p.cases)::bigint AS cases,
               coalesce(sum(p.cases) FILTER (WHERE p.care_kind = 'stay'), 0)::bigint AS stays,
               sum(p.decided)::bigint AS decided, sum(p.rejected)::bigint AS rejected,
               sum(p.asked_francs)::bigint AS asked_francs,
               sum(p.mutuelle_francs)::bigint AS mutuelle_francs
        FROM public.prudential_releasedfigures r
        CROSS JOIN LATERAL jsonb_to_recordset(r.figures -> 'parts') AS p (
            tenant_id smallint, month smallint, care_kind text, cases bigint, decided bigint,
            rejected bigint, asked_francs bigint, mutuelle_francs bigint)
        WHERE r.subject = 'care' AND r.year = in_year
          AND r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
          AND (SELECT public.scope_holds()) AND by_what IN ('federation', 'month', 'kind')
        GROUP BY 1
    ), parts AS (
        SELECT c.key, m.measure, m.a, m.b
        FROM counted c
        CROSS JOIN LATERAL (VALUES
            ('cases', c.cases, 0::bigint),
            ('stays', c.stays, c.cases - c.stays),
            ('decided', c.decided, c.cases - c.decided),
            ('rejected', c.rejected, c.decided - c.rejected)
        ) AS m (measure, a, b)
    ), ranked AS (
        SELECT p.measure, p.key,
               row_number() OVER first_ones AS rank,
               count(*) FILTER (WHERE p.a BETWEEN 1 AND 4 OR p.b BETWEEN 1 AND 4)
                   OVER (PARTITION BY p.measure) AS smalls,
               NOT (sum(p.a) OVER first_ones BETWEEN 1 AND 4
                    OR sum(p.b) OVER first_ones BETWEEN 1 AND 4) AS is_safe
        FROM parts p
        WINDOW first_ones AS (
            PARTITION BY p.measure
            ORDER BY NOT (p.a BETWEEN 1 AND 4 OR p.b BETWEEN 1 AND 4), p.a + p.b = 0, p.a + p.b,
                     p.key
            ROWS UNBOUNDED PRECEDING)
    ), cuts AS (
        SELECT r.measure,
               coalesce(min(r.rank) FILTER (WHERE r.is_safe AND r.rank >= r.smalls), count(*))
                   AS most
        FROM ranked r
        GROUP BY r.measure
        HAVING max(r.smalls) > 0
    ), hidden AS (
        SELECT r.key, bool_or(r.measure = 'cases') AS cases, bool_or(r.measure = 'stays') AS stays,
               bool_or(r.measure = 'decided') AS decided,
               bool_or(r.measure = 'rejected') AS rejected
        FROM ranked r
        JOIN cuts t ON t.measure = r.measure AND r.rank <= t.most
        GROUP BY r.key
    ), shown AS (
        -- What hides a whole hides its parts.
        SELECT c.*, h.cases IS NOT TRUE AS has_cases,
               NOT (coalesce(h.cases, false) OR coalesce(h.stays, false)) AS has_stays,
               NOT (coalesce(h.cases, false) OR coalesce(h.decided, false)) AS has_decided,
               NOT (coalesce(h.cases, false) OR coalesce(h.decided, false)
                    OR coalesce(h.rejected, false)) AS has_rejected
        FROM counted c LEFT JOIN hidden h ON h.key = c.key
    )
    SELECT s.key,
           CASE WHEN s.has_cases THEN s.cases END,
           CASE WHEN s.has_stays THEN s.stays END,
           CASE WHEN s.has_decided THEN s.decided END,
           CASE WHEN s.has_rejected THEN s.rejected END,
           CASE WHEN s.has_cases THEN s.asked_francs END,
           CASE WHEN s.has_rejected THEN s.mutuelle_francs END
    FROM shown s
    ORDER BY s.key
$function$;
