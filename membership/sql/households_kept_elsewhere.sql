-- The households of a federation that are enrolled for a year under another record: they went to
-- another federation, or were written twice and merged. Not lost: what leads there is followed, five
-- steps at most. Enrolled there, whatever that enrolment says of itself: who asks meets it with the
-- year before, here. is_same_unit: in the unit where they were, or one that replaced it. A federation
-- asks of its own, the confederation of all; told is only which of them, and for which year.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS households_kept_elsewhere(integer);
DROP FUNCTION IF EXISTS households_kept_elsewhere(integer, integer);
CREATE OR REPLACE FUNCTION households_kept_elsewhere(first_year integer, last_year integer)
    RETURNS TABLE (household_id bigint, year smallint, is_same_unit boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH RECURSIVE ways (tenant_id, household_id, next_id) AS MATERIALIZED (
        SELECT t.tenant_id, t.household_id, t.opened_household_id
        FROM public.membership_transfer t
        WHERE t.state = 'accepted'
        UNION ALL
        -- The number of a duplicate leads to the household that was kept.
        SELECT d.tenant_id, d.id, n.household_id
        FROM public.membership_household d
        JOIN public.membership_formernumber n
          ON n.tenant_id = d.tenant_id AND n.number = d.number
         AND n.beneficiary_id IS NULL AND n.household_id <> d.id
        WHERE d.closed_because = 'merged'
    ), gone (household_id, now_id, hop) AS (
        SELECT w.household_id, w.next_id, 1
        FROM public.federations_federation f
        JOIN ways w ON w.tenant_id = f.id OR f.kind = 'confederation'
        WHERE f.id = nullif(current_setting('app.tenant_id', true), '')::smallint
          AND (SELECT public.scope_holds())
        UNION ALL
        SELECT g.household_id, w.next_id, g.hop + 1
        FROM gone g
        JOIN ways w ON w.household_id = g.now_id
        WHERE g.hop < 5
    )
    SELECT g.household_id, e.year_id, bool_or(b.unit_id IN (u.id, u.replaces_id)) IS TRUE
    FROM gone g
    JOIN public.membership_enrolment e
      ON e.household_id = g.now_id AND e.year_id BETWEEN first_year AND last_year
     AND e.cancelled_on IS NULL
    JOIN public.federations_unit u ON u.id = e.unit_id
    LEFT JOIN public.membership_enrolment b
      ON b.household_id = g.household_id AND b.year_id = e.year_id - 1 AND b.cancelled_on IS NULL
    GROUP BY g.household_id, e.year_id
$function$;
