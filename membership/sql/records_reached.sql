-- Whom what is written on a card leads to: the ids of their records, in every federation that the
-- caller may read. Nothing is found by a part of a name or number.
--
-- Each way is tried where its argument is given: `codes` (spellings of a number, present or former,
-- of a person or household, or of a card's serial), `phones` (spellings of a telephone), `sound` (a
-- whole name's phonetic key, its words in any order) with `born`. An estimated year of birth may be
-- two years off. Records of people who were merged into another, or entered by mistake, are not
-- people. Who passed to another federation is answered for where they were on the day asked about,
-- the day of the transfer and those after it in the household opened there, those before it in the
-- one that they left; five transfers on or back at most.
--
-- Run with the caller's own rights: rights_facts and patients_numbered, which cross the wall, call
-- it.
DROP FUNCTION IF EXISTS records_reached(text[], text[], text, integer);
CREATE OR REPLACE FUNCTION records_reached(
    codes text[], phones text[], sound text, born integer, on_day date
)
    RETURNS bigint[]
    LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    found bigint[] := '{}';
BEGIN
    IF cardinality(codes) > 0 THEN
        -- One probe of the unique index (tenant, number) a tenant: there are a handful.
        found := ARRAY(
            SELECT b.id
            FROM public.federations_federation f
            JOIN public.membership_beneficiary b ON b.tenant_id = f.id AND b.number = ANY (codes)
            UNION
            SELECT b.id
            FROM public.federations_federation f
            JOIN public.membership_household h ON h.tenant_id = f.id AND h.number = ANY (codes)
            JOIN public.membership_beneficiary b
              ON b.tenant_id = h.tenant_id AND b.household_id = h.id
            UNION
            SELECT b.id
            FROM public.federations_federation f
            JOIN public.membership_formernumber n ON n.tenant_id = f.id AND n.number = ANY (codes)
            JOIN public.membership_beneficiary b
              ON b.tenant_id = n.tenant_id AND b.household_id = n.household_id
             AND (n.beneficiary_id IS NULL OR b.id = n.beneficiary_id)
            UNION
            SELECT b.id
            FROM public.membership_card c
            JOIN public.membership_beneficiary b
              ON b.tenant_id = c.tenant_id AND b.household_id = c.household_id
            WHERE c.serial = ANY (codes)
        );
    END IF;
    IF cardinality(phones) > 0 THEN
        found := found || ARRAY(
            SELECT b.id
            FROM public.membership_beneficiary p
            JOIN public.membership_beneficiary b
              ON b.tenant_id = p.tenant_id AND b.household_id = p.household_id
            WHERE p.phone <> '' AND p.phone = ANY (phones)
            UNION
            SELECT b.id
            FROM public.membership_household h
            JOIN public.membership_beneficiary b
              ON b.tenant_id = h.tenant_id AND b.household_id = h.id
            WHERE h.phone <> '' AND h.phone = ANY (phones)
        );
    END IF;
    IF sound <> '' AND born IS NOT NULL THEN
        found := found || ARRAY(
            SELECT b.id
            FROM public.membership_beneficiary b
            WHERE b.phonetic_key = sound
              AND abs(extract(year FROM b.birth_date) - born)
                  <= CASE WHEN b.is_birth_estimated THEN 2 ELSE 0 END
        );
    END IF;
    RETURN ARRAY(
        WITH RECURSIVE walk AS (
            SELECT b.id AS start, 0 AS hop, b.id, b.tenant_id, b.household_id, b.person_id,
                   b.number, b.left_on, b.left_because
            FROM public.membership_beneficiary b
            WHERE b.id = ANY (found)
            UNION ALL
            SELECT w.start, w.hop + 1, further.*
            FROM walk w
            CROSS JOIN LATERAL (
                -- The household that the other federation opened for them.
                SELECT b.id, b.tenant_id, b.household_id, b.person_id, b.number, b.left_on,
                       b.left_because
                FROM public.membership_transfer t
                JOIN public.membership_beneficiary b
                  ON b.tenant_id = t.destination_id AND b.household_id = t.opened_household_id
                 AND b.person_id = w.person_id
                WHERE w.left_because = 'transfer' AND w.left_on <= on_day
                  AND t.tenant_id = w.tenant_id
                  AND t.household_id = w.household_id AND t.state = 'accepted'
                UNION ALL
                -- On a day before it was opened: the one that they were in.
                SELECT b.id, b.tenant_id, b.household_id, b.person_id, b.number, b.left_on,
                       b.left_because
                FROM public.membership_household h
                JOIN public.membership_beneficiary b
                  ON b.person_id = w.person_id AND b.left_because = 'transfer'
                 AND b.left_on > on_day
                JOIN public.membership_transfer t
                  ON t.tenant_id = b.tenant_id AND t.household_id = b.household_id
                 AND t.state = 'accepted' AND t.destination_id = h.tenant_id
                 AND t.opened_household_id = h.id
                WHERE w.left_because NOT IN ('merged', 'mistake') AND h.tenant_id = w.tenant_id
                  AND h.id = w.household_id AND h.first_registered_on IS NOT NULL
                  AND h.registered_on > on_day
                UNION ALL
                -- Merged there into another record, which has their number from then on.
                SELECT b.id, b.tenant_id, b.household_id, b.person_id, b.number, b.left_on,
                       b.left_because
                FROM public.membership_formernumber n
                JOIN public.membership_beneficiary b
                  ON b.tenant_id = n.tenant_id AND b.id = n.beneficiary_id
                WHERE w.left_because = 'merged' AND w.hop > 0 AND n.tenant_id = w.tenant_id
                  AND n.number = w.number AND b.id <> w.id
            ) further
            WHERE w.hop < 5
        )
        SELECT DISTINCT ON (w.start) w.id
        FROM walk w
        WHERE w.left_because NOT IN ('merged', 'mistake')
        ORDER BY w.start, w.hop DESC, w.left_on IS NOT NULL, w.id DESC
    );
END
$function$;
