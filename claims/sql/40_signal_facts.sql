-- What stands around claims, for the rules of signals: one row a thing, for claims in the caller's
-- sight only. Other care of the person and of the household near each claim, wherever it was given,
-- without acts or reasons; books, backdated operations, who put a hand to it.
CREATE OR REPLACE FUNCTION claim_signal_facts(claims bigint[], in_year integer)
    RETURNS TABLE (claim_id bigint, kind text, told jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    -- A claim's own few rows by their keys: never a whole year's read to be hashed beside them, nor
    -- kept to be gone through once for each claim. OFFSET 0 keeps each look at its claim.
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET enable_seqscan = off
    SET enable_material = off
AS $function$
    WITH own AS MATERIALIZED (
        SELECT c.id, c.tenant_id, c.processing_id, c.facility_id, c.household_id,
               c.beneficiary_id, c.person_id, c.starts_on, c.ends_on, c.stub_number,
               c.asked_francs, array_remove(c.entered_by_user_id || ARRAY(
                   SELECT p.by_user_id FROM public.claims_claimstep p
                   WHERE p.care_year = in_year AND p.claim_id = c.id
                     AND p.to_state IN ('entered', 'submitted')
                     AND p.from_state <> 'submitted'
                   UNION
                   SELECT p.by_user_id
                   FROM public.claims_stood_for(c.id, in_year) f
                   JOIN public.claims_claimstep p ON p.care_year = f.care_year AND p.claim_id = f.id
                   WHERE c.supersedes_id IS NOT NULL  -- else it is not asked
                     AND p.to_state IN ('entered', 'submitted')
                     AND p.from_state <> 'submitted'), NULL) AS writers,
               split_part(c.stub_number, '-', 1) AS prefix,
               substring(c.stub_number FROM '^[A-Z0-9]{1,8}-(\d{1,9})$')::bigint AS number
        FROM public.claims_in_sight(claims, in_year) s
        JOIN public.claims_claim c ON c.care_year = in_year AND c.id = s.id
    ), other_record AS MATERIALIZED (
        -- Who the person is under records that were merged with the patient's.
        SELECT o.id AS own_id, r.person_id
        FROM own o
        CROSS JOIN LATERAL public.records_of_person(o.person_id) r
        WHERE r.person_id <> o.person_id
    )
    SELECT o.id, 'claim', jsonb_build_array(
               o.stub_number, h.name, d.name, o.asked_francs, o.writers, b.died_on,
               EXISTS (SELECT FROM public.claims_stubbook k WHERE k.tenant_id = o.processing_id))
    FROM own o
    JOIN public.federations_healthfacility h ON h.id = o.facility_id
    JOIN public.federations_healthdistrict d ON d.id = h.health_district_id
    JOIN public.membership_beneficiary b
      ON b.tenant_id = o.tenant_id AND b.id = o.beneficiary_id
    UNION ALL
    SELECT n.own_id, 'seen', jsonb_build_array(
               n.id, c.stub_number, c.facility_id, h.name, d.name, c.care_kind, c.starts_on,
               c.ends_on, c.asked_francs, c.person_id = n.person_id,
               c.tenant_id = n.tenant_id AND c.household_id = n.household_id,
               c.stub_number = n.stub_number AND c.processing_id = n.processing_id,
               EXISTS (SELECT FROM other_record r
                       WHERE r.own_id = n.own_id AND r.person_id = c.person_id))
    FROM (
        SELECT o.id AS own_id, o.person_id, o.tenant_id, o.household_id, o.stub_number,
               o.processing_id, c.care_year, c.id
        FROM own o
        CROSS JOIN LATERAL (
            SELECT c.care_year, c.id
            FROM public.claims_claim c
            WHERE c.care_year BETWEEN in_year - 1 AND in_year + 1 AND c.person_id = o.person_id
              AND c.starts_on BETWEEN o.starts_on - 60 AND o.ends_on + 31
            OFFSET 0
        ) c
        UNION
        SELECT o.id, o.person_id, o.tenant_id, o.household_id, o.stub_number, o.processing_id,
               c.care_year, c.id
        FROM own o
        CROSS JOIN LATERAL (
            SELECT c.care_year, c.id
            FROM public.claims_claim c
            WHERE c.care_year = in_year AND c.tenant_id = o.tenant_id
              AND c.household_id = o.household_id
              AND c.starts_on >= date_trunc('month', o.starts_on)
              AND c.starts_on < date_trunc('month', o.starts_on) + interval '1 month'
            OFFSET 0
        ) c
        UNION
        SELECT o.id, o.person_id, o.tenant_id, o.household_id, o.stub_number, o.processing_id,
               u.care_year, u.claim_id
        FROM own o
        CROSS JOIN LATERAL (
            SELECT u.care_year, u.claim_id
            FROM public.claims_stubuse u
            WHERE u.tenant_id = o.processing_id AND u.number = o.stub_number
              AND u.freed_at IS NULL
            OFFSET 0
        ) u
        UNION
        SELECT o.id, o.person_id, o.tenant_id, o.household_id, o.stub_number, o.processing_id,
               c.care_year, c.id
        FROM other_record r
        JOIN own o ON o.id = r.own_id
        CROSS JOIN LATERAL (
            SELECT c.care_year, c.id
            FROM public.claims_claim c
            WHERE c.care_year BETWEEN in_year - 1 AND in_year + 1 AND c.person_id = r.person_id
              AND c.starts_on BETWEEN o.starts_on - 60 AND o.ends_on + 31
            OFFSET 0
        ) c
    ) n
    JOIN public.claims_claim c ON c.care_year = n.care_year AND c.id = n.id
    JOIN public.federations_healthfacility h ON h.id = c.facility_id
    JOIN public.federations_healthdistrict d ON d.id = h.health_district_id
    WHERE n.id <> n.own_id AND c.state NOT IN ('cancelled', 'superseded')
    UNION ALL
    SELECT o.id, 'book',
           jsonb_build_array(k.facility_id, k.prefix, k.first_number, k.last_number)
    FROM own o
    JOIN public.claims_stubbook k
      ON k.tenant_id = o.processing_id AND k.prefix = o.prefix
     AND o.number BETWEEN k.first_number AND k.last_number
    UNION ALL
    SELECT o.id, 'backdated', jsonb_build_array(
               k.dated_on, k.written_on, k.what, k.recorded_by_user_id)
    FROM own o
    CROSS JOIN LATERAL (
        SELECT k.dated_on, k.written_on, k.recorded_by_user_id,
               CASE WHEN k.payment_id IS NULL THEN 'enrolment' ELSE 'payment' END AS what
        FROM public.membership_enrolment e
        JOIN public.membership_backdating k
          ON k.tenant_id = e.tenant_id AND k.enrolment_id = e.id
         AND k.dated_on <= o.starts_on AND k.written_on > o.starts_on
        -- An enrolment opens rights of its year only.
        WHERE e.tenant_id = o.tenant_id AND e.household_id = o.household_id
          AND e.year_id = in_year
        UNION ALL
        -- What happened in the household opens rights of the person, or of all where it names none.
        -- Looked up by household and event alone: an index of the tenant's would be gone through
        -- from end to end, and none serves IS NOT DISTINCT FROM.
        SELECT k.dated_on, k.written_on, k.recorded_by_user_id, v.kind
        FROM public.membership_lifeevent v
        JOIN public.membership_backdating k
          ON k.event_id = v.id AND k.tenant_id IS NOT DISTINCT FROM o.tenant_id
         AND k.dated_on <= o.starts_on AND k.written_on > o.starts_on
        WHERE v.household_id = o.household_id
          AND (v.beneficiary_id = o.beneficiary_id OR v.beneficiary_id IS NULL)
          AND v.kind IN ('birth', 'joined', 'marriage', 'corrected', 'taken_back', 'reinstated',
                         'merged')
        OFFSET 0
    ) k
    UNION ALL
    SELECT o.id, 'cancelled', jsonb_build_array(k.received_on, k.cancelled_on, k.left_francs)
    FROM own o
    CROSS JOIN LATERAL (
        SELECT p.received_on, r.received_on AS cancelled_on,
               b.household_left_francs AS left_francs
        FROM public.membership_enrolment e
        JOIN public.membership_balance b
          ON b.tenant_id = e.tenant_id AND b.enrolment_id = e.id AND b.household_left_francs > 0
        JOIN public.membership_payment p
          ON p.tenant_id = e.tenant_id AND p.enrolment_id = e.id AND p.payer = 'household'
         AND p.reverses_id IS NULL AND p.received_on <= o.starts_on
        JOIN public.membership_payment r ON r.reverses_id = p.id AND r.received_on > o.starts_on
        WHERE e.tenant_id = o.tenant_id AND e.household_id = o.household_id
          AND e.year_id = in_year
        OFFSET 0
    ) k
    UNION ALL
    SELECT o.id, 'hand', jsonb_build_array('authorised', a.given_by_user_id)
    FROM public.claim_authorisations(claims, in_year) f
    JOIN own o ON o.id = f.claim_id
    CROSS JOIN LATERAL (
        SELECT a.given_by_user_id
        FROM public.claims_careauthorisation a
        WHERE a.id = f.authorisation_id AND a.starts_on <= o.ends_on
          AND a.ends_on >= o.starts_on AND a.withdrawn_at IS NULL
        OFFSET 0
    ) a
    WHERE a.given_by_user_id = ANY (o.writers)
    UNION ALL
    SELECT o.id, 'hand', jsonb_build_array('checked', p.by_user_id)
    FROM own o
    CROSS JOIN LATERAL (
        SELECT p.by_user_id
        FROM public.claims_claimstep p
        WHERE p.care_year = in_year AND p.claim_id = o.id AND p.to_state IN ('checked', 'decided')
        OFFSET 0
    ) p
    WHERE p.by_user_id = ANY (o.writers)
    UNION ALL
    SELECT o.id, 'hand', jsonb_build_array('reviewed', r.reviewed_by_user_id)
    FROM own o
    CROSS JOIN LATERAL (
        SELECT r.reviewed_by_user_id FROM public.claims_review r WHERE r.claim_id = o.id OFFSET 0
    ) r
    WHERE r.reviewed_by_user_id = ANY (o.writers)
$function$;
