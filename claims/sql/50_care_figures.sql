-- Figures of care of a year. The first functions count in their caller's own sight, whatever the
-- policies leave of it; those named network_… count every federation's care for CONAMUS, which reads
-- sums and no single attestation. `asked` narrows what is counted: processing, home, unit, facility
-- (keys), kind (of care), month. What is cancelled or superseded does not count.

-- All is read from the sums that triggers keep (models/sums.py): adding up a year's claims, their
-- lines and steps takes seconds.

CREATE OR REPLACE FUNCTION care_sums(in_year integer, by_what text, asked jsonb)
    RETURNS TABLE (
        key text, cases bigint, stays bigint, asked_francs bigint, decided bigint,
        decided_francs bigint, mutuelle_francs bigint, cut_francs bigint, rejected bigint
    )
    LANGUAGE sql STABLE
AS $function$
    -- By month, kind, facility, unit, federation (of the patient) or processing (federation); of
    -- those decided: what was asked, what the mutuelle owes, what the facility is not owed, and
    -- how many nobody owes anything for but the patient or the facility.
    SELECT CASE by_what
               WHEN 'month' THEN s.month::text
               WHEN 'kind' THEN s.care_kind
               WHEN 'facility' THEN s.facility_id::text
               WHEN 'unit' THEN s.unit_id::text
               WHEN 'federation' THEN s.tenant_id::text
               WHEN 'processing' THEN s.processing_id::text
           END,
           sum(s.cases), coalesce(sum(s.cases) FILTER (WHERE s.care_kind = 'stay'), 0),
           sum(s.asked_francs)::bigint, sum(s.decided), sum(s.decided_francs)::bigint,
           sum(s.mutuelle_francs)::bigint, sum(s.cut_francs)::bigint, sum(s.rejected)
    FROM public.claims_caresum s
    WHERE s.care_year = in_year
      AND (asked->>'processing' IS NULL OR s.processing_id = (asked->>'processing')::smallint)
      AND (asked->>'home' IS NULL OR s.tenant_id = (asked->>'home')::smallint)
      AND (asked->>'unit' IS NULL OR s.unit_id = (asked->>'unit')::bigint)
      AND (asked->>'facility' IS NULL OR s.facility_id = (asked->>'facility')::bigint)
      AND (asked->>'kind' IS NULL OR s.care_kind = asked->>'kind')
      AND (asked->>'month' IS NULL OR s.month = (asked->>'month')::integer)
    GROUP BY 1
    HAVING sum(s.cases) > 0
$function$;

-- The claims of one unit's members that count: too few, in a facility's month, to keep sums of.
CREATE OR REPLACE FUNCTION unit_care(in_year integer, asked jsonb)
    RETURNS TABLE (id bigint, decision_id bigint, days integer)
    LANGUAGE sql STABLE
AS $function$
    SELECT c.id, c.decision_id, c.received_on - c.ends_on
    FROM public.claims_claim c
    WHERE c.care_year = in_year AND c.state NOT IN ('cancelled', 'superseded')
      AND c.unit_id = (asked->>'unit')::bigint
      AND (asked->>'processing' IS NULL OR c.processing_id = (asked->>'processing')::smallint)
      AND (asked->>'home' IS NULL OR c.tenant_id = (asked->>'home')::smallint)
      AND (asked->>'facility' IS NULL OR c.facility_id = (asked->>'facility')::bigint)
      AND (asked->>'kind' IS NULL OR c.care_kind = asked->>'kind')
      AND (asked->>'month' IS NULL
           OR extract(month FROM c.starts_on) = (asked->>'month')::integer)
$function$;

-- Why francs were cut: of how many attestations, how much.
CREATE OR REPLACE FUNCTION care_cuts(in_year integer, asked jsonb)
    RETURNS TABLE (code text, cases bigint, francs bigint)
    LANGUAGE sql STABLE
AS $function$
    SELECT s.code, sum(s.cases), sum(s.francs)::bigint
    FROM public.claims_cutsum s
    WHERE asked->>'unit' IS NULL AND s.care_year = in_year
      AND (asked->>'processing' IS NULL OR s.processing_id = (asked->>'processing')::smallint)
      AND (asked->>'home' IS NULL OR s.tenant_id = (asked->>'home')::smallint)
      AND (asked->>'facility' IS NULL OR s.facility_id = (asked->>'facility')::bigint)
      AND (asked->>'kind' IS NULL OR s.care_kind = asked->>'kind')
      AND (asked->>'month' IS NULL OR s.month = (asked->>'month')::integer)
    GROUP BY s.code
    HAVING sum(s.cases) > 0
    UNION ALL
    SELECT k.code, count(DISTINCT c.id), sum(k.francs)::bigint
    FROM public.unit_care(in_year, asked) c
    JOIN public.claims_decisioncut k ON k.care_year = in_year AND k.decision_id = c.decision_id
    WHERE asked->>'unit' IS NOT NULL
    GROUP BY k.code
