-- The regulator's view of the two functions before: a group of one to four is not shown.
--
-- A total splits into two sexes, so hiding one of the pair hides the other too: it could
-- be had by subtraction. Callable by the regulator's role only.
CREATE OR REPLACE FUNCTION network_insured_suppressed(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, year smallint,
        male_heads bigint, female_heads bigint, males bigint, females bigint,
        renewals bigint, same_unit_renewals bigint, households bigint, people bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $function$
    SELECT n.tenant_id, n.unit_id, n.year,
           CASE WHEN NOT heads_small THEN n.male_heads END,
           CASE WHEN NOT heads_small THEN n.female_heads END,
           CASE WHEN NOT people_small THEN n.males END,
           CASE WHEN NOT people_small THEN n.females END,
           CASE WHEN NOT (renewed_small OR heads_total_small) THEN n.renewals END,
           CASE WHEN NOT (renewed_small OR heads_total_small OR n.same_unit_renewals BETWEEN 1 AND 4
                          OR n.renewals - n.same_unit_renewals BETWEEN 1 AND 4)
                THEN n.same_unit_renewals END,
           CASE WHEN NOT heads_total_small THEN n.male_heads + n.female_heads END,
           CASE WHEN n.males + n.females NOT BETWEEN 1 AND 4 THEN n.males + n.females END
    FROM network_insured(first_year, last_year) n
    CROSS JOIN LATERAL (
        SELECT n.male_heads BETWEEN 1 AND 4 OR n.female_heads BETWEEN 1 AND 4 AS heads_small,
               n.males BETWEEN 1 AND 4 OR n.females BETWEEN 1 AND 4 AS people_small,
               n.renewals BETWEEN 1 AND 4
                   OR n.male_heads + n.female_heads - n.renewals BETWEEN 1 AND 4 AS renewed_small,
               n.male_heads + n.female_heads BETWEEN 1 AND 4 AS heads_total_small
    ) small
$function$;

CREATE OR REPLACE FUNCTION network_insured_by_commune_suppressed(of_year integer, of_division text)
    RETURNS TABLE (tenant_id smallint, commune_id bigint, households bigint, people bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $function$
    SELECT n.tenant_id, n.commune_id,
           CASE WHEN n.households NOT BETWEEN 1 AND 4 THEN n.households END,
           CASE WHEN n.households NOT BETWEEN 1 AND 4 THEN n.people END
    FROM network_insured_by_commune(of_year, of_division) n
$function$;
