-- What became, group by group (by_what: enrolment_groups.sql), of the households of the year
-- before, and who came: the counts that growth, retention and collection are computed from. Each
-- household of a year counts in one group of that year. Kept are those of the year before that are
-- enrolled again, paid or not: a unit keeps who came back to it, or to the one that replaced it at a
-- re-cut, which is what network_insured counts too. Who stayed in its unit and passed to another
-- group is no growth: its people of before leave one group for the other. Collected is what is due
-- less what is left, of the few that owe; what a household paid before it changed federation counts
-- with it, where it is. Runs with the rights of whoever asks: a federation meets its own rows only.
-- of_units null: of every unit.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS membership_flows(integer, text, bigint[]);
CREATE OR REPLACE FUNCTION membership_flows(of_year integer, by_what text, of_units bigint[])
    RETURNS TABLE (
        tenant_id smallint, group_key text,
        households bigint, people bigint, before_households bigint, before_people bigint,
        kept_in_unit bigint, kept_in_network bigint, people_gained_inside bigint,
        people_changed_group bigint, people_arrived bigint, people_gone bigint,
        due_francs bigint, collected_francs bigint,
        households_with_cam bigint, households_with_mfp bigint, households_with_other bigint
    )
    LANGUAGE plpgsql STABLE
    -- Memory for a hash of a few thousand groups; tables that are in memory are read in any order.
    SET search_path = pg_catalog, public, pg_temp SET work_mem = '32MB' SET random_page_cost = 1.1
AS $function$
DECLARE
    is_place boolean := by_what NOT IN ('unit', 'sex', 'category', 'age');
    counted_by text := CASE WHEN is_place THEN 'colline' ELSE by_what END;
    key_of text := CASE WHEN is_place THEN 'p.place_id' ELSE 's.key' END;
    places text := CASE WHEN is_place THEN format(
        'LEFT JOIN public.collines_by_place(%L) p ON p.colline_id = s.key', by_what) END;
