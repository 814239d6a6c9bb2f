-- What remains of the yearly ceilings of people, for whoever checks their rights: each ceiling of
-- the package that holds on the day and what was paid of it, as the rules count it
-- (claims/rules/adjudication/ceilings.py): a person's wherever insured and under whichever record, a
-- household's what was paid in that household. Nothing of the care itself: no act, no day, no place
-- but those that the ceiling names.
--
-- It refuses whoever is not in a scope, and tells only of people whom a check of rights has told
-- its caller about in the same transaction: that leaves the trace, and is counted.
CREATE OR REPLACE FUNCTION ceilings_left(people bigint[], on_day date)
    RETURNS TABLE (
        beneficiary_id bigint, scope varchar, francs bigint, used_francs bigint, family varchar,
        act varchar, level varchar, ownership varchar, care_kind varchar
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
    IF NOT public.scope_holds() OR NOT people <@ ARRAY(
        SELECT unnest(c) FROM public.rights_checked_since(transaction_timestamp()) c) THEN
        RAISE EXCEPTION 'ceilings_left: permission denied without a check of rights'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT p.id, c.scope, c.francs, coalesce(u.used, 0)::bigint, c.family,
           coalesce(a.code, '')::varchar, c.level, c.ownership, c.care_kind
    FROM public.membership_beneficiary p
    CROSS JOIN LATERAL (
        SELECT ARRAY(SELECT r.person_id FROM public.records_of_person(p.person_id) r) AS persons,
               ARRAY(SELECT r.household_id
                     FROM public.records_of_household(p.tenant_id, p.household_id) r) AS households
        OFFSET 0
    ) known
    CROSS JOIN LATERAL (
        SELECT k.id
        FROM public.claims_benefitpackage k
        JOIN public.federations_federation f ON f.id = k.tenant_id
        WHERE k.year_id = extract(year FROM on_day) AND k.in_force_from <= on_day
          AND (k.in_force_until IS NULL OR k.in_force_until > on_day)
          AND (f.id = p.tenant_id OR f.kind = 'confederation')
        ORDER BY f.id = p.tenant_id DESC, k.in_force_from DESC, k.id DESC
        LIMIT 1
    ) version
    JOIN public.claims_packageclause c
      ON c.package_id = version.id AND c.kind = 'ceiling'
     AND c.scope IN ('person_year', 'household_year')
     AND (c.sex = '' OR c.sex = p.sex)
     AND extract(year FROM age(on_day, p.birth_date))
         BETWEEN coalesce(c.age_from, 0) AND coalesce(c.age_to, 999)
    LEFT JOIN public.claims_act a ON a.id = c.act_id
    LEFT JOIN LATERAL (
        SELECT sum(l.mutuelle_francs) AS used
        FROM (
            SELECT d.*
            FROM unnest(known.persons) own (person_id)
            JOIN public.claims_decision d ON d.person_id = own.person_id
            WHERE c.scope = 'person_year'
              AND d.care_year = extract(year FROM on_day)::int AND d.superseded_at IS NULL
            UNION ALL
            SELECT d.*
            FROM unnest(known.households) own (household_id)
            JOIN public.claims_decision d
              ON d.tenant_id = p.tenant_id AND d.household_id = own.household_id
            WHERE c.scope = 'household_year'
              AND d.care_year = extract(year FROM on_day)::int AND d.superseded_at IS NULL
        ) d
        JOIN public.claims_claim m ON m.care_year = d.care_year AND m.id = d.claim_id
        CROSS JOIN LATERAL public.facility_standing(d.facility_id, d.care_on) h
        JOIN public.claims_decisionline l
          ON l.care_year = d.care_year AND l.decision_id = d.id AND l.quantity > 0
        WHERE (c.family = '' OR c.family = l.family) AND (c.act_id IS NULL OR c.act_id = l.act_id)
          AND (c.level = '' OR c.level = h.facility_type)
          AND (c.ownership = '' OR c.ownership = h.ownership)
          AND (c.care_kind = '' OR c.care_kind = m.care_kind)
          AND (d.person_id <> ALL (known.persons)
               OR extract(year FROM age(d.care_on, p.birth_date))
                  BETWEEN coalesce(c.age_from, 0) AND coalesce(c.age_to, 999))
    ) u ON true
    WHERE p.id = ANY (people)
    ORDER BY p.id, c.scope DESC, c.id;
END
$function$;
