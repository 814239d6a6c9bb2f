"""The decision in force of a decided claim is the claim's own, and there is always one.

Who decides again takes the force of the decision before and writes the new one, in statements of
their own: neither of the two may stand alone. So it is asked at the transaction's end.
"""

from django.db import migrations

_HOLD = """
CREATE FUNCTION hold_decision_in_force() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM claims_decision d
        JOIN claims_claim c ON c.care_year = d.care_year AND c.id = d.claim_id
        WHERE d.care_year = NEW.care_year AND d.id = NEW.id
          AND (d.superseded_at IS NULL)
              <> (d.id IS NOT DISTINCT FROM c.decision_id
                  AND c.state IN ('decided', 'contested', 'final', 'invoiced', 'paid'))
    ) THEN
        RAISE EXCEPTION 'a decided claim is left without its decision in force, or with two'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_in_force';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decision_retired AFTER UPDATE OF superseded_at ON claims_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_decision_in_force();
CREATE CONSTRAINT TRIGGER decision_redone AFTER INSERT ON claims_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'redone')
    EXECUTE FUNCTION hold_decision_in_force();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_illness_apart_in_cuts")]

    operations = [migrations.RunSQL(_HOLD, "DROP FUNCTION hold_decision_in_force() CASCADE")]
