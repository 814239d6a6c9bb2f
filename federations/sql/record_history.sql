-- Writes one event per row that a statement created, changed or deleted.
--
-- Fired once per statement, so that a bulk load costs one set-based insert. Arguments:
-- the key column; the hidden columns (their change is told, their values are not); the
-- ignored columns (their change alone is no event); a query of the tenants that are told of the row
-- r, one event each. A creation keeps no copy: what was created is the row as it is now, rewound by
-- the events that follow.
CREATE OR REPLACE FUNCTION record_history() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    key_column text := TG_ARGV[0];
    hidden text[] := string_to_array(TG_ARGV[1], ',');
    ignored text[] := string_to_array(TG_ARGV[2], ',');
    -- Who is named without a signature is not believed.
    holds boolean := public.scope_holds();
    context text := format(
        '%L::timestamptz, %L, %L, %L::bigint, %L, %L, %L, %L',
        now(), TG_TABLE_NAME, left(TG_OP, 1),
        CASE WHEN holds THEN nullif(current_setting('app.actor_id', true), '')::bigint END,
        coalesce(CASE WHEN holds THEN nullif(current_setting('app.actor_name', true), '') END,
                 session_user),
        CASE WHEN holds THEN nullif(current_setting('app.actor_role', true), '') END,
        coalesce(CASE WHEN holds THEN nullif(current_setting('app.source', true), '') END, 'SQL'),
        CASE WHEN holds THEN nullif(current_setting('app.request_id', true), '') END
    );
    -- A row that belongs to no tenant is told under the tenant of who changed it.
    tenant constant text := 'coalesce(told.tenant_id, scope.tenant_id)';
    told text := format(
        ' CROSS JOIN (SELECT %L::smallint) scope(tenant_id)'
        ' LEFT JOIN LATERAL (%s) told(tenant_id) ON true',
        CASE WHEN holds THEN nullif(current_setting('app.tenant_id', true), '') END, TG_ARGV[3]
    );
    columns constant text := '(at, table_name, operation, actor_id, actor_name, actor_role,'
        ' source, request_id, tenant_id, row_id, before, after)';
    differs text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format(
            'INSERT INTO public.federations_historyevent %s'
            ' SELECT %s, %s, r.%I::text, NULL, NULL FROM new_rows r%s',
            columns, context, tenant, key_column, told
        );
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format(
            'INSERT INTO public.federations_historyevent %s'
            ' SELECT %s, %s, r.%I::text, to_jsonb(r) - $1, NULL FROM old_rows r%s',
            columns, context, tenant, key_column, told
        ) USING hidden;
    ELSE
        -- Most updates of large batches change ignored columns only: their rows are passed over
        -- by one comparison, before any is taken apart.
        SELECT format('ROW(%s)::record *<> ROW(%s)::record',
                      string_agg(format('r.%I', a.attname), ', '),
                      string_agg(format('o.%I', a.attname), ', '))
        INTO differs
        FROM pg_attribute a
        WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attname::text <> ALL (ignored);
        EXECUTE format(
            'INSERT INTO public.federations_historyevent %1$s'
            ' SELECT %2$s, %3$s, r.%4$I::text, difference.before, difference.after'
            ' FROM new_rows r JOIN old_rows o ON o.%4$I = r.%4$I AND %5$s'
            ' CROSS JOIN LATERAL ('
            '   SELECT jsonb_object_agg(was.key, CASE WHEN was.key = ANY ($1)'
            '                           THEN to_jsonb(text ''•••'') ELSE was.value END) AS before,'
            '          jsonb_object_agg(was.key, CASE WHEN was.key = ANY ($1)'
            '                           THEN to_jsonb(text ''•••'') ELSE now_is.value END) AS after,'
            '          bool_or(was.key <> ALL ($2)) AS matters'
            '   FROM jsonb_each(to_jsonb(o)) was JOIN jsonb_each(to_jsonb(r)) now_is USING (key)'
            '   WHERE was.value IS DISTINCT FROM now_is.value'
            ' ) difference %6$s WHERE difference.matters',
            columns, context, tenant, key_column, differs, told
        ) USING hidden, ignored;
    END IF;
    RETURN NULL;
END
$function$;
