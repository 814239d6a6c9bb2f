-- The changes of one row that the whole network shares (or the one change `of_event` of such a
-- row), by whichever tenant: who reads the row may know what became of it. A person of another
-- federation is not named, nor is an address or a request of another tenant told; the
-- confederation, which keeps the registers, answers with its people's names. `actor_id` 0 is
-- somebody elsewhere. `shared_registers()` is made from the declarations (tenancy/fence.py).
CREATE OR REPLACE FUNCTION shared_row_history(of_table text, of_row text, of_event bigint)
    RETURNS TABLE (
        id bigint, tenant_id smallint, at timestamptz, table_name varchar, row_id varchar,
        operation varchar, actor_id bigint, actor_name varchar, actor_role varchar,
        source varchar, request_id varchar, before jsonb, after jsonb
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT h.id, h.tenant_id, h.at, h.table_name, h.row_id, h.operation,
           CASE WHEN told.is_own THEN h.actor_id WHEN h.actor_id IS NOT NULL THEN 0 END,
           CASE WHEN told.is_own OR told.is_named THEN h.actor_name END,
           h.actor_role,
           CASE WHEN told.is_own OR h.source NOT LIKE 'page:%' THEN h.source ELSE 'page' END,
           CASE WHEN told.is_own THEN h.request_id END,
           h.before, h.after
    FROM public.federations_historyevent h
    LEFT JOIN public.federations_federation f ON f.id = h.tenant_id
    CROSS JOIN LATERAL (
        SELECT h.tenant_id IS NOT DISTINCT FROM
                   nullif(current_setting('app.tenant_id', true), '')::smallint AS is_own,
               -- Past the application, nobody's name but the database role's is known.
               h.tenant_id IS NULL OR h.actor_id IS NULL OR f.kind = 'confederation' AS is_named
    ) told
    WHERE (SELECT public.scope_holds())
      AND h.table_name = ANY (public.shared_registers())
      AND (h.table_name = of_table AND h.row_id = of_row OR h.id = of_event)
$function$;
