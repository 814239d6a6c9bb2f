"""A debt arises where a claim of a settled invoice changes; a replacement is found by its former.

What an invoice pays of a claim is fixed once the invoice is settled. When its decision gives way to
another, or the claim to the one that replaces it, the difference is a debt of the facility (below
zero, a supplement owed to it). The change itself says both amounts: nobody asks for a debt, tells
its amount, its day or a name, and no decision from before the settling makes one.
"""

from django.db import migrations, models

_NOTE = """
CREATE FUNCTION note_changed_payable() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_replaced constant boolean := NEW.state = 'superseded';
    was bigint;
    is_now bigint := 0;
    decision record;
BEGIN
    -- A contest is of a settled invoice where the decision was redone after it.
    IF OLD.state = 'contested' AND NOT EXISTS (
        SELECT FROM claims_facilityinvoice i
        WHERE i.id = OLD.invoice_id AND i.state IN ('settled', 'paid')
    ) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(l.mutuelle_francs), 0) INTO was FROM claims_decisionline l
    WHERE l.care_year = OLD.care_year AND l.decision_id = OLD.decision_id;
    IF NOT is_replaced THEN
        SELECT coalesce(sum(l.mutuelle_francs), 0) INTO is_now FROM claims_decisionline l
        WHERE l.care_year = NEW.care_year AND l.decision_id = NEW.decision_id;
    END IF;
    IF was = is_now THEN
        RETURN NULL;
    END IF;
    SELECT d.id, d.number, d.decided_at INTO decision FROM claims_decision d
    WHERE d.care_year = NEW.care_year AND d.id = NEW.decision_id;
    INSERT INTO claims_facilitydebt (
        tenant_id, facility_id, claim_id, decision_id, francs, reason, arisen_on, recorded_by,
        recorded_at)
    SELECT NEW.processing_id, NEW.facility_id, NEW.id,
        CASE WHEN NOT is_replaced THEN decision.id END,
        was - is_now,
        'attestation ' || NEW.stub_number || CASE
            WHEN NOT is_replaced THEN ', décision n° ' || decision.number
            WHEN OLD.state = 'paid' THEN ' remplacée après paiement'
            ELSE ' remplacée après l’arrêté de sa facture' END,
        (CASE WHEN is_replaced THEN NEW.state_since ELSE decision.decided_at END
            AT TIME ZONE 'Africa/Bujumbura')::date,
        coalesce(nullif(current_setting('app.actor_name', true), ''), session_user), now();
    RETURN NULL;
END $$;
CREATE TRIGGER note_changed_payable AFTER UPDATE OF state, decision_id ON claims_claim
    FOR EACH ROW
    WHEN (OLD.state IN ('invoiced', 'paid', 'contested')
          AND (NEW.state = 'superseded' OR NEW.decision_id IS DISTINCT FROM OLD.decision_id))
    EXECUTE FUNCTION note_changed_payable();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0006_sums_compare_without_joining")]

    operations = [
        migrations.RunSQL(_NOTE, "DROP FUNCTION note_changed_payable() CASCADE"),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("supersedes_id__isnull", False)),
                fields=["supersedes_id"],
                name="claim_supersedes",
            ),
        ),
    ]
