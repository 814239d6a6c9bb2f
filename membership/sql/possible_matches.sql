-- Whether another federation may have somebody already, and no more than which one: for each
-- person asked (folded names, sex, year of birth, day of birth where it is known, in order) the
-- tenants in which somebody of the same folded names and sex is in a household, born the same
-- day or, where one of the two days is not known, within a year. No name, no number. Run by the
-- definer, who bypasses row-level security; whole names only, fifty at most.
CREATE OR REPLACE FUNCTION possible_matches(
        names text[], sexes text[], years integer[], days date[]
    )
    RETURNS TABLE (rank integer, tenant_id smallint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT DISTINCT asked.rank::integer, b.tenant_id
    FROM unnest(names[1:50], sexes[1:50], years[1:50], days[1:50])
        WITH ORDINALITY AS asked(name, sex, year, day, rank)
    JOIN public.membership_beneficiary b
      ON b.phonetic_key = asked.name COLLATE "C"
     AND b.sex = asked.sex
     AND CASE WHEN asked.day IS NULL OR b.is_birth_estimated
              THEN b.birth_date >= make_date(asked.year - 1, 1, 1)
               AND b.birth_date < make_date(asked.year + 2, 1, 1)
              ELSE b.birth_date = asked.day
         END
    WHERE asked.name LIKE '% %'
      AND b.left_on IS NULL
      AND (SELECT public.scope_holds())
      AND b.tenant_id <> nullif(current_setting('app.tenant_id', true), '')::smallint
    ORDER BY 1, 2
$function$;
