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
$function$;

CREATE OR REPLACE FUNCTION card_standing(of_serial text)
    RETURNS TABLE (revoked_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT c.revoked_on FROM public.membership_card c WHERE c.serial = of_serial
$function$;