$function$;

-- Days from the end of care to its receipt (no states), then from each state to the next: how many,
-- the median, the ninth decile; to a tenth of a day, as they are counted.
CREATE OR REPLACE FUNCTION care_delays(in_year integer, asked jsonb)
    RETURNS TABLE (
        from_state text, to_state text, cases bigint, median_days float8, slow_days float8
    )
    LANGUAGE sql STABLE
AS $function$
    WITH counted AS (
        SELECT s.from_state, s.to_state, s.tenths, sum(s.cases) AS cases
        FROM public.claims_delaycount s
        WHERE asked->>'unit' IS NULL AND s.care_year = in_year
          AND (asked->>'processing' IS NULL
               OR s.processing_id = (asked->>'processing')::smallint)
          AND (asked->>'home' IS NULL OR s.tenant_id = (asked->>'home')::smallint)
          AND (asked->>'facility' IS NULL OR s.facility_id = (asked->>'facility')::bigint)
          AND (asked->>'kind' IS NULL OR s.care_kind = asked->>'kind')
          AND (asked->>'month' IS NULL OR s.month = (asked->>'month')::integer)
        GROUP BY 1, 2, 3
        HAVING sum(s.cases) > 0
        UNION ALL
        SELECT '', '', 10 * c.days, count(*)
        FROM public.unit_care(in_year, asked) c
        WHERE asked->>'unit' IS NOT NULL
        GROUP BY c.days
        UNION ALL
        SELECT m.from_state, m.to_state, m.tenths, count(*)
        FROM (
            SELECT p.from_state, p.to_state, round(extract(epoch FROM p.at
                       - lag(p.at) OVER (PARTITION BY p.claim_id ORDER BY p.id)) / 8640)::integer
                       AS tenths
            FROM public.unit_care(in_year, asked) c
            JOIN public.claims_claimstep p ON p.care_year = in_year AND p.claim_id = c.id
            WHERE asked->>'unit' IS NOT NULL
        ) m
        WHERE m.tenths IS NOT NULL
        GROUP BY 1, 2, 3
    ), placed AS (
        -- How many are at most as long, and the two ranks, from 0, that each share falls between.
        SELECT c.*, sum(c.cases) OVER (PARTITION BY c.from_state, c.to_state ORDER BY c.tenths)
                   AS upto,
               0.5 * (sum(c.cases) OVER (PARTITION BY c.from_state, c.to_state) - 1) AS middle,
               0.9 * (sum(c.cases) OVER (PARTITION BY c.from_state, c.to_state) - 1) AS slow
        FROM counted c
    ), told AS (
        SELECT p.from_state, p.to_state, sum(p.cases)::bigint AS cases,
               min(p.tenths) FILTER (WHERE p.upto > floor(p.middle)) AS median_low,
               min(p.tenths) FILTER (WHERE p.upto > ceil(p.middle)) AS median_high,
               min(p.middle - floor(p.middle)) AS median_part,
               min(p.tenths) FILTER (WHERE p.upto > floor(p.slow)) AS slow_low,
               min(p.tenths) FILTER (WHERE p.upto > ceil(p.slow)) AS slow_high,
               min(p.slow - floor(p.slow)) AS slow_part
        FROM placed p
        GROUP BY 1, 2
    )
    SELECT t.from_state, t.to_state, t.cases,
           ((t.median_low + t.median_part * (t.median_high - t.median_low)) / 10)::float8,
           ((t.slow_low + t.slow_part * (t.slow_high - t.slow_low)) / 10)::float8
    FROM told t
$function$;

-- What the funnel compares of each facility: cases, what they ask, the sum of its squares.
CREATE OR REPLACE FUNCTION facility_sums(in_year integer, asked jsonb)
    RETURNS TABLE (facility_id bigint, cases bigint, asked_francs bigint, squares float8)
    LANGUAGE sql STABLE
AS $function$
    SELECT s.facility_id, sum(s.cases), sum(s.asked_francs)::bigint, sum(s.asked_squares)::float8
    FROM public.claims_caresum s
    WHERE s.care_year = in_year
      AND (asked->>'processing' IS NULL OR s.processing_id = (asked->>'processing')::smallint)
      AND (asked->>'month' IS NULL OR s.month = (asked->>'month')::integer)
    GROUP BY s.facility_id
    HAVING sum(s.cases) > 0
$function$;

