-- The households of a federation that went to another one and are enrolled there for a year, five
-- transfers on at most: not lost for the network. A federation asks of its own, the confederation
-- of all; told is only which of them.
CREATE OR REPLACE FUNCTION households_kept_elsewhere(of_year integer)
    RETURNS TABLE (household_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH RECURSIVE gone (household_id, opened_id, hop) AS (
        SELECT t.household_id, t.opened_household_id, 1
        FROM public.membership_transfer t
        JOIN public.federations_federation f
          ON f.id = nullif(current_setting('app.tenant_id', true), '')::smallint
        WHERE t.state = 'accepted' AND (SELECT public.scope_holds())
          AND (t.tenant_id = f.id OR f.kind = 'confederation')
        UNION ALL
        SELECT g.household_id, t.opened_household_id, g.hop + 1
        FROM gone g
        JOIN public.membership_transfer t
          ON t.household_id = g.opened_id AND t.state = 'accepted'
        WHERE g.hop < 5
    )
    SELECT DISTINCT g.household_id
    FROM gone g
    JOIN public.membership_enrolment e
      ON e.household_id = g.opened_id AND e.year_id = of_year AND e.cancelled_on IS NULL
$function$;

-- What became, unit by unit, of the households of the year before, and who came: the counts
-- that growth, retention, penetration and collection are computed from. Runs with the rights
-- of whoever asks: a federation meets its own rows only.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS network_flows(integer);
DROP FUNCTION IF EXISTS membership_flows(integer);
CREATE OR REPLACE FUNCTION membership_flows(of_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint,
        households bigint, people bigint, before_households bigint, before_people bigint,
        kept_in_unit bigint, kept_in_network bigint,
        people_gained_inside bigint, people_arrived bigint, people_gone bigint,
        due_francs bigint, collected_francs bigint, target_households bigint,
        households_with_cam bigint, households_with_mfp bigint, households_with_other bigint
    )
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH pair AS (
        -- Households of the year and of the year before it, by where they are now and were then.
        SELECT coalesce(n.tenant_id, b.tenant_id) AS tenant_id, n.unit_id AS here,
               b.unit_id AS there, count(*) AS households, sum(n.people) AS people,
               sum(b.people) AS people_before, sum(n.owed_francs) AS due_francs,
               sum(n.paid_francs) AS collected_francs
        FROM (
            SELECT e.tenant_id, e.unit_id, e.household_id, e.males + e.females AS people,
                   l.owed_francs, l.paid_francs
            FROM public.membership_enrolment e
            JOIN public.membership_balance l ON l.enrolment_id = e.id AND l.year = of_year
            WHERE e.year_id = of_year AND e.cancelled_on IS NULL
        ) n
        FULL JOIN (
            SELECT e.tenant_id, e.unit_id, e.household_id, e.males + e.females AS people
            FROM public.membership_enrolment e
            WHERE e.year_id = of_year - 1 AND e.cancelled_on IS NULL
        ) b ON b.household_id = n.household_id
        GROUP BY 1, 2, 3
    ), covered AS (
        SELECT e.unit_id, count(*) FILTER (WHERE h.other_cover = 'cam') AS with_cam,
               count(*) FILTER (WHERE h.other_cover = 'mfp') AS with_mfp,
               count(*) FILTER (WHERE h.other_cover = 'other') AS with_other
        FROM public.membership_household h
        JOIN public.membership_enrolment e
          ON e.household_id = h.id AND e.year_id = of_year AND e.cancelled_on IS NULL
        WHERE h.other_cover <> ''
        GROUP BY e.unit_id
    ), elsewhere AS (
        SELECT e.unit_id, count(*) AS households
        FROM public.households_kept_elsewhere(of_year) k
        JOIN public.membership_enrolment e
          ON e.household_id = k.household_id AND e.year_id = of_year - 1
         AND e.cancelled_on IS NULL
        WHERE NOT EXISTS (SELECT FROM public.membership_enrolment n
                          WHERE n.household_id = k.household_id AND n.year_id = of_year
                            AND n.cancelled_on IS NULL)
        GROUP BY e.unit_id
    ), here AS (
        SELECT p.tenant_id, p.here AS unit_id, sum(p.households)::bigint AS households,
               sum(p.people)::bigint AS people,
               sum(p.people - p.people_before) FILTER (WHERE p.there = p.here) AS gained,
               sum(p.people) FILTER (WHERE p.there IS DISTINCT FROM p.here) AS arrived,
               sum(p.due_francs) AS due_francs, sum(p.collected_francs) AS collected_francs
        FROM pair p
        WHERE p.here IS NOT NULL
        GROUP BY 1, 2
    ), there AS (
        SELECT p.tenant_id, p.there AS unit_id, sum(p.households)::bigint AS households,
               sum(p.people_before)::bigint AS people,
               sum(p.households) FILTER (WHERE p.here = p.there) AS in_unit,
               sum(p.households) FILTER (WHERE p.here IS NOT NULL) AS in_network,
               sum(p.people_before) FILTER (WHERE p.here IS DISTINCT FROM p.there) AS gone
        FROM pair p
        WHERE p.there IS NOT NULL
        GROUP BY 1, 2
    )
    SELECT coalesce(here.tenant_id, there.tenant_id), coalesce(here.unit_id, there.unit_id),
           coalesce(here.households, 0), coalesce(here.people, 0),
           coalesce(there.households, 0), coalesce(there.people, 0),
           coalesce(there.in_unit, 0)::bigint,
           (coalesce(there.in_network, 0) + coalesce(elsewhere.households, 0))::bigint,
           coalesce(here.gained, 0)::bigint, coalesce(here.arrived, 0)::bigint,
           coalesce(there.gone, 0)::bigint,
           coalesce(here.due_francs, 0)::bigint, coalesce(here.collected_francs, 0)::bigint,
           coalesce(target.households, 0)::bigint, coalesce(covered.with_cam, 0),
           coalesce(covered.with_mfp, 0), coalesce(covered.with_other, 0)
    FROM here FULL JOIN there ON there.unit_id = here.unit_id
    LEFT JOIN covered ON covered.unit_id = here.unit_id
    LEFT JOIN elsewhere ON elsewhere.unit_id = there.unit_id
    LEFT JOIN public.membership_unittarget target
        ON target.unit_id = coalesce(here.unit_id, there.unit_id) AND target.year_id = of_year
$function$;

-- The same over every federation, for the confederation: counts by unit, no row behind them.
CREATE OR REPLACE FUNCTION network_flows(of_year integer)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint,
        households bigint, people bigint, before_households bigint, before_people bigint,
        kept_in_unit bigint, kept_in_network bigint,
        people_gained_inside bigint, people_arrived bigint, people_gone bigint,
        due_francs bigint, collected_francs bigint, target_households bigint,
        households_with_cam bigint, households_with_mfp bigint, households_with_other bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT * FROM public.membership_flows(of_year) WHERE (SELECT public.scope_holds())
$function$;

-- The insured of a day in groups of one kind ('unit', 'commune', 'former_commune', 'sex', 'age',
-- 'category'): a household enrolled for the day's year, in the unit where its passages had led it
-- by that day, else where it signed; neither closed nor struck off then, with the people who were in it. Its head of the day is who has left as head
-- since, else today's; of a head who stepped down and stayed, today's sex is told. A group's name is a key: of the unit or place, the letter, the first age.
CREATE OR REPLACE FUNCTION membership_insured_on(of_day date, by_what text)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, group_key text,
        male_heads bigint, female_heads bigint, males bigint, females bigint
    )
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH former_head AS (
        SELECT DISTINCT ON (b.household_id) b.household_id, b.id
        FROM public.membership_beneficiary b
        WHERE b.relationship = 'head' AND b.left_on > of_day AND b.joined_on <= of_day
        ORDER BY b.household_id, b.left_on, b.id
    ), away AS (
        SELECT DISTINCT back.household_id
        FROM public.membership_lifeevent back
        CROSS JOIN LATERAL (
            SELECT e.happened_on
            FROM public.membership_lifeevent e
            WHERE e.tenant_id = back.tenant_id AND e.household_id = back.household_id
              AND e.id < back.id AND e.kind IN ('struck_off', 'closed')
            ORDER BY e.id DESC
            LIMIT 1
        ) gone
        WHERE back.kind = 'reinstated'
          AND of_day >= gone.happened_on AND of_day < back.happened_on
    ), moved AS (
        -- The last passage up to the day, decided or by a re-cut that stands.
        SELECT DISTINCT ON (m.household_id) m.household_id, m.to_unit_id
        FROM (
            SELECT v.household_id, v.to_unit_id, v.happened_on, false AS is_recut, v.id
            FROM public.membership_lifeevent v
            WHERE v.to_unit_id IS NOT NULL AND v.happened_on <= of_day
            UNION ALL
            SELECT r.household_id, r.to_unit_id, c.on_date, true, r.id
            FROM public.membership_recutmove r
            JOIN public.federations_recut c ON c.id = r.recut_id
            WHERE c.taken_back_at IS NULL AND c.on_date <= of_day
        ) m
        ORDER BY m.household_id, m.happened_on DESC, m.is_recut, m.id DESC
    ), insured AS (
        SELECT e.tenant_id, coalesce(m.to_unit_id, e.unit_id) AS unit_id,
               e.colline_id, e.category, b.sex,
               b.relationship = 'head' AND b.id = coalesce(f.id, b.id) AS is_head,
               CASE WHEN by_what = 'age' THEN
                   extract(year FROM of_day)::integer - extract(year FROM b.birth_date)::integer
                   - (to_char(of_day, 'MMDD') < to_char(b.birth_date, 'MMDD'))::integer
               END AS years
        FROM public.membership_enrolment e
        JOIN public.membership_household h ON h.id = e.household_id
        JOIN public.membership_beneficiary b ON b.household_id = h.id
        LEFT JOIN former_head f ON f.household_id = h.id
        LEFT JOIN away a ON a.household_id = h.id
        LEFT JOIN moved m ON m.household_id = h.id
        WHERE e.year_id = extract(year FROM of_day)::integer
          AND a.household_id IS NULL AND h.registered_on <= of_day
          AND e.enrolled_on <= of_day AND (e.cancelled_on IS NULL OR of_day < e.cancelled_on)
          AND (h.closed_on IS NULL OR of_day < h.closed_on)
          AND b.joined_on <= of_day AND (b.left_on IS NULL OR of_day < b.left_on)
    ), grouped AS (
        SELECT i.tenant_id, i.unit_id,
               CASE by_what
                   WHEN 'unit' THEN i.unit_id::text
                   WHEN 'sex' THEN i.sex
                   WHEN 'category' THEN i.category
                   WHEN 'age' THEN CASE WHEN i.years < 5 THEN '0' WHEN i.years < 15 THEN '5'
                       WHEN i.years < 25 THEN '15' WHEN i.years < 50 THEN '25'
                       WHEN i.years < 65 THEN '50' ELSE '65' END
                   ELSE i.colline_id::text
               END AS group_key,
               count(*) FILTER (WHERE i.is_head AND i.sex = 'M') AS male_heads,
               count(*) FILTER (WHERE i.is_head AND i.sex = 'F') AS female_heads,
               count(*) FILTER (WHERE i.sex = 'M') AS males,
               count(*) FILTER (WHERE i.sex = 'F') AS females
        FROM insured i
        GROUP BY 1, 2, 3
    )
    SELECT g.tenant_id, g.unit_id,
           CASE by_what
               WHEN 'commune' THEN z.parent_id::text
               WHEN 'former_commune' THEN c.former_commune_id::text
               ELSE g.group_key
           END,
           sum(g.male_heads)::bigint, sum(g.female_heads)::bigint,
           sum(g.males)::bigint, sum(g.females)::bigint
    FROM grouped g
    LEFT JOIN public.federations_place c
        ON c.id = CASE WHEN by_what IN ('commune', 'former_commune') THEN g.group_key::bigint END
    LEFT JOIN public.federations_place z ON z.id = c.parent_id
    GROUP BY 1, 2, 3
$function$;

-- The same over every federation, for the confederation.
CREATE OR REPLACE FUNCTION network_insured_on(of_day date, by_what text)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, group_key text,
        male_heads bigint, female_heads bigint, males bigint, females bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT * FROM public.membership_insured_on(of_day, by_what)
    WHERE (SELECT public.scope_holds())
$function$;
