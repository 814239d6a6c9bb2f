-- The claim and those in whose place it stands, one replacing the other, back to the first: a
-- correction may move the care by some years. Run with the caller's own rights; the functions that
-- cross the wall call it too. The year is always asked for by itself: it leads the claims' key.
CREATE OR REPLACE FUNCTION claims_stood_for(claim bigint, in_year integer)
    RETURNS TABLE (care_year integer, id bigint)
    LANGUAGE sql STABLE ROWS 2
AS $function$
    WITH RECURSIVE paper (care_year, id, former_id) AS (
        SELECT c.care_year::integer, c.id, c.supersedes_id
        FROM public.claims_claim c
        WHERE c.care_year = in_year AND c.id = claim
        UNION
        SELECT o.care_year::integer, o.id, o.supersedes_id
        FROM paper p
        CROSS JOIN generate_series(p.care_year - 10, p.care_year + 10) around (care_year)
        CROSS JOIN LATERAL (
            SELECT c.care_year, c.id, c.supersedes_id
            FROM public.claims_claim c
            WHERE c.care_year = around.care_year AND c.id = p.former_id
            OFFSET 0
        ) o
        WHERE p.former_id IS NOT NULL
    )
    SELECT p.care_year, p.id FROM paper p
$function$;
