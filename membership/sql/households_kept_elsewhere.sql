-- The households of a federation that went to another one and are enrolled there for a year, five
-- transfers on at most: not lost for the network. Enrolled there, whatever that enrolment says of
-- itself: who asks meets it with the year before, here. A federation asks of its own, the
-- confederation of all; told is only which of them, and for which year.
DROP FUNCTION IF EXISTS households_kept_elsewhere(integer);
CREATE OR REPLACE FUNCTION households_kept_elsewhere(first_year integer, last_year integer)
    RETURNS TABLE (household_id bigint, year smallint)
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
    SELECT DISTINCT g.household_id, e.year_id
    FROM gone g
    JOIN public.membership_enrolment e
      ON e.household_id = g.opened_id AND e.year_id BETWEEN first_year AND last_year
     AND e.cancelled_on IS NULL
$function$;
