-- What households that came back to a unit which replaced theirs at a re-cut add to the count of the
-- unit where they were, and take from that of the unit where they signed. Runs with the rights of
-- whoever asks.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS renewed_in_successors(integer, integer);
CREATE OR REPLACE FUNCTION renewed_in_successors(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, year smallint, unit_id bigint, colline_id bigint, renewals bigint
    )
    LANGUAGE sql STABLE
AS $function$
    WITH signed AS MATERIALIZED (
        -- First, and by an array known before the plan runs: such units are few, mostly none.
        SELECT e.tenant_id, e.year_id, e.unit_id, e.household_id, e.colline_id
        FROM public.membership_enrolment e
        WHERE e.unit_id = ANY (ARRAY(
                  SELECT u.id FROM public.federations_unit u WHERE u.replaces_id IS NOT NULL))
          AND (e.is_renewal OR e.is_returning) AND e.is_same_unit AND e.cancelled_on IS NULL
          AND e.year_id BETWEEN first_year AND last_year
    )
    SELECT s.tenant_id, s.year_id, w.unit_id, s.colline_id, sum(w.renewals)
    FROM signed s
    CROSS JOIN LATERAL (
        SELECT e.unit_id
        FROM public.membership_enrolment e
        WHERE e.tenant_id = s.tenant_id AND e.household_id = s.household_id
          AND e.year_id = s.year_id - 1 AND e.cancelled_on IS NULL
        OFFSET 0
    ) b
    CROSS JOIN LATERAL (VALUES (b.unit_id, 1), (s.unit_id, -1)) w (unit_id, renewals)
    WHERE b.unit_id <> s.unit_id
    GROUP BY 1, 2, 3, 4
$function$;

-- What households that changed federation, or were merged into another as duplicates, add to the
-- count of the unit where they were the year before (elsewhere: so many of its renewals are not among
-- its households), and what the former take from that of the unit where they signed: a federation
-- keeps households that it had. Runs with the rights of whoever asks.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS renewed_across_federations(integer, integer);
DROP FUNCTION IF EXISTS renewed_under_another(integer, integer);
CREATE OR REPLACE FUNCTION renewed_under_another(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, year smallint, unit_id bigint, colline_id bigint,
        renewals bigint, same_unit_renewals bigint, elsewhere bigint
    )
    LANGUAGE sql STABLE
AS $function$
    WITH passed AS (
        SELECT b.tenant_id, k.year, b.unit_id, b.colline_id, 1 AS renewals,
               k.is_same_unit::integer AS same_unit_renewals, 1 AS elsewhere
        FROM public.households_kept_elsewhere(first_year, last_year) k
        JOIN public.membership_enrolment b
          ON b.household_id = k.household_id AND b.year_id = k.year - 1 AND b.cancelled_on IS NULL
        WHERE NOT EXISTS (SELECT FROM public.membership_enrolment n
                          WHERE n.household_id = k.household_id AND n.year_id = k.year
                            AND n.cancelled_on IS NULL)
        UNION ALL
        SELECT n.tenant_id, n.year_id, n.unit_id, n.colline_id, -1, 0, 0
        FROM public.membership_transfer t
        JOIN public.membership_enrolment n
          ON n.household_id = t.opened_household_id AND n.cancelled_on IS NULL
         AND (n.is_renewal OR n.is_returning) AND n.year_id BETWEEN first_year AND last_year
        WHERE t.state = 'accepted'
          AND NOT EXISTS (SELECT FROM public.membership_enrolment b
                          WHERE b.household_id = n.household_id AND b.year_id = n.year_id - 1
                            AND b.cancelled_on IS NULL)
    )
    SELECT p.tenant_id, p.year, p.unit_id, p.colline_id, sum(p.renewals),
           sum(p.same_unit_renewals), sum(p.elsewhere)
    FROM passed p
    GROUP BY 1, 2, 3, 4
$function$;

-- Counts of insured households and people by unit and year. renewals are those that were enrolled
-- the year before too, paid or not, counted in the federation where they were then, of which
-- `elsewhere` are now enrolled in another one: a federation's are a part of its households of the
-- year before. same_unit_renewals are the households of the unit's year before that came back to it
-- or to a unit that replaced it: after a re-cut they are counted where they were. The year's flows
-- (flows.sql) count both the same way. Runs with the rights of whoever asks: a federation meets its
-- own rows only.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS network_insured(integer, integer);
DROP FUNCTION IF EXISTS membership_insured(integer, integer);
CREATE OR REPLACE FUNCTION membership_insured(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, year smallint,
        male_heads bigint, female_heads bigint, males bigint, females bigint,
        renewals bigint, same_unit_renewals bigint, elsewhere bigint
    )
    LANGUAGE sql STABLE
