-- The records that a person has had one after the other in federations that passed the household on,
-- whichever of them is asked for: a stay, or a morning, may lie in two of them.
--
-- Run with the caller's own rights: claim_rights, which crosses the wall, calls it for each claim that
-- is decided. Most records came from nowhere and went nowhere: of these nothing more is read.
CREATE OR REPLACE FUNCTION records_over_transfers(of_record bigint)
    RETURNS TABLE (beneficiary_id bigint)
    LANGUAGE sql STABLE ROWS 1
AS $function$
    WITH RECURSIVE same (id) AS (
        SELECT of_record
        UNION
        SELECT found.id
        FROM same s
        CROSS JOIN LATERAL (
            SELECT o.id
            FROM public.membership_beneficiary b
            JOIN public.membership_household h
              ON h.tenant_id = b.tenant_id AND h.id = b.household_id
            JOIN public.membership_beneficiary o
              ON o.person_id = b.person_id AND o.id <> b.id
            JOIN public.membership_transfer t
              ON t.state = 'accepted' AND (
                  t.tenant_id = b.tenant_id AND t.household_id = b.household_id
                  AND t.destination_id = o.tenant_id AND t.opened_household_id = o.household_id
                  AND b.left_because = 'transfer'
                  OR t.tenant_id = o.tenant_id AND t.household_id = o.household_id
                  AND t.destination_id = b.tenant_id AND t.opened_household_id = b.household_id
                  AND o.left_because = 'transfer')
            WHERE b.id = s.id
              AND (b.left_because = 'transfer' OR h.first_registered_on IS NOT NULL)
            OFFSET 0
        ) found
    )
    SELECT s.id FROM same s
$function$;
