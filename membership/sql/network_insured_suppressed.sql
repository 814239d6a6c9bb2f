-- The regulator's view of the two functions before: a group of one to four is not shown,
-- nor what would give it by subtraction. Callable by the regulator's role only.
--
-- A total splits into two sexes, so hiding one of the pair hides the other too. Sums are
-- known from elsewhere (the same households by unit, by commune, in all), so where one
-- group alone is hidden, or the hidden ones together are fewer than five, the smallest of
-- the others that is not empty is hidden with them: in a federation, then in the network.
CREATE OR REPLACE FUNCTION network_insured_suppressed(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, year smallint,
        male_heads bigint, female_heads bigint, males bigint, females bigint,
        renewals bigint, same_unit_renewals bigint, households bigint, people bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH counted AS (
        SELECT n.*, n.male_heads + n.female_heads AS households, n.males + n.females AS people
        FROM public.network_insured(first_year, last_year) n
    ), measured AS (
        SELECT c.tenant_id, c.unit_id, c.year, m.measure, m.size, m.small
        FROM counted c
        CROSS JOIN LATERAL (VALUES
            ('households', c.households, c.households BETWEEN 1 AND 4),
            ('people', c.people, c.people BETWEEN 1 AND 4),
            ('heads', c.households,
             c.male_heads BETWEEN 1 AND 4 OR c.female_heads BETWEEN 1 AND 4),
            ('sexes', c.people, c.males BETWEEN 1 AND 4 OR c.females BETWEEN 1 AND 4),
            ('renewals', c.renewals,
             c.renewals BETWEEN 1 AND 4 OR c.households - c.renewals BETWEEN 1 AND 4
             OR c.households BETWEEN 1 AND 4),
            ('same_unit', c.same_unit_renewals,
             c.same_unit_renewals BETWEEN 1 AND 4
             OR c.renewals - c.same_unit_renewals BETWEEN 1 AND 4
             OR c.renewals BETWEEN 1 AND 4 OR c.households - c.renewals BETWEEN 1 AND 4
             OR c.households BETWEEN 1 AND 4)
        ) AS m (measure, size, small)
    ), in_federation AS (
        SELECT g.tenant_id, g.unit_id, g.year, g.measure, g.size,
               g.small OR (
                   (count(*) FILTER (WHERE g.small) OVER federation = 1
                    OR coalesce(sum(g.size) FILTER (WHERE g.small) OVER federation, 5) < 5)
                   AND g.size > 0
                   AND row_number() OVER (
                       PARTITION BY g.tenant_id, g.year, g.measure, g.small OR g.size = 0
                       ORDER BY g.size, g.unit_id) = 1
               ) AS hidden
        FROM measured g
        WINDOW federation AS (PARTITION BY g.tenant_id, g.year, g.measure)
    ), in_network AS (
        SELECT g.tenant_id, g.unit_id, g.year, g.measure,
               g.hidden OR (
                   (count(*) FILTER (WHERE g.hidden) OVER network = 1
                    OR coalesce(sum(g.size) FILTER (WHERE g.hidden) OVER network, 5) < 5)
                   AND g.size > 0
                   AND row_number() OVER (
                       PARTITION BY g.year, g.measure, g.hidden OR g.size = 0
                       ORDER BY g.size, g.unit_id) = 1
               ) AS hidden
        FROM in_federation g
        WINDOW network AS (PARTITION BY g.year, g.measure)
    ), hidden AS (
        -- A total that is hidden hides its parts: they would give it.
        SELECT g.tenant_id, g.unit_id, g.year,
               bool_or(g.hidden) FILTER (WHERE g.measure = 'households') AS households,
               bool_or(g.hidden) FILTER (WHERE g.measure = 'people') AS people,
               bool_or(g.hidden) FILTER (WHERE g.measure IN ('heads', 'households')) AS heads,
               bool_or(g.hidden) FILTER (WHERE g.measure IN ('sexes', 'people')) AS sexes,
               bool_or(g.hidden) FILTER (WHERE g.measure IN ('renewals', 'households')) AS renewals,
               bool_or(g.hidden) FILTER (
                   WHERE g.measure IN ('same_unit', 'renewals', 'households')) AS same_unit
        FROM in_network g
        GROUP BY g.tenant_id, g.unit_id, g.year
    )
    SELECT c.tenant_id, c.unit_id, c.year,
           CASE WHEN NOT h.heads THEN c.male_heads END,
           CASE WHEN NOT h.heads THEN c.female_heads END,
           CASE WHEN NOT h.sexes THEN c.males END,
           CASE WHEN NOT h.sexes THEN c.females END,
           CASE WHEN NOT h.renewals THEN c.renewals END,
           CASE WHEN NOT h.same_unit THEN c.same_unit_renewals END,
           CASE WHEN NOT h.households THEN c.households END,
           CASE WHEN NOT h.people THEN c.people END
    FROM counted c
    JOIN hidden h ON h.tenant_id = c.tenant_id AND h.unit_id = c.unit_id AND h.year = c.year
$function$;

-- By commune: among a federation's communes first, then among the network's, where a
-- commune is hidden as soon as one federation's part of it is.
CREATE OR REPLACE FUNCTION network_insured_by_commune_suppressed(of_year integer, of_division text)
    RETURNS TABLE (tenant_id smallint, commune_id bigint, households bigint, people bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH counted AS (
        SELECT n.*, n.households BETWEEN 1 AND 4 AS small
        FROM public.network_insured_by_commune(of_year, of_division) n
    ), in_federation AS (
        SELECT c.*,
               c.small OR (
                   (count(*) FILTER (WHERE c.small) OVER federation = 1
                    OR coalesce(sum(c.households) FILTER (WHERE c.small) OVER federation, 5) < 5)
                   AND row_number() OVER (
                       PARTITION BY c.tenant_id, c.small
                       ORDER BY c.households, c.commune_id) = 1
               ) AS hidden
        FROM counted c
        WINDOW federation AS (PARTITION BY c.tenant_id)
    ), by_commune AS (
        SELECT f.commune_id, sum(f.households) AS households, bool_or(f.hidden) AS hidden
        FROM in_federation f
        GROUP BY f.commune_id
    ), in_network AS (
        SELECT b.commune_id,
               b.hidden OR (
                   (count(*) FILTER (WHERE b.hidden) OVER () = 1
                    OR coalesce(sum(b.households) FILTER (WHERE b.hidden) OVER (), 5) < 5)
                   AND row_number() OVER (
                       PARTITION BY b.hidden ORDER BY b.households, b.commune_id) = 1
               ) AS hidden
        FROM by_commune b
    ), network_only AS (
        -- Hidden for the network's sake: every federation's part of it.
        SELECT w.commune_id
        FROM in_network w
        JOIN by_commune b ON b.commune_id = w.commune_id
        WHERE w.hidden AND NOT b.hidden
    )
    SELECT f.tenant_id, f.commune_id,
           CASE WHEN NOT (f.hidden OR o.commune_id IS NOT NULL) THEN f.households END,
           CASE WHEN NOT (f.hidden OR o.commune_id IS NOT NULL) THEN f.people END
    FROM in_federation f
    LEFT JOIN network_only o ON o.commune_id = f.commune_id
$function$;