BEGIN
    RETURN QUERY EXECUTE format($statement$
    WITH pair AS MATERIALIZED (
        SELECT n.unit_id AS here, b.unit_id AS there, n.key, b.key AS key_before,
               n.is_back, n.is_kept,
               count(*)::integer AS households, sum(n.people)::integer AS people,
               sum(b.people)::integer AS people_before, sum(n.signed_francs) AS signed_francs,
               (n.unit_id = b.unit_id OR n.is_kept AND b.unit_id IS NOT NULL) IS TRUE AS stayed
        FROM (%2$s) n FULL JOIN (%3$s) b ON b.household_id = n.household_id
        GROUP BY 1, 2, 3, 4, 5, 6
    ), side AS (
        SELECT p.here AS unit_id, p.key,
               p.households, p.people, 0 AS before_households, 0 AS before_people,
               0 AS kept_in_unit, 0 AS kept_in_network,
               CASE WHEN p.stayed THEN p.people - p.people_before END AS gained,
               CASE WHEN p.stayed AND p.key IS DISTINCT FROM p.key_before THEN p.people_before END
                   AS changed,
               CASE WHEN NOT p.stayed THEN p.people END AS arrived, 0 AS gone,
               p.signed_francs AS due_francs, 0 AS left_francs,
               0 AS with_cam, 0 AS with_mfp, 0 AS with_other
        FROM pair p
        WHERE p.here IS NOT NULL
        UNION ALL
        SELECT p.there, p.key_before, 0, 0, p.households, p.people_before,
               CASE WHEN p.is_kept THEN p.households END,
               CASE WHEN p.is_back THEN p.households END,
               0, CASE WHEN p.stayed AND p.key IS DISTINCT FROM p.key_before
                       THEN -p.people_before END,
               0, CASE WHEN NOT p.stayed THEN p.people_before END,
               0, 0, 0, 0, 0
        FROM pair p
        WHERE p.there IS NOT NULL
        UNION ALL
        -- What the people who joined later add, and what is left to pay.
        SELECT n.unit_id, n.key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sum(s.contribution_francs), 0, 0, 0, 0
        FROM public.membership_enrolmentsupplement s
        JOIN (%2$s) n ON n.id = s.enrolment_id
        GROUP BY 1, 2
        UNION ALL
        SELECT n.unit_id, n.key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
               sum(l.household_left_francs + l.others_left_francs), 0, 0, 0
        FROM public.membership_balance l
        JOIN (%2$s) n ON n.id = l.enrolment_id
        WHERE l.year = %4$s AND (l.household_left_francs <> 0 OR l.others_left_francs <> 0)
        GROUP BY 1, 2
        UNION ALL
        SELECT n.unit_id, n.key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
               count(*) FILTER (WHERE h.other_cover = 'cam'),
               count(*) FILTER (WHERE h.other_cover = 'mfp'),
               count(*) FILTER (WHERE h.other_cover = 'other')
        FROM public.membership_household h
        JOIN (%2$s) n ON n.household_id = h.id
        WHERE h.other_cover <> ''
        GROUP BY 1, 2
        UNION ALL
        -- Enrolled under another record: elsewhere or, where a duplicate was merged into it, here.
        -- Of who stayed in the unit so, the people went nowhere: the households have fewer of them.
        SELECT b.unit_id, b.key, 0, 0, 0, 0, count(*) FILTER (WHERE k.is_same_unit), count(*),
               -sum(b.people) FILTER (WHERE k.is_same_unit), 0,
               0, -sum(b.people) FILTER (WHERE k.is_same_unit), 0, 0, 0, 0, 0
        FROM public.households_kept_elsewhere(%4$s, %4$s) k
        JOIN (%3$s) b ON b.household_id = k.household_id
        WHERE NOT EXISTS (SELECT FROM public.membership_enrolment n
                          WHERE n.household_id = k.household_id AND n.year_id = %4$s
                            AND n.cancelled_on IS NULL)
        GROUP BY 1, 2
    )
    SELECT u.tenant_id, coalesce((%1$s)::text, ''),
           sum(s.households)::bigint, sum(s.people)::bigint,
           sum(s.before_households)::bigint, sum(s.before_people)::bigint,
           coalesce(sum(s.kept_in_unit), 0)::bigint, coalesce(sum(s.kept_in_network), 0)::bigint,
           coalesce(sum(s.gained), 0)::bigint, coalesce(sum(s.changed), 0)::bigint,
           coalesce(sum(s.arrived), 0)::bigint, coalesce(sum(s.gone), 0)::bigint,
           sum(s.due_francs)::bigint, sum(s.due_francs - s.left_francs)::bigint,
           sum(s.with_cam)::bigint, sum(s.with_mfp)::bigint, sum(s.with_other)::bigint
    FROM side s
    JOIN public.federations_unit u ON u.id = s.unit_id
    %5$s
    WHERE $1 IS NULL OR s.unit_id = ANY ($1)
    GROUP BY u.tenant_id, %1$s
    $statement$,
        key_of, public.enrolments_by(of_year, counted_by),
        public.enrolments_by(of_year - 1, counted_by), of_year, places)
    USING of_units;
END
$function$;

