-- The years whose latest edition of the network's report stays with CONAMUS, and why: what the
-- regulator is told of editions that it does not read. Callable by its role only, in its tenant.
CREATE OR REPLACE FUNCTION editions_kept_from_regulator()
    RETURNS TABLE (year smallint, produced_at timestamptz, kept_because text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT latest.year, latest.produced_at, latest.kept_because
    FROM (
        SELECT DISTINCT ON (r.year) r.year, r.produced_at, r.is_for_regulator, r.kept_because
        FROM public.prudential_annualreport r
        WHERE r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::smallint
          AND (SELECT public.scope_holds())
        ORDER BY r.year, r.produced_at DESC, r.id DESC
    ) latest
    WHERE NOT latest.is_for_regulator
    ORDER BY latest.year DESC
$function$;
