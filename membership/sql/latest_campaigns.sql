-- The first day of collection of the latest mutualist years, by year: the own federation's campaign,
-- else CONAMUS's. Told with each page's scope (conamus/pages/years.py), so to every role; in
-- PL/pgSQL, which keeps its plan from page to page.
CREATE OR REPLACE FUNCTION latest_campaigns() RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    here constant smallint := nullif(current_setting('app.tenant_id', true), '');
BEGIN
    IF NOT public.scope_holds() THEN
        RETURN '{}';
    END IF;
    RETURN (
        SELECT coalesce(jsonb_object_agg(c.year_id, c.opens_on), '{}')
        FROM (
            SELECT DISTINCT ON (k.year_id) k.year_id, k.opens_on
            FROM public.membership_campaign k
            WHERE k.tenant_id = here
               OR k.tenant_id IN (SELECT f.id FROM public.federations_federation f
                                  WHERE f.kind = 'confederation')
            ORDER BY k.year_id DESC, k.tenant_id = here DESC
            LIMIT 4
        ) c
    );
END
$function$;
