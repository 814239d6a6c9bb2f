"""A settling that was undone keeps its days; a repayment lessens advances as it does debts."""

import django.db.models.deletion
from django.db import migrations, models

from federations.tenancy.migrating import tenant_keys

_KEYS = tenant_keys(
    (
        ("claims_undonesettling", "invoice_id", "claims_facilityinvoice"),
        ("claims_repaymentshare", "advance_id", "claims_paymentorder"),
    )
)
#: An advance is lessened by invoices and by repayments; undone as a whole, by neither.
_HOLD = """
CREATE FUNCTION hold_advance_sums() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'claims_invoiceentry' THEN
        touched := ARRAY(SELECT DISTINCT order_id FROM new_rows WHERE kind = 'advance');
    ELSIF TG_TABLE_NAME = 'claims_repaymentshare' THEN
        touched := ARRAY(SELECT DISTINCT advance_id FROM new_rows WHERE advance_id IS NOT NULL);
    ELSE
        touched := ARRAY(SELECT reverses_id FROM new_rows WHERE reverses_id IS NOT NULL);
    END IF;
    IF cardinality(touched) = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(
        hashtextextended('facility-money:' || k.tenant_id || ':' || k.facility_id, 0))
    FROM (SELECT DISTINCT tenant_id, facility_id FROM claims_paymentorder
          WHERE id = ANY (touched) ORDER BY 1, 2) k;
    IF EXISTS (
        SELECT FROM claims_paymentorder o
        JOIN LATERAL (
            SELECT sum(s.francs) AS francs, bool_or(s.facility_id <> o.facility_id) AS of_another
            FROM claims_repaymentshare s WHERE s.advance_id = o.id
        ) repaid ON true
        JOIN LATERAL (
            SELECT coalesce(sum(e.francs), 0) AS francs
            FROM claims_invoiceentry e WHERE e.order_id = o.id
        ) used ON true
        WHERE o.id = ANY (touched)
          AND (repaid.of_another OR repaid.francs < 0
               OR (repaid.francs > 0
                   AND (o.kind <> 'advance' OR o.reverses_id IS NOT NULL
                        OR used.francs + repaid.francs > o.amount_francs
                        OR EXISTS (SELECT FROM claims_paymentorder c
                                   WHERE c.reverses_id = o.id))))
    ) THEN
        RAISE EXCEPTION 'an advance is used and repaid beyond its amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_used_once';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hold_advances AFTER INSERT ON claims_invoiceentry
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_advance_sums();
CREATE TRIGGER hold_advances AFTER INSERT ON claims_repaymentshare
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_advance_sums();
CREATE TRIGGER hold_advances AFTER INSERT ON claims_paymentorder
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_advance_sums();
"""


class Migration(migrations.Migration):
    """A table, a column, and what holds the sums of advances."""

    dependencies = [
        ("claims", "0011_written_by_error_and_bons_afterwards"),
        ("federations", "0006_an_activitys_result_is_short"),
    ]

    operations = [
        migrations.CreateModel(
            name="UndoneSettling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.federation",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone",
                        to="claims.facilityinvoice",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.healthfacility",
                    ),
                ),
                ("francs", models.BigIntegerField(verbose_name="était à payer (FBu)")),
                ("settled_on", models.DateField(verbose_name="arrêtée le")),
                ("settled_by", models.CharField(max_length=150, verbose_name="arrêtée par")),
                ("due_on", models.DateField(verbose_name="échéance")),
                ("undone_on", models.DateField(verbose_name="défaite le")),
                ("reason", models.CharField(max_length=200, verbose_name="motif")),
                ("recorded_by", models.CharField(max_length=150, verbose_name="défaite par")),
                (
                    "recorded_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="inscrit le"),
                ),
            ],
            options={
                "verbose_name": "arrêté défait d’une facture",
                "verbose_name_plural": "arrêtés défaits des factures",
                "ordering": ["invoice", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("undone_on__gte", models.F("settled_on"))),
                        name="settling_undone_afterwards",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="repaymentshare",
            name="debt",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repaid",
                to="claims.facilitydebt",
            ),
        ),
        migrations.AddField(
            model_name="repaymentshare",
            name="advance",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repaid",
                to="claims.paymentorder",
            ),
        ),
        migrations.AddConstraint(
            model_name="repaymentshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("advance__isnull", True), ("debt__isnull", False)),
                    models.Q(("advance__isnull", False), ("debt__isnull", True)),
                    _connector="OR",
                ),
                name="repayment_share_of_one",
            ),
        ),
        migrations.RunSQL(_KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(_HOLD, "DROP FUNCTION hold_advance_sums() CASCADE"),
    ]
