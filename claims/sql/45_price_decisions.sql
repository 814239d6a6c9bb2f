-- How many claims in force were decided for care of some days by the price that a tariff of the
-- caller's federation gives, or would give, and the first and last of those days: where no closer
-- tariff speaks of the act, and for CONAMUS's, none of the federation that decided. Counts only.
CREATE OR REPLACE FUNCTION price_decisions(
        of_act bigint, of_facility bigint, of_level text, of_ownership text, since date, until date)
    RETURNS TABLE (claims bigint, first_on date, last_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $function$
    SELECT count(DISTINCT c.id), min(c.starts_on), max(c.starts_on)
    FROM public.federations_federation f
    JOIN public.claims_claim c
      ON c.care_year BETWEEN extract(year FROM since)::integer AND extract(year FROM until)::integer
     AND c.starts_on >= since AND c.starts_on < until
     AND (c.processing_id = f.id OR f.kind = 'confederation')
     AND (of_facility IS NULL OR c.facility_id = of_facility)
    JOIN public.claims_decision d
      ON d.care_year = c.care_year AND d.id = c.decision_id AND d.superseded_at IS NULL
    JOIN public.claims_decisionline l
      ON l.care_year = d.care_year AND l.decision_id = d.id AND l.act_id = of_act
    JOIN LATERAL public.facility_standing(c.facility_id, c.starts_on) h
      ON of_level IN ('', h.facility_type) AND of_ownership IN ('', h.ownership)
    WHERE f.id = nullif(current_setting('app.tenant_id', true), '')::smallint
      AND (SELECT public.scope_holds())
      AND NOT EXISTS (
          SELECT FROM public.claims_tariff t
          WHERE t.act_id = of_act AND t.tenant_id IN (f.id, c.processing_id)
            AND t.starts_on <= c.starts_on AND (t.ends_on IS NULL OR t.ends_on > c.starts_on)
            AND (t.facility_id IS NULL OR t.facility_id = c.facility_id)
            AND t.level IN ('', h.facility_type) AND t.ownership IN ('', h.ownership)
            -- As `claims.rules.tariffs`: a facility's own, its type's, its ownership's, general.
            AND (t.tenant_id <> f.id
                 OR CASE WHEN t.facility_id IS NOT NULL THEN 4
                         ELSE 2 * (t.level <> '')::integer + (t.ownership <> '')::integer END
                  > CASE WHEN of_facility IS NOT NULL THEN 4
                         ELSE 2 * (of_level <> '')::integer + (of_ownership <> '')::integer END)
      )
$function$;
