-- Refuses a statement that changes a row as its table's declaration does not allow: what a policy
-- cannot ask, which meets the row as it was and as it becomes one after the other.
--
-- Fired once per statement. Arguments: the key column; the condition over o, the row as it was, and
-- n, as it becomes. The system's jobs are not asked: their services are, and they load the past.
-- Who acts is what the signed scope says at the statement's end, whatever was set within it.
CREATE OR REPLACE FUNCTION keep_changes() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    is_refused boolean;
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NULL;
    END IF;
    IF public.scope_holds() AND current_setting('app.actor_role', true) = 'system' THEN
        RETURN NULL;
    END IF;
    -- Planned each time, knowing how many rows there are.
    EXECUTE format(
        'SELECT NOT public.scope_holds() OR EXISTS ('
        ' SELECT FROM old_rows o JOIN new_rows n ON n.%1$I = o.%1$I WHERE (%2$s) IS NOT TRUE)',
        TG_ARGV[0], TG_ARGV[1]
    ) INTO is_refused;
    IF is_refused THEN
        RAISE EXCEPTION 'change refused by row-level security of table "%"', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$function$;
