"""What holds the money of invoices and debts, whoever writes.

The sums that a row alone cannot show are held by triggers: an invoice is never paid beyond what it
is payable, an order pays exactly its amount, an advance is never used beyond its own. A debt is
lessened by invoices and by repayments: one trigger holds both. The triggers hold the facility's
money first (as services do: claims/services/facility_money.py), so that two writers at once see
one another.
"""

_INVOICES = """
CREATE FUNCTION hold_invoice_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(
        hashtextextended('facility-money:' || k.tenant_id || ':' || k.facility_id, 0))
    FROM (SELECT DISTINCT tenant_id, facility_id FROM new_rows ORDER BY 1, 2) k;
    IF EXISTS (
        SELECT FROM claims_facilityinvoice i
        JOIN LATERAL (
            SELECT sum(e.francs) AS total,
                coalesce(sum(e.francs) FILTER (WHERE e.kind = 'paid'), 0) AS paid,
                coalesce(sum(e.francs) FILTER (WHERE e.kind = 'advance'), 0) AS advance,
                coalesce(sum(e.francs) FILTER (WHERE e.kind = 'retained'), 0) AS retained,
                bool_or(e.facility_id <> i.facility_id) AS of_another
            FROM claims_invoiceentry e WHERE e.invoice_id = i.id
        ) s ON true
        WHERE i.id IN (SELECT invoice_id FROM new_rows)
          AND (i.payable_francs IS NULL OR s.total > i.payable_francs OR s.of_another
               OR s.paid < 0 OR s.advance < 0 OR s.retained < 0)
    ) THEN
        RAISE EXCEPTION 'an invoice is paid beyond what it is payable'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_never_overpaid';
    END IF;
    IF EXISTS (
        SELECT FROM claims_paymentorder o
        JOIN LATERAL (
            SELECT sum(e.francs) AS total, bool_or(e.facility_id <> o.facility_id) AS of_another
            FROM claims_invoiceentry e WHERE e.order_id = o.id
        ) s ON true
        WHERE o.id IN (SELECT order_id FROM new_rows)
          AND (s.of_another OR (o.kind = 'payment' AND s.total <> o.amount_francs)
               OR sign(s.total) * sign(o.amount_francs) < 0
               OR abs(s.total) > abs(o.amount_francs))
    ) THEN
        RAISE EXCEPTION 'an order is spread otherwise than its amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_spread_whole';
    END IF;
    IF EXISTS (
        SELECT FROM claims_facilitydebt d
        JOIN LATERAL (
            SELECT sum(e.francs) AS total, bool_or(e.facility_id <> d.facility_id) AS of_another
            FROM claims_invoiceentry e WHERE e.debt_id = d.id
        ) s ON true
        WHERE d.id IN (SELECT debt_id FROM new_rows)
          AND (s.of_another OR sign(s.total) * sign(d.francs) < 0
               OR abs(s.total) > abs(d.francs))
    ) THEN
        RAISE EXCEPTION 'a debt is recovered beyond its amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debt_recovered_once';
    END IF;
    RETURN NULL;
END $$;
"""
_DEBTS = """
CREATE FUNCTION hold_debt_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(
        hashtextextended('facility-money:' || k.tenant_id || ':' || k.facility_id, 0))
    FROM (SELECT DISTINCT tenant_id, facility_id FROM new_rows
          WHERE debt_id IS NOT NULL ORDER BY 1, 2) k;
    IF EXISTS (
        SELECT FROM claims_facilitydebt d
        JOIN LATERAL (
            SELECT sum(e.francs) AS total, bool_or(e.facility_id <> d.facility_id) AS of_another
            FROM (
                SELECT i.francs, i.facility_id FROM claims_invoiceentry i WHERE i.debt_id = d.id
                UNION ALL
                SELECT s.francs, s.facility_id FROM claims_repaymentshare s WHERE s.debt_id = d.id
            ) e
        ) s ON true
        WHERE d.id IN (SELECT debt_id FROM new_rows)
          AND (s.of_another OR sign(s.total) * sign(d.francs) < 0
               OR abs(s.total) > abs(d.francs))
    ) THEN
        RAISE EXCEPTION 'a debt is recovered and repaid beyond its amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'debt_recovered_once';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION hold_repayment_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM claims_facilityrepayment r
        JOIN LATERAL (
            SELECT sum(s.francs) AS total, bool_or(s.facility_id <> r.facility_id) AS of_another
            FROM claims_repaymentshare s WHERE s.repayment_id = r.id
        ) s ON true
        WHERE r.id IN (SELECT repayment_id FROM new_rows)
          AND (s.of_another OR s.total <> r.amount_francs)
    ) THEN
        RAISE EXCEPTION 'a repayment is spread otherwise than its amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'repayment_spread_whole';
    END IF;
    RETURN NULL;
END $$;
"""
_TRIGGERS = """
CREATE TRIGGER hold_sums AFTER INSERT ON claims_invoiceentry
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_invoice_sums();
CREATE TRIGGER hold_debts AFTER INSERT ON claims_invoiceentry
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_debt_sums();
CREATE TRIGGER hold_debts AFTER INSERT ON claims_repaymentshare
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_debt_sums();
CREATE TRIGGER hold_sums AFTER INSERT ON claims_repaymentshare
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_repayment_sums();
"""
HOLD_MONEY = _INVOICES + _DEBTS + _TRIGGERS
DROP_HOLDS = """
DROP FUNCTION hold_invoice_sums() CASCADE;
DROP FUNCTION hold_debt_sums() CASCADE;
DROP FUNCTION hold_repayment_sums() CASCADE;
"""
