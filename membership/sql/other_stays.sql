-- Where else people of the network are, or were until after a day: for each network identifier the
-- federations in which a record of theirs, under this or another identifier (merged_records.sql), is
-- in a household that is open, with the first day without them (none: they are there). The record's
-- number is told of the caller's own federation only. Records that were merged, or entered by
-- mistake, are nobody. A death is told whatever its day: it is no end of a stay, but of the person.
-- That of a merged record is its kept record's, where alone it is taken back.
--
-- By it, nobody is put back into one household who has entered another since, or has died there. Run
-- by the definer, who bypasses row-level security; the identifiers are known to who has the records,
-- sixty at most.
--
-- Its columns may have changed, and only dropping makes way for that.
DROP FUNCTION IF EXISTS other_stays(uuid[], date);
CREATE OR REPLACE FUNCTION other_stays(people uuid[], since date)
    RETURNS TABLE (person_id uuid, tenant_id smallint, number varchar, ended_on date, died_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT DISTINCT asked, b.tenant_id,
           CASE WHEN b.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
                THEN b.number END,
           least(b.left_on, h.closed_on, b.died_on + 1), b.died_on
    FROM unnest(people[1:60]) asked
    CROSS JOIN LATERAL public.records_of_person(asked) same
    JOIN public.membership_beneficiary b ON b.person_id = same.person_id
    JOIN public.membership_household h ON h.tenant_id = b.tenant_id AND h.id = b.household_id
    WHERE (SELECT public.scope_holds())
      AND b.left_because <> 'merged'
      AND (b.died_on IS NOT NULL
           OR b.left_because <> 'mistake'
          AND coalesce(least(b.left_on, h.closed_on), 'infinity') > since)
    ORDER BY 1, 2, 3
$function$;
