-- What a federation that decides a visitor's claim may learn of it, and nothing more: the facts of
-- the rights, the care already accepted in the year, what a package asks beside the lines. Each
-- takes claims that exist and are in the caller's sight: there is no asking for a person without a
-- claim.

-- The facts of rights (membership/sql/rights_facts.sql) of the claims' patients: of the record that
-- the claim names, first, and of those that transfers tie to it, under the id of the claim's own.
CREATE OR REPLACE FUNCTION claim_rights(claims bigint[], in_year integer, on_day date)
    RETURNS TABLE (
        beneficiary_id bigint, person_id uuid, number varchar, family_name varchar,
        given_name varchar, sex varchar, birth_date date, is_birth_estimated boolean,
        relationship varchar, joined_on date, declared_on date, left_on date,
        left_because varchar, died_on date, tenant_id smallint, federation varchar,
        household_id bigint, closed_on date, closed_because varchar, reinstated_on date,
        holes jsonb,
        unit_id bigint, unit_name varchar, unit_phone varchar, federation_phone varchar,
        years jsonb
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH record AS MATERIALIZED (
        SELECT DISTINCT s.beneficiary_id, r.beneficiary_id AS record_id
        FROM public.claims_in_sight(claims, in_year) s
        CROSS JOIN LATERAL public.records_over_transfers(s.beneficiary_id) r
    )
    SELECT r.beneficiary_id, f.person_id, f.number, f.family_name, f.given_name, f.sex,
           f.birth_date, f.is_birth_estimated, f.relationship, f.joined_on, f.declared_on,
           f.left_on, f.left_because, f.died_on, f.tenant_id, f.federation, f.household_id,
           f.closed_on, f.closed_because, f.reinstated_on, f.holes, f.unit_id, f.unit_name,
           f.unit_phone, f.federation_phone, f.years
    FROM public.coverage_facts(ARRAY(SELECT DISTINCT r.record_id FROM record r), on_day) f
    JOIN record r ON r.record_id = f.beneficiary_id
    ORDER BY r.beneficiary_id, r.record_id <> r.beneficiary_id, r.record_id
$function$;

-- Care already accepted that counts against a claim's ceilings and limits: the household's of the
-- year, and the person's of the year and of `apart` years before and after (an episode, a limit in
-- days or an interval knows no New Year), wherever it was given, whichever federation insured the
-- person then, and under whichever record, where two were merged. `counted` (claims.rules.package.Counted) says whose some clause counts, and what
-- it tells apart: lines of one attestation come as one where none asks for their family, act or day.
-- The rules ask which of it counts. Superseded decisions do not.
CREATE OR REPLACE FUNCTION claim_earlier_care(
        claims bigint[], in_year integer, apart integer, counted text[])
    RETURNS TABLE (
        claim_id bigint, is_same_person boolean, is_same_household boolean,
        earlier_claim_id bigint, episode varchar,
        act varchar, family varchar, level varchar, ownership varchar, care_kind varchar,
        care_on date, admitted_on date, quantity numeric, mutuelle_francs bigint, deductible_francs bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    -- A claim's own few rows by their keys, in this order: never a whole year's read to be hashed or
    -- kept beside them. The planner knows nothing of a year that has just begun, and little of one
    -- that grows by thousands: the fences (OFFSET 0) leave it no choice.
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET enable_material = off
    SET enable_seqscan = off
AS $function$
    WITH sight AS MATERIALIZED (SELECT * FROM public.claims_with_records(claims, in_year))
    SELECT d.for_claim_id, d.is_same_person, d.is_same_household, d.claim_id, d.episode, l.act,
           l.family, c.facility_type, c.ownership, c.care_kind, l.care_on, d.care_on, l.quantity,
           l.mutuelle_francs, l.deductible_francs
    FROM (
        SELECT s.id AS for_claim_id, d.care_year, d.id, d.claim_id, d.episode, d.care_on,
               d.person_id = ANY (s.people) AS is_same_person, true AS is_same_household
        FROM sight s
        CROSS JOIN LATERAL unnest(s.households) own (household_id)
        CROSS JOIN LATERAL (
            SELECT p.*
            FROM public.claims_decision p
            WHERE p.tenant_id = s.tenant_id AND p.household_id = own.household_id
              AND p.care_year = in_year AND p.superseded_at IS NULL AND p.claim_id <> s.id
            OFFSET 0
        ) d
        WHERE 'household' = ANY (counted)
        UNION
        SELECT s.id, d.care_year, d.id, d.claim_id, d.episode, d.care_on, true,
               d.tenant_id = s.tenant_id AND d.household_id = ANY (s.households)
        FROM sight s
        CROSS JOIN LATERAL unnest(s.people) own (person_id)
        CROSS JOIN LATERAL (
            SELECT p.*
            FROM public.claims_decision p
            WHERE p.person_id = own.person_id AND p.superseded_at IS NULL AND p.claim_id <> s.id
              AND p.care_year BETWEEN in_year - apart AND in_year + apart
            OFFSET 0
        ) d
        WHERE 'person' = ANY (counted)
    ) d
    CROSS JOIN LATERAL (
        SELECT o.care_kind, o.ends_on, h.facility_type, h.ownership
        FROM public.claims_claim o
        CROSS JOIN LATERAL public.facility_standing(o.facility_id, o.starts_on) h
        WHERE o.care_year = d.care_year AND o.id = d.claim_id
        OFFSET 0
    ) c
    CROSS JOIN LATERAL (
        SELECT o.act, o.family, o.care_on, sum(o.quantity) AS quantity,
               sum(o.mutuelle_francs)::bigint AS mutuelle_francs,
               sum(o.deductible_francs)::bigint AS deductible_francs
        FROM (
            SELECT CASE WHEN 'family' = ANY (counted) THEN w.family END AS family,
                   CASE WHEN 'act' = ANY (counted) THEN (
                       SELECT a.code FROM public.claims_act a WHERE a.id = w.act_id) END AS act,
                   -- A line's own day is one of its attestation's: of one day, there is no other.
                   CASE WHEN 'day' = ANY (counted) AND c.ends_on > d.care_on THEN coalesce((
                       SELECT k.given_on
                       FROM public.claims_claimline k
                       WHERE k.care_year = d.care_year AND k.claim_id = d.claim_id
                         AND k.position = w.position), d.care_on)
                   ELSE d.care_on END AS care_on,
                   w.quantity, w.mutuelle_francs, w.deductible_francs
            -- By the decision alone: its number is of one year.
            FROM public.claims_decisionline w
            WHERE w.decision_id = d.id AND w.quantity > 0
            OFFSET 0
        ) o
        GROUP BY o.act, o.family, o.care_on
    ) l
$function$;

-- Under which household and person a claim counts where records were merged: one pair for all of
-- them. Other claims count under their own, and are not told.
CREATE OR REPLACE FUNCTION claim_records(claims bigint[], in_year integer)
    RETURNS TABLE (claim_id bigint, household_id bigint, person_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT s.id, (SELECT min(h) FROM unnest(s.households) h),
           (SELECT p FROM unnest(s.people) p ORDER BY p LIMIT 1)
    FROM public.claims_with_records(claims, in_year) s
    WHERE cardinality(s.households) > 1 OR cardinality(s.people) > 1
$function$;

-- What a package asks beside the lines: whether the reason for care is chronic or a maternity,
-- without the reason; and the household's other cover. For the system and who reads claims: that a
-- patient is chronically ill is no agent's to ask.
CREATE OR REPLACE FUNCTION claim_particulars(claims bigint[], in_year integer)
    RETURNS TABLE (
        claim_id bigint, is_chronic boolean, is_maternity boolean, other_cover varchar
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    -- As above: the register is not read whole to be hashed.
    SET enable_hashjoin = off
    SET enable_mergejoin = off
AS $function$
    SELECT s.id, coalesce(g.is_chronic, false), coalesce(g.is_maternity, false), h.other_cover
    FROM public.claims_in_sight(claims, in_year) s
    JOIN public.membership_household h ON h.tenant_id = s.tenant_id AND h.id = s.household_id
    LEFT JOIN LATERAL (
        SELECT r.is_chronic, r.is_maternity
        FROM public.claims_claimdiagnosis d
        JOIN public.claims_carereason r ON r.id = d.reason_id
        WHERE d.claim_id = s.id
        ORDER BY d.written_at DESC
        LIMIT 1
    ) g ON true
$function$;

-- One decision at a time on a household's care of a year, and on a person's who has changed
-- household or had two records: their accounts are made where they are missing, else locked, in one order. Each claim
-- takes its year's account and those of the years around into which some package of its year looks
-- (`claims.rules.package.Reach`), drafts too: so two claims of which either may count against the
-- other have one in common. A bon is valid for a year, and may be drawn by claims of two.
-- Who decides several years' claims in one transaction asks for them all at once: asked year by
-- year, two could wait for each other. What is locked is left as it is: the condition is never met.
CREATE OR REPLACE FUNCTION lock_care_accounts(claims bigint[], in_years integer[])
    RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    -- As above: a person's few records by their key, not the register read whole.
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET enable_material = off
    SET enable_seqscan = off
AS $function$
    WITH reach AS MATERIALIZED (
        SELECT y.care_year, coalesce(max(
                   CASE
                       WHEN c.days > 0 AND c.kind IN ('limit', 'interval')
                           THEN 1 + (c.days + 60) / 365
                       WHEN c.scope = 'episode' OR c.paper = 'authorisation' THEN 1
                       ELSE 0
                   END), 0) AS years
        FROM unnest(in_years) y (care_year)
        LEFT JOIN public.claims_benefitpackage k ON k.year_id = y.care_year
        LEFT JOIN public.claims_packageclause c ON c.package_id = k.id
        GROUP BY y.care_year
    ), sight AS MATERIALIZED (
        SELECT s.tenant_id, s.households, s.people, y.care_year, y.years
        FROM reach y
        CROSS JOIN LATERAL public.claims_with_records(claims, y.care_year) s
    )
    INSERT INTO public.claims_careaccount (tenant_id, household_id, care_year)
    SELECT DISTINCT h.tenant_id, h.household_id, h.care_year + around.years AS care_year
    FROM (
        SELECT s.tenant_id, unnest(s.households) AS household_id, s.care_year, s.years
        FROM sight s
        UNION
        SELECT b.tenant_id, b.household_id, s.care_year, s.years
        FROM sight s
        CROSS JOIN LATERAL unnest(s.people) own (person_id)
        CROSS JOIN LATERAL (
            SELECT r.tenant_id, r.household_id
            FROM public.membership_beneficiary r
            WHERE r.person_id = own.person_id
            OFFSET 0
        ) b
    ) h
    CROSS JOIN LATERAL generate_series(-h.years, h.years) around (years)
    ORDER BY h.household_id, h.tenant_id, care_year
    ON CONFLICT (tenant_id, household_id, care_year)
        DO UPDATE SET care_year = excluded.care_year WHERE false
$function$;
