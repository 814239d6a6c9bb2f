-- What anybody of the network needs to verify a card of any federation: public keys, and
-- whether one card is revoked. Nothing about the household behind it.
CREATE OR REPLACE FUNCTION card_keys()
    RETURNS TABLE (key_id text, federation text, public_key text, revoked_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT k.key_id, f.code, k.public_key, k.revoked_on
    FROM public.membership_signingkey k
    JOIN public.federations_federation f ON f.id = k.tenant_id
    WHERE (SELECT public.scope_holds())
$function$;

CREATE OR REPLACE FUNCTION card_standing(of_serial text)
    RETURNS TABLE (revoked_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT c.revoked_on FROM public.membership_card c
    WHERE c.serial = of_serial AND (SELECT public.scope_holds())
$function$;

-- The revoked cards that would still be read on a day, for a device without a line: of each the
-- first ten hexadecimal digits of its serial's hash, so that a lost list gives no serial away.
CREATE OR REPLACE FUNCTION revoked_cards(on_day date)
    RETURNS TABLE (mark text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT left(encode(sha256(convert_to(c.serial, 'UTF8')), 'hex'), 10)
    FROM public.membership_card c
    WHERE c.revoked_on IS NOT NULL AND c.expires_on >= on_day
      AND (SELECT public.scope_holds())
    ORDER BY 1
$function$;
