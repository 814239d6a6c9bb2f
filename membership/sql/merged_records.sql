-- Two records merged are of one person, and two households of which one was the other's duplicate
-- are one, for whatever counts what a person or a household has had. What is dropped leads to what
-- is kept by its number, a former one of the other; a household renumbered since has taken its
-- dropped records along.
--
-- Run with the caller's own rights: the functions that cross the wall call them, for each claim that
-- is decided. Most records have neither been merged nor had another number: of these nothing more is
-- read. The former numbers of one are asked for by the record alone, and one by one (LIMIT): else all
-- those of a federation might be gone through, or hashed.

-- The person and who they were under other records, whichever of them is asked for.
CREATE OR REPLACE FUNCTION records_of_person(of_person uuid)
    RETURNS TABLE (person_id uuid)
    LANGUAGE sql STABLE ROWS 1
AS $function$
    WITH RECURSIVE same (person_id) AS (
        SELECT of_person
        UNION
        SELECT found.person_id
        FROM same s
        CROSS JOIN LATERAL (
            SELECT o.person_id
            FROM public.membership_beneficiary b
            CROSS JOIN LATERAL (
                SELECT b.number
                UNION ALL
                SELECT n.number FROM public.membership_formernumber n
                WHERE n.beneficiary_id = b.id
            ) told
            CROSS JOIN LATERAL (
                SELECT x.id FROM public.membership_beneficiary x
                WHERE x.tenant_id = b.tenant_id AND x.number = told.number
                UNION ALL
                SELECT n.beneficiary_id FROM public.membership_formernumber n
                WHERE n.tenant_id = b.tenant_id AND n.number = told.number
            ) bearer
            JOIN public.membership_beneficiary o ON o.tenant_id = b.tenant_id AND o.id = bearer.id
            WHERE b.person_id = s.person_id AND o.id <> b.id
              AND (b.left_because = 'merged' OR (
                  SELECT true FROM public.membership_formernumber n
                  WHERE n.beneficiary_id = b.id LIMIT 1))
              AND 'merged' IN (b.left_because, o.left_because)
            OFFSET 0
        ) found
    )
    SELECT s.person_id FROM same s
$function$;

-- The household and its duplicates, whichever of them is asked for.
CREATE OR REPLACE FUNCTION records_of_household(of_tenant smallint, of_household bigint)
    RETURNS TABLE (household_id bigint)
    LANGUAGE sql STABLE ROWS 1
AS $function$
    WITH RECURSIVE same (household_id) AS (
        SELECT of_household
        UNION
        SELECT found.id
        FROM same s
        CROSS JOIN LATERAL (
            SELECT o.id
            FROM public.membership_household h
            CROSS JOIN LATERAL (
                SELECT h.number
                UNION ALL
                SELECT n.number FROM public.membership_formernumber n
                WHERE n.household_id = h.id AND n.beneficiary_id IS NULL
            ) told
            CROSS JOIN LATERAL (
                SELECT x.id FROM public.membership_household x
                WHERE x.tenant_id = of_tenant AND x.number = told.number
                UNION ALL
                SELECT n.household_id FROM public.membership_formernumber n
                WHERE n.tenant_id = of_tenant AND n.number = told.number
                  AND n.beneficiary_id IS NULL
            ) bearer
            JOIN public.membership_household o ON o.tenant_id = of_tenant AND o.id = bearer.id
            WHERE h.tenant_id = of_tenant AND h.id = s.household_id AND o.id <> h.id
              AND (h.closed_because = 'merged' OR (
                  SELECT true FROM public.membership_formernumber n
                  WHERE n.household_id = h.id AND n.beneficiary_id IS NULL LIMIT 1))
              AND 'merged' IN (h.closed_because, o.closed_because)
            OFFSET 0
        ) found
    )
    SELECT s.household_id FROM same s
$function$;
