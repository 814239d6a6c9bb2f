"""Sums of what each enrolment owes and has received, kept by triggers, whoever writes.

A statement's rows are added up at once (transition tables), so a bulk load pays once a
statement. Payments and supplements are only ever added: no role may change or remove one.

Rows before and after are added up, not joined: a join is planned for the first, small, statement of
a connection, and would then compare each row of a large one with each.
"""

_FUNCTIONS = """
CREATE FUNCTION keep_balance_of_enrolments() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO membership_balance (enrolment_id, tenant_id, year, owed_francs,
            household_owed_francs, paid_francs, household_paid_francs)
        SELECT id, tenant_id, year_id, contribution_francs + joining_fee_francs,
            contribution_francs + joining_fee_francs - payer_francs, 0, 0
        FROM new_rows;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE membership_balance b
        SET owed_francs = b.owed_francs + d.owed,
            household_owed_francs = b.household_owed_francs + d.owed - d.payer
        FROM (SELECT id, sum(owed) AS owed, sum(payer) AS payer
            FROM (SELECT id, contribution_francs + joining_fee_francs AS owed,
                    payer_francs AS payer
                FROM new_rows
                UNION ALL
                SELECT id, -contribution_francs - joining_fee_francs, -payer_francs
                FROM old_rows) b
            GROUP BY id) d
        WHERE b.enrolment_id = d.id AND (d.owed <> 0 OR d.payer <> 0);
    ELSE
        DELETE FROM membership_balance b USING old_rows o WHERE b.enrolment_id = o.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_balance_of_supplements() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE membership_balance b
    SET owed_francs = b.owed_francs + d.owed,
        household_owed_francs = b.household_owed_francs + d.owed - d.payer
    FROM (SELECT enrolment_id, sum(contribution_francs) AS owed, sum(payer_francs) AS payer
        FROM new_rows GROUP BY enrolment_id) d
    WHERE b.enrolment_id = d.enrolment_id;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_balance_of_payments() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE membership_balance b
    SET paid_francs = b.paid_francs + d.paid,
        household_paid_francs = b.household_paid_francs + d.household
    FROM (SELECT enrolment_id, sum(amount_francs) AS paid,
            coalesce(sum(amount_francs) FILTER (WHERE payer = 'household'), 0) AS household
        FROM new_rows GROUP BY enrolment_id) d
    WHERE b.enrolment_id = d.enrolment_id;
    RETURN NULL;
END $$;
"""
_TRIGGERS = """
CREATE TRIGGER balance_insert AFTER INSERT ON membership_enrolment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_enrolments();
CREATE TRIGGER balance_update AFTER UPDATE ON membership_enrolment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_enrolments();
CREATE TRIGGER balance_delete AFTER DELETE ON membership_enrolment
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_enrolments();
CREATE TRIGGER balance_insert AFTER INSERT ON membership_enrolmentsupplement
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_supplements();
CREATE TRIGGER balance_insert AFTER INSERT ON membership_payment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_payments();
"""
KEEP_BALANCES = _FUNCTIONS + _TRIGGERS
DROP_BALANCES = """
DROP FUNCTION keep_balance_of_enrolments() CASCADE;
DROP FUNCTION keep_balance_of_supplements() CASCADE;
DROP FUNCTION keep_balance_of_payments() CASCADE;
"""
