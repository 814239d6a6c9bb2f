"""Receipts follow one another and a scale in force stays as it is, whoever writes.

A statement's receipts take up where the unit's book of their year stands: a number is left out by
nobody. Of a scale that is no draft only the state goes on, from in force to replaced; its lines
are held by the fence (membership/fence.py).
"""

from django.db import migrations

_RECEIPTS = """
CREATE FUNCTION hold_receipt_numbers() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    book record;
BEGIN
    SELECT n.unit_id, n.receipt_year, n.first INTO book
    FROM (
        SELECT tenant_id, unit_id, receipt_year, min(receipt_number) AS first,
            max(receipt_number) AS last, count(*) AS count
        FROM new_rows
        GROUP BY tenant_id, unit_id, receipt_year
    ) n
    WHERE n.last <> n.first + n.count - 1 OR n.first <> 1 + coalesce((
        SELECT max(p.receipt_number) FROM membership_payment p
        WHERE p.tenant_id = n.tenant_id AND p.unit_id = n.unit_id
          AND p.receipt_year = n.receipt_year AND p.receipt_number < n.first), 0)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'receipts of % from % leave a gap in the book of unit %',
            book.receipt_year, book.first, book.unit_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER hold_numbers AFTER INSERT ON membership_payment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_receipt_numbers();
"""
_SCALES = """
CREATE FUNCTION hold_scale() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Whoever no wall holds loads scales whole.
    IF (SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'in_force' AND NEW.state IN ('in_force', 'replaced')
        AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'scale % is % and stays as it is', OLD.id, OLD.state
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER hold_scale BEFORE UPDATE OR DELETE ON membership_contributionscale
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION hold_scale();
"""


class Migration(migrations.Migration):
    """Two triggers."""

    dependencies = [("membership", "0008_receipts_name_who_paid")]

    operations = [
        migrations.RunSQL(
            _RECEIPTS + _SCALES,
            "DROP FUNCTION hold_receipt_numbers() CASCADE; DROP FUNCTION hold_scale() CASCADE;",
        ),
    ]
