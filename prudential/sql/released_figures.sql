-- What the regulator reads of the insured: the figures as they were last released
-- (prudential/rules/releases.py), of which a group of one to four is not shown, nor what would give
-- it by subtraction. Callable by the regulator's role only, which reads no enrolment.
--
-- The rule (the same in prudential/rules/suppression.py, for the printed report; a test
-- holds the two together). Groups stand under a whole whose sums are known from elsewhere:
-- units under their federation, federations under the network. A group is small when one of
-- its parts (heads and dependants, each by sex; renewed and new) is one to four. In each whole the
-- small groups are hidden and, with them, the next in size, until each part of the hidden ones
-- together is nothing or at least five. A federation that is hidden hides all its units. What
-- remains is a set of blocks that do not overlap, each empty or of five and more; every sum or
-- difference that is a group is a union of them, and of those of several measures too, since what
-- tells of dependants is hidden wherever what it would be subtracted from is.
CREATE OR REPLACE FUNCTION released_insured(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, year smallint,
        male_heads bigint, female_heads bigint, males bigint, females bigint,
        renewals bigint, same_unit_renewals bigint, households bigint, people bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH counted AS MATERIALIZED (
        SELECT r.year, u.*, u.male_heads + u.female_heads AS households,
               u.males + u.females AS people
        FROM public.prudential_releasedfigures r
        CROSS JOIN LATERAL jsonb_to_recordset(r.figures -> 'units') AS u (
            tenant_id smallint, unit_id bigint, male_heads bigint, female_heads bigint,
            males bigint, females bigint, renewals bigint, same_unit_renewals bigint,
            told_same_unit bigint, told_other_units bigint)
        WHERE r.subject = 'insured' AND r.year BETWEEN first_year - 1 AND last_year
          AND r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
          AND (SELECT public.scope_holds())
    ), measured AS (
        -- The parts of a unit, by measure; the third are those who left since the year before.
        SELECT c.year, m.measure, c.tenant_id, c.unit_id, m.a, m.b, m.c
        FROM counted c
        LEFT JOIN counted b
               ON b.tenant_id = c.tenant_id AND b.unit_id = c.unit_id AND b.year = c.year - 1
        CROSS JOIN LATERAL (VALUES
            ('households', c.households, 0::bigint, 0::bigint),
            ('dependants', c.people - c.households, 0, 0),
            ('heads_by_sex', c.male_heads, c.female_heads, 0),
            ('dependants_by_sex', c.males - c.male_heads, c.females - c.female_heads, 0),
            -- Of a unit that households left for another federation, more may have come back.
            ('renewals', c.renewals, abs(c.households - c.renewals), 0),
            -- Of units that were re-cut those who came from others are known of all together only:
            -- what of them is told is judged before (told_same_unit, releases.py).
            ('same_unit', c.same_unit_renewals, greatest(c.renewals - c.same_unit_renewals, 0),
             greatest(coalesce(b.households, 0) - c.same_unit_renewals, 0))
        ) AS m (measure, a, b, c)
        WHERE c.year >= first_year
    ), by_federation AS (
        SELECT c.tenant_id, c.year, sum(c.households) AS households
        FROM counted c
        GROUP BY c.tenant_id, c.year
    ), groups AS (
        SELECT m.year, m.measure, m.tenant_id::bigint AS whole, m.unit_id AS key, m.a, m.b, m.c
        FROM measured m
        UNION ALL
        SELECT m.year, m.measure, 0, m.tenant_id, sum(m.a), sum(m.b),
               CASE m.measure
                   WHEN 'renewals' THEN greatest(coalesce(max(f.households), 0) - sum(m.a), 0)
                   ELSE sum(m.c)
               END
        FROM measured m
        LEFT JOIN by_federation f ON f.tenant_id = m.tenant_id AND f.year = m.year - 1
        GROUP BY m.year, m.measure, m.tenant_id
    ), sized AS (
        SELECT g.*, g.a + g.b + g.c AS size,
               g.a BETWEEN 1 AND 4 OR g.b BETWEEN 1 AND 4 OR g.c BETWEEN 1 AND 4 AS small
        FROM groups g
    ), ranked AS (
        SELECT s.year, s.measure, s.whole, s.key,
               row_number() OVER first_ones AS rank,
               count(*) FILTER (WHERE s.small) OVER (PARTITION BY s.year, s.measure, s.whole)
                   AS smalls,
               NOT (sum(s.a) OVER first_ones BETWEEN 1 AND 4
                    OR sum(s.b) OVER first_ones BETWEEN 1 AND 4
                    OR sum(s.c) OVER first_ones BETWEEN 1 AND 4) AS is_safe
        FROM sized s
        WINDOW first_ones AS (
            PARTITION BY s.year, s.measure, s.whole
            ORDER BY NOT s.small, s.size = 0, s.size, s.key ROWS UNBOUNDED PRECEDING)
    ), cuts AS (
        -- How many are hidden: all, where even all together are too few.
        SELECT r.year, r.measure, r.whole,
               coalesce(min(r.rank) FILTER (WHERE r.is_safe AND r.rank >= r.smalls), count(*))
                   AS most
        FROM ranked r
        GROUP BY r.year, r.measure, r.whole
        HAVING max(r.smalls) > 0
    ), hidden_groups AS (
        SELECT r.year, r.measure, r.whole, r.key
        FROM ranked r
        JOIN cuts t ON t.year = r.year AND t.measure = r.measure AND t.whole = r.whole
        WHERE r.rank <= t.most
    ), hidden AS (
        -- A total that is hidden hides its parts: they would give it.
        SELECT m.tenant_id, m.unit_id, m.year,
               bool_or(h.measure = 'households') AS households,
               bool_or(h.measure IN ('dependants', 'households')) AS people,
               bool_or(h.measure IN ('heads_by_sex', 'households')) AS heads,
               bool_or(h.measure IN ('dependants_by_sex', 'dependants', 'heads_by_sex',
                                     'households')) AS sexes,
               bool_or(h.measure IN ('renewals', 'households')) AS renewals,
               bool_or(h.measure IN ('same_unit', 'renewals', 'households')) AS same_unit
        FROM measured m
        JOIN hidden_groups h
          ON h.year = m.year AND h.measure = m.measure
         AND (h.whole = m.tenant_id AND h.key = m.unit_id OR h.whole = 0 AND h.key = m.tenant_id)
        GROUP BY m.tenant_id, m.unit_id, m.year
    )
    SELECT c.tenant_id, c.unit_id, c.year,
           CASE WHEN h.heads IS NOT TRUE THEN c.male_heads END,
           CASE WHEN h.heads IS NOT TRUE THEN c.female_heads END,
           CASE WHEN h.sexes IS NOT TRUE THEN c.males END,
           CASE WHEN h.sexes IS NOT TRUE THEN c.females END,
           CASE WHEN h.renewals IS NOT TRUE THEN c.renewals END,
           CASE WHEN h.same_unit IS NOT TRUE AND c.told_same_unit = c.same_unit_renewals
                     AND c.told_other_units = c.renewals - c.same_unit_renewals
                THEN c.same_unit_renewals END,
           CASE WHEN h.households IS NOT TRUE THEN c.households END,
           CASE WHEN h.people IS NOT TRUE THEN c.people END
    FROM counted c
    LEFT JOIN hidden h
           ON h.tenant_id = c.tenant_id AND h.unit_id = c.unit_id AND h.year = c.year
    WHERE c.year >= first_year
$function$;

-- By commune, all federations together (no tenant): the same rule, communes under their
-- province, provinces under the network.
--
-- The two administrative divisions cut the same households across: a new commune less the
-- old ones that lie in it leaves the part that came from a commune that was split. So a
-- year is shown in the division of its yearly report; in the other one only when no part
-- that an old and a new commune have in common is of one to four households or dependants. Then
-- every commune of either division, and whatever is had by subtracting them, is made of parts of
-- five and more; otherwise nothing of the other division is shown.
--
-- Units cut them across as well: a province less the units that are shown in it leaves a
-- unit that is hidden. So places are shown only in a year in which no part that a unit and a
-- commune have in common is of one to four, again of either: then what is had by subtracting
-- units from places is made of parts of five and more too.
--
-- A year in which some have moved to other communes by one to four is not shown either, until
-- enough have (told_places).
CREATE OR REPLACE FUNCTION released_insured_by_commune(of_year integer, of_division text)
    RETURNS TABLE (commune_id bigint, households bigint, people bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH released AS MATERIALIZED (
        SELECT r.figures -> 'places' AS places,
               r.figures -> 'places' = r.figures -> 'told_places' AS is_told
        FROM public.prudential_releasedfigures r
        WHERE r.subject = 'insured' AND r.year = of_year
          AND r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
          AND (SELECT public.scope_holds())
    ), by_unit AS MATERIALIZED (
        SELECT p.*
        FROM released r
        CROSS JOIN LATERAL jsonb_to_recordset(r.places) AS p (
            unit_id bigint, former_commune_id bigint, current_commune_id bigint,
            households bigint, people bigint)
    ), parts AS (
        SELECT u.former_commune_id, u.current_commune_id,
               sum(u.households)::bigint AS households, sum(u.people)::bigint AS people
        FROM by_unit u
        GROUP BY 1, 2
    ), shown AS MATERIALIZED (
        -- The report of an activity year shows the membership of the year after it, and
        -- keeps the division until mid-2025 up to the activity year 2024.
        SELECT (SELECT r.is_told FROM released r)
               AND (of_division = CASE WHEN of_year <= 2025 THEN 'until_2025' ELSE 'since_2025' END
                    OR NOT EXISTS (SELECT 1 FROM parts p
                                   WHERE p.households BETWEEN 1 AND 4
                                      OR p.people - p.households BETWEEN 1 AND 4))
               AND NOT EXISTS (SELECT 1 FROM by_unit u GROUP BY u.unit_id, u.former_commune_id
                               HAVING sum(u.households) BETWEEN 1 AND 4
                                   OR sum(u.people - u.households) BETWEEN 1 AND 4)
               AND NOT EXISTS (SELECT 1 FROM by_unit u GROUP BY u.unit_id, u.current_commune_id
                               HAVING sum(u.households) BETWEEN 1 AND 4
                                   OR sum(u.people - u.households) BETWEEN 1 AND 4)
               AS is_division_shown
    ), communes AS (
        SELECT CASE of_division WHEN 'until_2025' THEN p.former_commune_id
                                ELSE p.current_commune_id END AS commune_id,
               sum(p.households)::bigint AS households, sum(p.people)::bigint AS people
        FROM parts p
        GROUP BY 1
    ), groups AS (
        SELECT c.parent_id AS whole, n.commune_id AS key, n.households AS heads,
               n.people - n.households AS dependants
        FROM communes n
        JOIN public.federations_place c ON c.id = n.commune_id
        UNION ALL
        SELECT 0, c.parent_id, sum(n.households), sum(n.people - n.households)
        FROM communes n
        JOIN public.federations_place c ON c.id = n.commune_id
        GROUP BY c.parent_id
    ), sized AS (
        SELECT g.*, g.heads + g.dependants AS size,
               g.heads BETWEEN 1 AND 4 OR g.dependants BETWEEN 1 AND 4 AS small
        FROM groups g
    ), ranked AS (
        SELECT s.whole, s.key, row_number() OVER first_ones AS rank,
               count(*) FILTER (WHERE s.small) OVER (PARTITION BY s.whole) AS smalls,
               NOT (sum(s.heads) OVER first_ones BETWEEN 1 AND 4
                    OR sum(s.dependants) OVER first_ones BETWEEN 1 AND 4) AS is_safe
        FROM sized s
        WINDOW first_ones AS (
            PARTITION BY s.whole ORDER BY NOT s.small, s.size, s.key ROWS UNBOUNDED PRECEDING)
    ), cuts AS (
        SELECT r.whole,
               coalesce(min(r.rank) FILTER (WHERE r.is_safe AND r.rank >= r.smalls), count(*))
                   AS most
        FROM ranked r
        GROUP BY r.whole
        HAVING max(r.smalls) > 0
    ), hidden AS (
        SELECT r.whole, r.key
        FROM ranked r
        JOIN cuts t ON t.whole = r.whole
        WHERE r.rank <= t.most
    ), judged AS (
        SELECT n.*, s.is_division_shown AND NOT EXISTS (
                   SELECT 1 FROM hidden h
                   WHERE h.key = n.commune_id AND h.whole = c.parent_id
                      OR h.key = c.parent_id AND h.whole = 0) AS is_shown
        FROM communes n
        JOIN public.federations_place c ON c.id = n.commune_id
        CROSS JOIN shown s
    )
    SELECT j.commune_id,
           CASE WHEN j.is_shown THEN j.households END, CASE WHEN j.is_shown THEN j.people END
    FROM judged j
$function$;

-- The day of the release that the regulator's pages show; none before the first.
CREATE OR REPLACE FUNCTION figures_settled_on(of_subject text)
    RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT max(r.settled_on)
    FROM public.prudential_releasedfigures r
    WHERE r.subject = of_subject
      AND r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
      AND (SELECT public.scope_holds())
$function$;