-- The network's are planned for what is asked: an SQL function's plan holds for anything, and would
-- look into `asked` anew for each of a hundred thousand rows.
CREATE OR REPLACE FUNCTION network_facility_sums(in_year integer, asked jsonb)
    RETURNS TABLE (facility_id bigint, cases bigint, asked_francs bigint, squares float8)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF public.scope_holds() THEN
        RETURN QUERY EXECUTE 'SELECT * FROM public.facility_sums($1, $2)'
            USING in_year, asked;
    END IF;
END
$function$;

CREATE OR REPLACE FUNCTION network_care_sums(in_year integer, by_what text, asked jsonb)
    RETURNS TABLE (
        key text, cases bigint, stays bigint, asked_francs bigint, decided bigint,
        decided_francs bigint, mutuelle_francs bigint, cut_francs bigint, rejected bigint
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF public.scope_holds() THEN
        RETURN QUERY EXECUTE 'SELECT * FROM public.care_sums($1, $2, $3)'
            USING in_year, by_what, asked;
    END IF;
END
$function$;

CREATE OR REPLACE FUNCTION network_care_cuts(in_year integer, asked jsonb)
    RETURNS TABLE (code text, cases bigint, francs bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF public.scope_holds() THEN
        RETURN QUERY EXECUTE 'SELECT * FROM public.care_cuts($1, $2)'
            USING in_year, asked;
    END IF;
END
$function$;

CREATE OR REPLACE FUNCTION network_care_delays(in_year integer, asked jsonb)
    RETURNS TABLE (
        from_state text, to_state text, cases bigint, median_days float8, slow_days float8
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    IF public.scope_holds() THEN
        RETURN QUERY EXECUTE 'SELECT * FROM public.care_delays($1, $2)'
            USING in_year, asked;
    END IF;
END
$function$;

-- The reasons for care of a year, most frequent first: of what the caller's federation processes, or
-- of the whole network for CONAMUS. A reason of fewer than five people is not shown, nor is the next
-- in size where there is one, which subtracting would else give away. Only what stood when the month
-- began counts, so that nobody learns the reason of an attestation by looking before and after it
-- is entered.
CREATE OR REPLACE FUNCTION reasons_of_care(in_year integer)
    RETURNS TABLE (code varchar, name varchar, cases bigint, people bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    WITH told AS (
        SELECT c.id, c.person_id,
               (SELECT d.reason_id FROM public.claims_claimdiagnosis d
                WHERE d.claim_id = c.id AND d.written_at < date_trunc('month', now())
                ORDER BY d.written_at DESC LIMIT 1) AS reason_id
        FROM public.claims_claim c
        WHERE (SELECT public.scope_holds())
          AND c.care_year = in_year
          AND c.entered_at < date_trunc('month', now())
          AND NOT (c.state IN ('cancelled', 'superseded')
                   AND c.state_since < date_trunc('month', now()))
          AND (c.processing_id = nullif(current_setting('app.tenant_id', true), '')::smallint
               OR current_setting('role', true) IN ('conamus_confederation', 'conamus_adviser'))
    ), counted AS (
        SELECT t.reason_id, count(*) AS cases, count(DISTINCT t.person_id) AS people
        FROM told t
        WHERE t.reason_id IS NOT NULL
        GROUP BY t.reason_id
    ), ranked AS (
        SELECT o.*, row_number() OVER (ORDER BY o.people, o.cases, o.reason_id) AS rank,
               count(*) FILTER (WHERE o.people < 5) OVER () AS small
        FROM counted o
    )
    SELECT r.code, r.name, k.cases, k.people
    FROM ranked k
    JOIN public.claims_carereason r ON r.id = k.reason_id
    WHERE k.small = 0 OR k.rank > k.small + 1
    ORDER BY k.cases DESC, r.code
$function$;

-- A year's care of the whole network by federation of the patient, month and kind: what the figures
-- released to the regulator are made of (prudential/rules/care_releases.py).
CREATE OR REPLACE FUNCTION network_care_parts()
    RETURNS TABLE (
        care_year smallint, tenant_id smallint, month smallint, care_kind varchar, cases bigint,
        decided bigint, rejected bigint, asked_francs bigint, mutuelle_francs bigint
    )
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT s.care_year, s.tenant_id, s.month, s.care_kind, sum(s.cases), sum(s.decided),
           sum(s.rejected), sum(s.asked_francs)::bigint, sum(s.mutuelle_francs)::bigint
    FROM public.claims_caresum s
    WHERE (SELECT public.scope_holds())
    GROUP BY s.care_year, s.tenant_id, s.month, s.care_kind
    HAVING sum(s.cases) > 0
$function$;
