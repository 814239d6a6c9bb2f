-- Tells whether a counter-receipt, about to be written, takes back exactly what its receipt says.
--
-- A policy of the table asks it, and may not read that table itself. It reads as who writes: a
-- receipt out of sight is taken back by nobody.
CREATE OR REPLACE FUNCTION takes_back_its_receipt(counter membership_payment) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp
AS $function$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.membership_payment r
        WHERE r.id = counter.reverses_id
          AND ROW(
                r.tenant_id, r.enrolment_id, r.unit_id, r.method, r.payer, r.payer_partner_id,
                r.promise_id, r.reference, r.payer_phone, r.paper_receipt, r.attempt, r.group_id,
                r.part
            ) IS NOT DISTINCT FROM ROW(
                counter.tenant_id, counter.enrolment_id, counter.unit_id, counter.method,
                counter.payer, counter.payer_partner_id, counter.promise_id, counter.reference,
                counter.payer_phone, counter.paper_receipt, counter.attempt, counter.group_id,
                counter.part
            )
          AND ROW(
                -r.amount_francs, -r.contribution_francs, -r.fee_francs, -r.federation_francs,
                -r.confederation_francs
            ) = ROW(
                counter.amount_francs, counter.contribution_francs, counter.fee_francs,
                counter.federation_francs, counter.confederation_francs
            )
    );
END
$function$;
