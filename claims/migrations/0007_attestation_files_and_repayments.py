"""Files of attestations that tasks enter part by part; what facilities pay back, and its sums.

A debt is lessened by invoices and by repayments: one trigger holds both, with the facility's money
held first, as the services do (claims/services/facility_money.py).
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from claims.migrations._keys import tenant_keys

_KEYS = (
    ("claims_attestationfilepart", "file_id", "claims_attestationfile"),
    ("claims_facilityrepayment", "reverses_id", "claims_facilityrepayment"),
    ("claims_repaymentshare", "repayment_id", "claims_facilityrepayment"),
    ("claims_repaymentshare", "debt_id", "claims_facilitydebt"),
)
_FUNCTIONS = """
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
_UNDO = "DROP FUNCTION hold_debt_sums() CASCADE; DROP FUNCTION hold_repayment_sums() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0006_visits_and_surveys"),
        ("federations", "0009_scope_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttestationFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_name", models.CharField(max_length=160, verbose_name="fichier")),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField(verbose_name="lignes")),
                ("claims", models.PositiveIntegerField(verbose_name="attestations")),
                ("all_or_nothing", models.BooleanField(default=False, verbose_name="tout ou rien")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("staged", "déposé"),
                            ("checked", "vérifié, à décider"),
                            ("loading", "enregistrement en cours"),
                            ("done", "enregistré"),
                            ("refused", "rien enregistré"),
                            ("abandoned", "abandonné"),
                        ],
                        default="staged",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("brought_by", models.CharField(max_length=150, verbose_name="déposé par")),
                ("brought_by_user_id", models.BigIntegerField(blank=True, null=True)),
                ("brought_at", models.DateTimeField(auto_now_add=True, verbose_name="déposé le")),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.healthfacility",
                        verbose_name="formation sanitaire",
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
            ],
            options={
                "verbose_name": "fichier d’attestations",
                "verbose_name_plural": "fichiers d’attestations",
                "ordering": ["-brought_at"],
            },
        ),
        migrations.CreateModel(
            name="AttestationFilePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="rang")),
                ("content", models.BinaryField(verbose_name="lignes")),
                (
                    "entered",
                    models.PositiveIntegerField(
                        default=0, verbose_name="à enregistrer, ou enregistrées"
                    ),
                ),
                ("known", models.PositiveIntegerField(default=0, verbose_name="déjà là")),
                ("refused", models.PositiveIntegerField(default=0, verbose_name="refusées")),
                (
                    "asked_francs",
                    models.BigIntegerField(default=0, verbose_name="montant demandé (FBu)"),
                ),
                ("errors", models.BinaryField(default=b"", verbose_name="refus")),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="vérifiée le"),
                ),
                (
                    "loaded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="enregistrée le"),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.healthfacility",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="claims.attestationfile",
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
            ],
            options={
                "verbose_name": "part d’un fichier d’attestations",
                "verbose_name_plural": "parts des fichiers d’attestations",
                "ordering": ["file", "position"],
            },
        ),
        migrations.CreateModel(
            name="FacilityRepayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("number", models.PositiveIntegerField(verbose_name="reçu n°")),
                ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("cash", "espèces"),
                            ("bank", "banque"),
                            ("microfinance", "microfinance"),
                            ("lumicash", "Lumicash"),
                            ("ecocash", "EcoCash"),
                            ("harvest", "retenue sur la récolte"),
                            ("opening", "reprise du registre papier"),
                        ],
                        max_length=12,
                        verbose_name="moyen",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="référence"
                    ),
                ),
                (
                    "attempt",
                    models.PositiveSmallIntegerField(
                        db_default=1, default=1, verbose_name="tentative"
                    ),
                ),
                ("received_on", models.DateField(verbose_name="reçu le")),
                ("recorded_by", models.CharField(max_length=150, verbose_name="inscrit par")),
                ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="inscrit le")),
                (
                    "reversal_reason",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="motif de l’annulation"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.healthfacility",
                        verbose_name="formation sanitaire",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="claims.facilityrepayment",
                        verbose_name="annule le reçu",
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
            ],
            options={
                "verbose_name": "remboursement d’une formation sanitaire",
                "verbose_name_plural": "remboursements des formations sanitaires",
                "ordering": ["-received_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RepaymentShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                ("entered_on", models.DateField(verbose_name="le")),
                (
                    "debt",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repaid",
                        to="claims.facilitydebt",
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
                (
                    "repayment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="claims.facilityrepayment",
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
            ],
            options={
                "verbose_name": "part d’un remboursement",
                "verbose_name_plural": "parts des remboursements",
                "ordering": ["repayment", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="attestationfile",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="attestation_file_tenant_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="attestationfilepart",
            constraint=models.UniqueConstraint(
                fields=("file", "position"), name="attestation_part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityrepayment",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="repayment_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="facilityrepayment",
            constraint=models.UniqueConstraint(
                fields=("tenant", "year", "number"), name="repayment_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityrepayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("reference", ""), _negated=True), ("reverses__isnull", True)
                ),
                fields=("tenant", "method", "reference", "attempt"),
                name="repayment_reference_once",
                violation_error_message="Cette référence a déjà servi pour un remboursement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityrepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_francs__gt", 0), ("reverses__isnull", True)),
                    models.Q(("amount_francs__lt", 0), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="repayment_sign",
                violation_error_message="Le montant est positif.",
            ),
        ),
        migrations.AddConstraint(
            model_name="repaymentshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("francs", 0), _negated=True), name="repayment_share_not_nothing"
            ),
        ),
        migrations.RunSQL(tenant_keys(_KEYS), migrations.RunSQL.noop),
        migrations.RunSQL(_FUNCTIONS + _TRIGGERS, _UNDO),
    ]
