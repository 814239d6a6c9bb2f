-- Who is meant by the number on a card, in whatever federation, for what is written of them: an
-- attestation, a bon, the search of those already written. It names nobody: identifiers, whose
-- member, and the days of birth and death, which care lies between. So it is neither a check of
-- rights nor counted as one; its rows are told nobody, and the names only by rights_facts.
--
-- One record a person: the present one, else the latest. Of who changed federation, that of the day
-- asked about.
DROP FUNCTION IF EXISTS patients_numbered(text[]);
CREATE OR REPLACE FUNCTION patients_numbered(codes text[], on_day date)
    RETURNS TABLE (
        beneficiary_id bigint, person_id uuid, number varchar, tenant_id smallint,
        household_id bigint, unit_id bigint, birth_date date, died_on date
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
    IF NOT public.scope_holds() OR cardinality(codes) > 5 THEN
        RAISE EXCEPTION 'patients_numbered: permission denied'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT DISTINCT ON (b.person_id)
           b.id, b.person_id, b.number, b.tenant_id, b.household_id, h.unit_id, b.birth_date,
           b.died_on
    FROM public.membership_beneficiary b
    JOIN public.membership_household h ON h.tenant_id = b.tenant_id AND h.id = b.household_id
    WHERE b.id = ANY (public.records_reached(codes, '{}', '', NULL, on_day))
    ORDER BY b.person_id,
             (b.left_on IS NULL OR b.left_because = 'death')
             AND (h.closed_on IS NULL OR h.closed_because = 'struck_off') DESC,
             b.joined_on DESC, b.id DESC;
END
$function$;
