-- Tells whether a person is in no other household of the network and has died in none, but for what
-- the record of that number says in the caller's own federation.
--
-- A policy asks it of each record that is entered, and of each that comes back or says a death: so it
-- first looks whether the identifier is known at all. Run by the definer, who bypasses row-level
-- security; other_stays tells its callers more.
CREATE OR REPLACE FUNCTION is_nowhere_else(person uuid, record varchar) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF NOT EXISTS (SELECT FROM public.membership_beneficiary b WHERE b.person_id = person) THEN
        RETURN true;
    END IF;
    -- Those that have ended, whenever, are no stays after the last of days.
    RETURN NOT EXISTS (
        SELECT FROM public.other_stays(ARRAY[person], DATE '9999-12-31') s
        WHERE s.number IS DISTINCT FROM record
    );
END
$function$;