AS $function$
    SELECT p.tenant_id, p.unit_id, p.year_id,
           sum(p.male_heads)::bigint, sum(p.female_heads)::bigint,
           sum(p.males)::bigint, sum(p.females)::bigint,
           sum(p.renewals)::bigint, sum(p.same_unit_renewals)::bigint, sum(p.elsewhere)::bigint
    FROM (
        SELECT e.tenant_id, e.unit_id, e.year_id,
               count(*) FILTER (WHERE e.head_sex = 'M') AS male_heads,
               count(*) FILTER (WHERE e.head_sex = 'F') AS female_heads,
               sum(e.males) AS males, sum(e.females) AS females,
               count(*) FILTER (WHERE e.is_renewal OR e.is_returning) AS renewals,
               count(*) FILTER (WHERE (e.is_renewal OR e.is_returning) AND e.is_same_unit)
                   AS same_unit_renewals,
               0 AS elsewhere
        FROM public.membership_enrolment e
        WHERE e.year_id BETWEEN first_year AND last_year AND e.cancelled_on IS NULL
        GROUP BY e.tenant_id, e.unit_id, e.year_id
        UNION ALL
        SELECT r.tenant_id, r.unit_id, r.year, 0, 0, 0, 0, 0, r.renewals, 0
        FROM public.renewed_in_successors(first_year, last_year) r
        UNION ALL
        SELECT a.tenant_id, a.unit_id, a.year, 0, 0, 0, 0, a.renewals, a.same_unit_renewals,
               a.elsewhere
        FROM public.renewed_under_another(first_year, last_year) a
    ) p
    GROUP BY p.tenant_id, p.unit_id, p.year_id
$function$;

-- What the confederation may know of every federation: counts of insured households and
-- people by unit and year, and no row behind them. Run by the definer, who bypasses
-- row-level security; callable by the confederation's role only.
CREATE OR REPLACE FUNCTION network_insured(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, year smallint,
        male_heads bigint, female_heads bigint, males bigint, females bigint,
        renewals bigint, same_unit_renewals bigint, elsewhere bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT * FROM public.membership_insured(first_year, last_year)
    WHERE (SELECT public.scope_holds())
$function$;

-- The same by commune of either division ('until_2025', 'since_2025'), for the maps.
CREATE OR REPLACE FUNCTION network_insured_by_commune(of_year integer, of_division text)
    RETURNS TABLE (tenant_id smallint, commune_id bigint, households bigint, people bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH by_colline AS (
        SELECT e.tenant_id, e.colline_id, count(*) AS households, sum(e.males + e.females) AS people
        FROM public.membership_enrolment e
        WHERE e.year_id = of_year AND e.cancelled_on IS NULL AND (SELECT public.scope_holds())
        GROUP BY e.tenant_id, e.colline_id
    )
    SELECT b.tenant_id,
           CASE of_division WHEN 'until_2025' THEN c.former_commune_id ELSE z.parent_id END,
           sum(b.households)::bigint, sum(b.people)::bigint
    FROM by_colline b
    JOIN public.federations_place c ON c.id = b.colline_id
    JOIN public.federations_place z ON z.id = c.parent_id
    GROUP BY 1, 2
$function$;

-- The same by unit and place, an old commune's part of a new one: what the figures released to the
-- regulator are made of.
CREATE OR REPLACE FUNCTION network_insured_places(first_year integer, last_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, year smallint,
        former_commune_id bigint, current_commune_id bigint,
        male_heads bigint, female_heads bigint, males bigint, females bigint,
        renewals bigint, same_unit_renewals bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH by_colline AS (
        SELECT e.tenant_id, e.unit_id, e.year_id, e.colline_id,
               count(*) FILTER (WHERE e.head_sex = 'M') AS male_heads,
               count(*) FILTER (WHERE e.head_sex = 'F') AS female_heads,
               sum(e.males) AS males, sum(e.females) AS females,
               count(*) FILTER (WHERE e.is_renewal OR e.is_returning) AS renewals,
               count(*) FILTER (WHERE (e.is_renewal OR e.is_returning) AND e.is_same_unit)
                   AS same_unit_renewals
        FROM public.membership_enrolment e
        WHERE e.year_id BETWEEN first_year AND last_year AND e.cancelled_on IS NULL
          AND (SELECT public.scope_holds())
        GROUP BY e.tenant_id, e.unit_id, e.year_id, e.colline_id
        UNION ALL
        SELECT r.tenant_id, r.unit_id, r.year, r.colline_id, 0, 0, 0, 0, 0, r.renewals
        FROM public.renewed_in_successors(first_year, last_year) r
        WHERE (SELECT public.scope_holds())
        UNION ALL
        SELECT a.tenant_id, a.unit_id, a.year, a.colline_id, 0, 0, 0, 0, a.renewals,
               a.same_unit_renewals
        FROM public.renewed_under_another(first_year, last_year) a
        WHERE (SELECT public.scope_holds())
    )
    SELECT b.tenant_id, b.unit_id, b.year_id, coalesce(c.former_commune_id, 0), z.parent_id,
           sum(b.male_heads)::bigint, sum(b.female_heads)::bigint, sum(b.males)::bigint,
           sum(b.females)::bigint, sum(b.renewals)::bigint, sum(b.same_unit_renewals)::bigint
    FROM by_colline b
    JOIN public.federations_place c ON c.id = b.colline_id
    JOIN public.federations_place z ON z.id = c.parent_id
    GROUP BY 1, 2, 3, 4, 5
$function$;