-- The same over every federation, for the confederation: counts by group, no row behind them.
CREATE OR REPLACE FUNCTION network_flows(of_year integer, by_what text)
    RETURNS TABLE (
        tenant_id smallint, group_key text,
        households bigint, people bigint, before_households bigint, before_people bigint,
        kept_in_unit bigint, kept_in_network bigint, people_gained_inside bigint,
        people_changed_group bigint, people_arrived bigint, people_gone bigint,
        due_francs bigint, collected_francs bigint,
        households_with_cam bigint, households_with_mfp bigint, households_with_other bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT * FROM public.membership_flows(of_year, by_what, NULL)
    WHERE (SELECT public.scope_holds())
$function$;

-- The enrolments that one of these counts is made of: of the year (enrolled, stayed, arrived,
-- joined_group) or of the year before (before, kept_in_unit, kept_in_network, gone, left_group),
-- in one group; of_group null: in all.
CREATE OR REPLACE FUNCTION flow_enrolments(
    of_year integer, by_what text, of_group text, of_part text
)
    RETURNS TABLE (enrolment_id bigint)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    RETURN QUERY EXECUTE format($statement$
    WITH place AS MATERIALIZED (
        SELECT * FROM public.collines_by_place(%1$L)
    ), met AS (
        SELECT n.id AS now_id, b.id AS before_id,
               coalesce(n.key::text, '') AS key, coalesce(b.key::text, '') AS key_before,
               n.is_back OR k.household_id IS NOT NULL AS is_back,
               n.is_kept AND b.id IS NOT NULL OR k.is_same_unit IS TRUE AS is_kept,
               (n.unit_id = b.unit_id OR n.is_kept AND b.id IS NOT NULL OR k.is_same_unit) IS TRUE
                   AS stayed,
               $2 IN ('enrolled', 'stayed', 'arrived', 'joined_group') AS is_now
        FROM (%2$s) n FULL JOIN (%3$s) b ON b.household_id = n.household_id
        LEFT JOIN public.households_kept_elsewhere(%4$s, %4$s) k
               ON k.household_id = b.household_id AND n.household_id IS NULL
    )
    SELECT CASE WHEN m.is_now THEN m.now_id ELSE m.before_id END
    FROM met m
    WHERE ($1 IS NULL OR $1 = CASE WHEN m.is_now THEN m.key ELSE m.key_before END)
      AND CASE $2
              WHEN 'enrolled' THEN m.now_id IS NOT NULL
              WHEN 'arrived' THEN m.now_id IS NOT NULL AND NOT m.stayed
              WHEN 'before' THEN m.before_id IS NOT NULL
              WHEN 'gone' THEN m.before_id IS NOT NULL AND NOT m.stayed
              WHEN 'kept_in_unit' THEN m.is_kept
              WHEN 'kept_in_network' THEN m.before_id IS NOT NULL AND m.is_back
              -- Who stayed under another record has no row of its own to go from group to group.
              ELSE m.stayed AND m.now_id IS NOT NULL AND ($2 = 'stayed' OR m.key <> m.key_before)
          END
    $statement$,
        by_what, public.enrolments_by(of_year, by_what),
        public.enrolments_by(of_year - 1, by_what), of_year)
    USING of_group, of_part;
END
$function$;

-- What penetration is counted over: the target population of each unit, in the group where it
-- acts (by_what: the unit itself, or a place), one row a unit and group; null: not entered. Of
-- the units that have a target or insure somebody in the year; without a zone, the group is ''.
CREATE OR REPLACE FUNCTION membership_targets(of_year integer, by_what text, of_units bigint[])
    RETURNS TABLE (tenant_id smallint, unit_id bigint, group_key text, households integer)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH acting AS (
        SELECT u.tenant_id, u.id, t.households
        FROM public.federations_unit u
        LEFT JOIN public.membership_unittarget t ON t.unit_id = u.id AND t.year_id = of_year
        WHERE (of_units IS NULL OR u.id = ANY (of_units))
          AND (t.id IS NOT NULL OR EXISTS (
              SELECT FROM public.membership_enrolment e
              WHERE e.tenant_id = u.tenant_id AND e.year_id = of_year AND e.unit_id = u.id
                AND e.cancelled_on IS NULL))
    ), place AS (
        -- Each commune of either division, by the collines that are in it.
        SELECT DISTINCT c.commune_id, k.place_id
        FROM public.collines_by_place(by_what) k
        JOIN public.federations_place p ON p.id = k.colline_id
        JOIN public.federations_place z ON z.id = p.parent_id
        CROSS JOIN LATERAL (VALUES (z.parent_id), (p.former_commune_id)) AS c (commune_id)
    )
    SELECT a.tenant_id, a.id, a.id::text, a.households
    FROM acting a
    WHERE by_what = 'unit'
    UNION
    SELECT a.tenant_id, a.id, coalesce(p.place_id::text, ''), a.households
    FROM acting a
    LEFT JOIN public.federations_unitzone z
      ON z.unit_id = a.id AND z.valid_from < make_date(of_year + 1, 1, 1)
     AND (z.valid_to IS NULL OR z.valid_to > make_date(of_year, 1, 1))
    LEFT JOIN place p ON p.commune_id = z.commune_id
    WHERE by_what <> 'unit'
$function$;

-- The same over every federation, for the confederation.
CREATE OR REPLACE FUNCTION network_targets(of_year integer, by_what text)
    RETURNS TABLE (tenant_id smallint, unit_id bigint, group_key text, households integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT * FROM public.membership_targets(of_year, by_what, NULL)
    WHERE (SELECT public.scope_holds())
$function$;
