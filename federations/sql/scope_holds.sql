-- Whether what the session states (tenant, actor, role, source, request) was said by the
-- application and not by a statement slipped into one of its queries: the statement is signed
-- (HMAC-SHA256) for this backend, this transaction and this database role, with a key that
-- only this function's owner can read. Asked once a statement and table by the policies.
CREATE OR REPLACE FUNCTION scope_holds() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER COST 100
    SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    stated constant bytea := convert_to(concat_ws(
        E'\x1f',
        pg_backend_pid() || ' ' || date_part('epoch', transaction_timestamp()),
        coalesce(current_setting('app.tenant_id', true), ''),
        coalesce(current_setting('app.facility_id', true), ''),
        coalesce(current_setting('app.actor_id', true), ''),
        coalesce(current_setting('app.actor_name', true), ''),
        coalesce(current_setting('app.actor_role', true), ''),
        coalesce(current_setting('app.source', true), ''),
        coalesce(current_setting('app.request_id', true), ''),
        current_setting('role')
    ), 'UTF8');
    signature constant text := coalesce(current_setting('app.signature', true), '');
    key record;
BEGIN
    IF signature = '' THEN
        RETURN false;
    END IF;
    SELECT k.inner_pad, k.outer_pad INTO key FROM public.federations_scopekey k;
    RETURN coalesce(
        encode(sha256(key.outer_pad || sha256(key.inner_pad || stated)), 'hex') = signature,
        false
    );
END
$function$;
