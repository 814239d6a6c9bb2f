-- Who was head on a day, of the households that have named a new head on it or since: who was named
-- last by then, else who came as head, which is today's record with its changes undone by the
-- history. On the day of a head's death, the head who died. Every other household has the head of
-- today.
CREATE OR REPLACE FUNCTION heads_since(of_day date)
    RETURNS TABLE (household_id bigint, beneficiary_id bigint)
    LANGUAGE sql STABLE
AS $function$
    WITH renamed AS (
        SELECT DISTINCT v.tenant_id, v.household_id
        FROM public.membership_lifeevent v
        WHERE v.kind = 'new_head' AND v.happened_on >= of_day
    )
    SELECT DISTINCT ON (r.household_id) r.household_id, b.id
    FROM renamed r
    JOIN public.membership_beneficiary b
      ON b.tenant_id = r.tenant_id AND b.household_id = r.household_id
    LEFT JOIN LATERAL (
        SELECT v.happened_on, v.id
        FROM public.membership_lifeevent v
        WHERE v.tenant_id = b.tenant_id AND v.household_id = b.household_id
          AND v.beneficiary_id = b.id AND v.kind = 'new_head' AND v.happened_on <= of_day
        ORDER BY v.happened_on DESC, v.id DESC
        LIMIT 1
    ) named ON true
    LEFT JOIN LATERAL (
        SELECT e.before ->> 'relationship' AS relationship
        FROM public.federations_historyevent e
        WHERE e.table_name = 'membership_beneficiary' AND e.row_id = b.id::text
          AND e.tenant_id = b.tenant_id AND e.operation = 'U' AND e.before ? 'relationship'
        ORDER BY e.id
        LIMIT 1
    ) came_as ON true
    WHERE b.joined_on <= of_day AND (b.left_on IS NULL OR of_day < b.left_on)
      AND (named.id IS NOT NULL OR coalesce(came_as.relationship, b.relationship) = 'head')
    ORDER BY r.household_id, (b.relationship = 'head' AND b.died_on = of_day) IS TRUE DESC,
             named.happened_on DESC NULLS LAST, named.id DESC NULLS LAST, b.id
$function$;

-- The insured of a day, one row a person: of a household enrolled for the day's year, in the unit
-- where its passages had led it by that day, else where it signed; neither closed nor struck off
-- then, with the people who were in it: nobody entered by mistake, nor a second record of one person
-- (a head counts all the same, unless the whole household was a second one). Its head is the head of
-- that day (heads_since). Whether rights are open is another question (membership/rules/coverage): a
-- person of these may wait, or owe.
CREATE OR REPLACE FUNCTION insured_people_on(of_day date)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, colline_id bigint, category text,
        beneficiary_id bigint, sex text, birth_date date, is_head boolean
    )
    LANGUAGE sql STABLE
AS $function$
    WITH head_then AS MATERIALIZED (
        SELECT t.household_id, t.beneficiary_id FROM public.heads_since(of_day) t
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
    ), signed_anew AS (
        -- Cancelled since, and signed anew for the same day: a household is insured once.
        SELECT e.id
        FROM public.membership_enrolment e
        JOIN public.membership_enrolment anew
          ON anew.household_id = e.household_id AND anew.year_id = e.year_id AND anew.id > e.id
         AND anew.enrolled_on <= of_day
         AND (anew.cancelled_on IS NULL OR of_day < anew.cancelled_on)
        WHERE e.year_id = extract(year FROM of_day)::integer AND e.cancelled_on > of_day
    )
    SELECT e.tenant_id, coalesce(m.to_unit_id, e.unit_id), e.colline_id, e.category::text, b.id,
           b.sex::text, b.birth_date,
           CASE WHEN t.household_id IS NULL THEN b.relationship = 'head'
                ELSE b.id = t.beneficiary_id END
    FROM public.membership_enrolment e
    JOIN public.membership_household h ON h.id = e.household_id
    JOIN public.membership_beneficiary b ON b.household_id = h.id
    LEFT JOIN head_then t ON t.household_id = h.id
    LEFT JOIN away a ON a.household_id = h.id
    LEFT JOIN moved m ON m.household_id = h.id
    LEFT JOIN signed_anew s ON s.id = e.id
    WHERE e.year_id = extract(year FROM of_day)::integer
      AND a.household_id IS NULL AND h.registered_on <= of_day
      AND e.enrolled_on <= of_day
      AND (e.cancelled_on IS NULL OR of_day < e.cancelled_on) AND s.id IS NULL
      AND (h.closed_on IS NULL OR of_day < h.closed_on)
      AND b.joined_on <= of_day AND (b.left_on IS NULL OR of_day < b.left_on)
      AND (b.left_because NOT IN ('merged', 'mistake')
           OR b.relationship = 'head' AND h.closed_because <> 'merged')
$function$;

-- The same counted, in groups of one kind (enrolment_groups.sql; sex and age are each person's, on
-- that day), by a statement written out for it.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS membership_insured_on(date, text);
CREATE OR REPLACE FUNCTION membership_insured_on(of_day date, by_what text)
    RETURNS TABLE (
        tenant_id smallint, unit_id bigint, group_key text,
        male_heads bigint, female_heads bigint, males bigint, females bigint
    )
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    RETURN QUERY EXECUTE format($statement$
    WITH counted AS (
        SELECT i.tenant_id, i.unit_id, %1$s AS key,
               count(*) FILTER (WHERE i.is_head AND i.sex = 'M') AS male_heads,
               count(*) FILTER (WHERE i.is_head AND i.sex = 'F') AS female_heads,
               count(*) FILTER (WHERE i.sex = 'M') AS males,
               count(*) FILTER (WHERE i.sex = 'F') AS females
        FROM public.insured_people_on(%2$L) i
        GROUP BY 1, 2, 3
    )
    SELECT c.tenant_id, c.unit_id,
           coalesce(CASE WHEN %3$L THEN p.place_id::text ELSE c.key::text END, ''),
           sum(c.male_heads)::bigint, sum(c.female_heads)::bigint,
           sum(c.males)::bigint, sum(c.females)::bigint
    FROM counted c
    LEFT JOIN public.collines_by_place(%4$L) p ON p.colline_id::text = c.key::text
    GROUP BY 1, 2, 3
    $statement$,
        CASE by_what
            WHEN 'unit' THEN 'i.unit_id'
            WHEN 'sex' THEN 'i.sex'
            WHEN 'category' THEN 'i.category'
            WHEN 'age' THEN public.age_band_on(of_day, 'i.birth_date')
            ELSE 'i.colline_id'
        END,
        of_day, by_what NOT IN ('unit', 'sex', 'category', 'age'), by_what);
END
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

-- How many of them have open rights, as last counted for that day, federation by federation.
CREATE OR REPLACE FUNCTION network_open_rights(of_day date)
    RETURNS TABLE (tenant_id smallint, counted_at timestamptz, figures jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT r.tenant_id, r.counted_at, r.figures
    FROM public.membership_openrights r
    WHERE r.day = of_day AND (SELECT public.scope_holds())
$function$;
