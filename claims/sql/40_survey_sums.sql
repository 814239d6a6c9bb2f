-- The sums of surveys' answers, grouped by « facility », « federation » (and facility), « sex » or
-- « age »: a row a group with its interviews, and a row a question with its scored answers. A
-- federation's own interviews; for the confederation those of every federation, of which no
-- interview itself is read. Members' answers of fewer than five interviews are counted, not summed;
-- nor are those of one more group, the smallest of the others, where what is not summed would still
-- be fewer than five: the groups that are, taken from the total, would give it
-- (claims.rules.surveys.hidden_groups). A facility that is not summed has no federation's summed.
CREATE OR REPLACE FUNCTION survey_sums(campaigns bigint[], by_what text)
    RETURNS TABLE (
        campaign_id bigint, federation_id integer, facility_id bigint, band text,
        question_id bigint, interviews bigint, answers bigint, points bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH seen AS (
        SELECT i.id, i.campaign_id, c.kind,
            CASE WHEN by_what = 'federation' THEN i.tenant_id::integer END AS federation_id,
            CASE WHEN by_what IN ('facility', 'federation') THEN i.facility_id END AS facility_id,
            CASE by_what WHEN 'sex' THEN i.sex WHEN 'age' THEN i.age_band END::text AS band
        FROM public.claims_surveyinterview i
        JOIN public.claims_surveycampaign c ON c.id = i.campaign_id
        WHERE i.campaign_id = ANY (campaigns)
          AND (SELECT public.scope_holds())
          -- What was corrected counts as its correction.
          AND NOT EXISTS (SELECT FROM public.claims_surveyinterview n WHERE n.replaces_id = i.id)
          AND (i.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
               OR current_setting('role', true) IN ('conamus_confederation', 'conamus_adviser'))
    ), grouped AS (
        SELECT s.campaign_id, s.kind, s.federation_id, s.facility_id, s.band, count(*) AS n
        FROM seen s GROUP BY 1, 2, 3, 4, 5
    ), judged AS (
        -- In a campaign: its facilities (by sex or age one whole); in a facility: its groups.
        SELECT 0 AS level, w.campaign_id, w.facility_id AS whole, NULL::bigint AS under,
            NULL::integer AS federation_id, NULL::text AS band, sum(w.n)::bigint AS n
        FROM grouped w GROUP BY 2, 3
        UNION ALL
        SELECT 1, g.campaign_id, g.facility_id, g.facility_id, g.federation_id, g.band, g.n
        FROM grouped g
    ), ranked AS (
        SELECT j.*,
            sum(j.n) FILTER (WHERE j.n < 5) OVER likes AS few,
            row_number() OVER (
                PARTITION BY j.level, j.campaign_id, j.under, j.n < 5
                ORDER BY j.n, j.whole, j.federation_id, j.band COLLATE "C"
            ) AS place
        FROM judged j
        WINDOW likes AS (PARTITION BY j.level, j.campaign_id, j.under)
    ), hidden AS (
        SELECT r.* FROM ranked r WHERE r.n < 5 OR (r.few < 5 AND r.place = 1)
    ), told AS (
        SELECT g.*
        FROM grouped g
        WHERE g.kind = 'quality' OR NOT EXISTS (
            SELECT FROM hidden h
            WHERE h.campaign_id = g.campaign_id
              AND h.whole IS NOT DISTINCT FROM g.facility_id
              AND (h.level = 0 OR (h.federation_id IS NOT DISTINCT FROM g.federation_id
                                   AND h.band IS NOT DISTINCT FROM g.band))
        )
    )
    SELECT g.campaign_id, g.federation_id, g.facility_id, g.band, NULL::bigint, g.n, 0::bigint,
        0::bigint
    FROM grouped g
    UNION ALL
    SELECT g.campaign_id, g.federation_id, g.facility_id, g.band, a.question_id, g.n, count(*),
        sum(a.points)
    FROM told g
    JOIN seen s ON s.campaign_id = g.campaign_id
        AND s.federation_id IS NOT DISTINCT FROM g.federation_id
        AND s.facility_id IS NOT DISTINCT FROM g.facility_id
        AND s.band IS NOT DISTINCT FROM g.band
    JOIN public.claims_surveyanswer a ON a.interview_id = s.id AND a.points IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
$function$;
