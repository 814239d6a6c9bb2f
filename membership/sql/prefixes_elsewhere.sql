-- Which of these prefixes of households' numbers belong to other federations alone, and no more:
-- neither whose, nor whether a number was handed out. By it, an import refuses another
-- federation's register before its numbers are taken for new ones. Run by the definer, who
-- bypasses row-level security; fifty prefixes at most.
CREATE OR REPLACE FUNCTION prefixes_elsewhere(asked text[])
    RETURNS TABLE (prefix text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT r.prefix::text
    FROM public.membership_numberrange r
    WHERE r.prefix = ANY (asked[1:50])
    GROUP BY r.prefix
    HAVING bool_and(
        r.tenant_id <> nullif(current_setting('app.tenant_id', true), '')::smallint
    )
    ORDER BY 1
$function$;
