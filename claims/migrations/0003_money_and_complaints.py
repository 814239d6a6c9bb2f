"""Complaints of members; and what holds the money of invoices, whoever writes.

The sums that a row alone cannot show are held by triggers: an invoice is never paid beyond what it
is payable, an order pays exactly its amount, an advance and a debt are never used beyond theirs.
The trigger holds the facility's money first (as services do: claims/services/facility_money.py), so
that two writers at once see one another.
"""

import django.db.models.deletion
from django.db import migrations, models

from claims.migrations._keys import tenant_keys

_KEYS = (
    ("claims_complaint", "unit_id", "federations_unit"),
    ("claims_complaint", "household_id", "membership_household"),
    ("claims_complaint", "follows_id", "claims_complaint"),
    ("claims_complaintanswer", "complaint_id", "claims_complaint"),
)
_FUNCTIONS = """
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
_TRIGGERS = """
CREATE TRIGGER hold_sums AFTER INSERT ON claims_invoiceentry
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hold_invoice_sums();
"""
_UNDO = "DROP FUNCTION hold_invoice_sums() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0002_review_waits"),
        ("federations", "0009_scope_key"),
        ("membership", "0017_past_year_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("complainant", models.CharField(max_length=150, verbose_name="plaignant")),
                (
                    "phone",
                    models.CharField(
                        blank=True, default="", max_length=20, verbose_name="téléphone"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("visit", "au guichet"),
                            ("phone", "téléphone"),
                            ("letter", "lettre ou formulaire"),
                            ("meeting", "réunion de membres"),
                            ("other", "autre"),
                        ],
                        max_length=10,
                        verbose_name="par",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("care_refused", "soins refusés"),
                            ("overcharged", "montant demandé trop élevé"),
                            ("welcome", "accueil et attente"),
                            ("medicines", "médicaments manquants"),
                            ("decision", "décision sur une attestation"),
                            ("rights", "droits ou carte"),
                            ("contribution", "cotisation ou reçu"),
                            ("staff", "comportement d’un agent"),
                            ("other", "autre"),
                        ],
                        max_length=14,
                        verbose_name="objet",
                    ),
                ),
                ("told", models.TextField(max_length=2000, verbose_name="ce qui est dit")),
                ("received_on", models.DateField(verbose_name="reçue le")),
                ("due_on", models.DateField(verbose_name="réponse due le")),
                ("recorded_by", models.CharField(max_length=150, verbose_name="inscrite par")),
                ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="inscrite le"),
                ),
            ],
            options={
                "verbose_name": "réclamation",
                "ordering": ["-received_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ComplaintAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("founded", "fondée"),
                            ("partly", "fondée en partie"),
                            ("unfounded", "non fondée"),
                            ("elsewhere", "transmise à qui de droit"),
                        ],
                        max_length=10,
                        verbose_name="conclusion",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="réponse")),
                ("answered_on", models.DateField(verbose_name="répondue le")),
                ("answered_by", models.CharField(max_length=150, verbose_name="répondue par")),
                (
                    "recorded_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="inscrite le"),
                ),
            ],
            options={
                "verbose_name": "réponse à une réclamation",
                "verbose_name_plural": "réponses aux réclamations",
            },
        ),
        migrations.RemoveConstraint(
            model_name="paymentorder",
            name="order_reference_once",
        ),
        migrations.AddField(
            model_name="paymentorder",
            name="attempt",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, verbose_name="tentative"
            ),
        ),
        migrations.AddConstraint(
            model_name="facilitydebt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("claim_id__isnull", False), ("decision_id__isnull", True)),
                fields=("tenant", "claim_id"),
                name="facility_debt_once_a_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("reference", ""), _negated=True), ("reverses__isnull", True)
                ),
                fields=("tenant", "method", "reference", "attempt"),
                name="order_reference_once",
                violation_error_message="Cette référence a déjà servi pour un paiement.",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="facility",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.healthfacility",
                verbose_name="formation sanitaire",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="claims.complaint",
                verbose_name="revient sur",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="household",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="membership.household",
                verbose_name="ménage",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.federation",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.unit",
                verbose_name="reçue par",
            ),
        ),
        migrations.AddField(
            model_name="complaintanswer",
            name="complaint",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer",
                to="claims.complaint",
                verbose_name="réclamation",
            ),
        ),
        migrations.AddField(
            model_name="complaintanswer",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.federation",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["tenant", "-received_on"], name="complaint_of_day"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="complaint_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("received_on"))),
                name="complaint_due_after_received",
            ),
        ),
        migrations.RunSQL(tenant_keys(_KEYS), migrations.RunSQL.noop),
        migrations.RunSQL(_FUNCTIONS + _TRIGGERS, _UNDO),
    ]
