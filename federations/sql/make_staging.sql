-- The one temporary table that a scope may have: `staging_` and the name of a table, with some of
-- its columns, gone with the transaction. Nobody but this function's owner can make another: one of
-- a table's own name would stand before it, also for who asks next on the same connection.
CREATE OR REPLACE FUNCTION make_staging(table_name text, column_names text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    staging constant text := format('pg_temp.%I', 'staging_' || table_name);
BEGIN
    IF NOT public.scope_holds() THEN
        RAISE EXCEPTION 'make_staging: permission denied outside a scope'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %s', staging);
    EXECUTE format(
        'CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM public.%I WITH NO DATA',
        staging,
        (SELECT string_agg(quote_ident(name), ', ') FROM unnest(column_names) AS name),
        table_name
    );
    EXECUTE format('GRANT SELECT, INSERT ON %s TO PUBLIC', staging);
END
$function$;
