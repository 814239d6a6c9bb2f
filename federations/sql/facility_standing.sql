-- What a facility was on a day: its type and ownership by the latest word on that day, else what the
-- register says. Run with the caller's own rights.
CREATE OR REPLACE FUNCTION facility_standing(of_facility bigint, on_day date)
    RETURNS TABLE (facility_type varchar, ownership varchar)
    LANGUAGE sql STABLE ROWS 1
AS $function$
    SELECT coalesce(s.facility_type, f.facility_type), coalesce(s.ownership, f.ownership)
    FROM public.federations_healthfacility f
    LEFT JOIN LATERAL (
        SELECT w.facility_type, w.ownership
        FROM public.federations_facilitystanding w
        WHERE w.facility_id = f.id AND w.starts_on <= on_day
        ORDER BY w.id DESC
        LIMIT 1
    ) s ON true
    WHERE f.id = of_facility
$function$;
