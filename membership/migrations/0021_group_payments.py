"""One mobile transfer that pays for several households; a statement's line is several payments."""

import django.db.models.deletion
from django.db import migrations, models

#: Foreign keys that carry the tenant (see 0002).
_KEYS = (
    ("membership_payment", "group_id", "membership_grouppayment"),
    ("membership_statementtie", "line_id", "membership_statementline"),
    ("membership_statementtie", "payment_id", "membership_payment"),
)
_METHODS = [
    ("cash", "espèces"),
    ("bank", "banque"),
    ("microfinance", "microfinance"),
    ("lumicash", "Lumicash"),
    ("ecocash", "EcoCash"),
    ("harvest", "retenue sur la récolte"),
    ("opening", "reprise du registre papier"),
]
#: The owner stands behind the wall too: opened for the copy, and closed again.
_COPY_TIES = """
ALTER TABLE membership_statementline NO FORCE ROW LEVEL SECURITY;
INSERT INTO membership_statementtie (tenant_id, line_id, payment_id)
SELECT tenant_id, id, payment_id FROM membership_statementline WHERE payment_id IS NOT NULL;
ALTER TABLE membership_statementline FORCE ROW LEVEL SECURITY;
"""


def _key(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_tenant_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name}"
        f" FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id)"
        " DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def _id() -> models.BigAutoField:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def _tenant() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="federations.federation",
    )


class Migration(migrations.Migration):
    """The lines reconciled so far keep their payment, as a tie."""

    dependencies = [
        ("federations", "0009_scope_key"),
        ("membership", "0020_life_taken_back_and_dated_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupPayment",
            fields=[
                ("id", _id()),
                (
                    "method",
                    models.CharField(choices=_METHODS, max_length=12, verbose_name="opérateur"),
                ),
                ("reference", models.CharField(max_length=60, verbose_name="référence")),
                (
                    "attempt",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="utilisation de la référence"
                    ),
                ),
                ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                (
                    "returned_francs",
                    models.BigIntegerField(default=0, verbose_name="rendu au payeur (FBu)"),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="pourquoi rendu"
                    ),
                ),
                (
                    "operator_fee_francs",
                    models.BigIntegerField(default=0, verbose_name="frais de l’opérateur (FBu)"),
                ),
                (
                    "payer_phone",
                    models.CharField(
                        blank=True, default="", max_length=20, verbose_name="téléphone du payeur"
                    ),
                ),
                ("received_on", models.DateField(verbose_name="reçu le")),
                ("recorded_by", models.CharField(max_length=150, verbose_name="encaissé par")),
                (
                    "recorded_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="inscrit à"),
                ),
                ("tenant", _tenant()),
            ],
            options={
                "verbose_name": "paiement groupé",
                "verbose_name_plural": "paiements groupés",
                "ordering": ["-received_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "id"), name="group_payment_tenant_id"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "method", "reference", "attempt"),
                        name="group_reference_once",
                        violation_error_message="Cette référence a déjà servi pour un paiement.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("operator_fee_francs__gte", 0),
                            ("returned_francs__gte", 0),
                            ("returned_francs__lte", models.F("amount_francs")),
                        ),
                        name="group_amounts",
                        violation_error_message="On ne rend pas plus que ce qui a été reçu.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="group",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="membership.grouppayment",
                verbose_name="paiement groupé",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="part",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, verbose_name="part du paiement groupé"
            ),
        ),
        migrations.RemoveConstraint(model_name="payment", name="payment_reference_once"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("reference", ""), _negated=True), ("reverses__isnull", True)
                ),
                fields=("tenant", "method", "reference", "attempt", "part"),
                name="payment_reference_once",
                violation_error_message="Cette référence a déjà servi pour un paiement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("group__isnull", False), ("part", 1), _connector="OR"),
                name="payment_part_of_a_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="statement_line_tenant_id"
            ),
        ),
        migrations.RemoveConstraint(model_name="statementline", name="line_of_one_payment"),
        migrations.CreateModel(
            name="StatementTie",
            fields=[
                ("id", _id()),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to="membership.statementline",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to="membership.payment",
                    ),
                ),
                ("tenant", _tenant()),
            ],
            options={
                "verbose_name": "rapprochement",
                "verbose_name_plural": "rapprochements",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "payment"), name="line_of_one_payment"
                    )
                ],
            },
        ),
        migrations.RunSQL(_COPY_TIES, migrations.RunSQL.noop),
        *(_key(*key) for key in _KEYS),
        migrations.RemoveField(model_name="statementline", name="payment"),
    ]
