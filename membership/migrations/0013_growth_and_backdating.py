"""Supplements of people who join, operations dated back, harvest payments tied to promises."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_ENROLMENT, _PAYMENT = "membership_enrolment", "membership_payment"
_SUPPLEMENT, _BACKDATING = "membership_enrolmentsupplement", "membership_backdating"

#: Foreign keys that carry the tenant (see 0002).
KEYS = (
    (_PAYMENT, "promise_id", "membership_promise"),
    (_SUPPLEMENT, "enrolment_id", _ENROLMENT),
    (_SUPPLEMENT, "beneficiary_id", "membership_beneficiary"),
    (_SUPPLEMENT, "reverses_id", _SUPPLEMENT),
    (_BACKDATING, "enrolment_id", _ENROLMENT),
    (_BACKDATING, "payment_id", _PAYMENT),
)


def _add(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_tenant_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES {target} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0007_recuts"),
        ("membership", "0012_recuts"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="backdating_days",
            field=models.PositiveSmallIntegerField(
                db_default=7,
                default=7,
                help_text="Au-delà, ou avant la fin de la grâce, le gestionnaire seul, avec un motif.",
                verbose_name="jours dont une signature ou un paiement peut être antidaté",
            ),
        ),
        migrations.AddField(
            model_name="contributionscale",
            name="growth",
            field=models.CharField(
                choices=[
                    ("renewal", "rien avant le renouvellement"),
                    ("joiners", "le supplément, sauf pour un nouveau-né"),
                    ("everyone", "le supplément, pour un nouveau-né aussi"),
                ],
                db_default="renewal",
                default="renewal",
                max_length=8,
                verbose_name="personne entrée en cours d’année",
            ),
        ),
        migrations.AddField(
            model_name="memberimport",
            name="backdating_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                verbose_name="motif des dates anciennes",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="promise",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="membership.promise",
                verbose_name="promesse",
            ),
        ),
        migrations.CreateModel(
            name="Backdating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dated_on", models.DateField(verbose_name="daté du")),
                ("written_on", models.DateField(verbose_name="inscrit le")),
                ("reason", models.CharField(max_length=200, verbose_name="motif")),
                ("recorded_by", models.CharField(max_length=150, verbose_name="inscrit par")),
                ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "recorded_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="inscrit à",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="membership.enrolment",
                        verbose_name="adhésion",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="membership.payment",
                        verbose_name="paiement",
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
                "verbose_name": "opération antidatée",
                "verbose_name_plural": "opérations antidatées",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["tenant", "-id"], name="backdating_latest")],
            },
        ),
        migrations.CreateModel(
            name="EnrolmentSupplement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_on", models.DateField(verbose_name="demandé le")),
                ("people", models.PositiveSmallIntegerField(verbose_name="personnes comptées")),
                ("contribution_francs", models.BigIntegerField(verbose_name="supplément (FBu)")),
                (
                    "payer_francs",
                    models.BigIntegerField(default=0, verbose_name="dont à un autre payeur (FBu)"),
                ),
                ("explanation", models.CharField(max_length=300, verbose_name="calcul")),
                ("recorded_by", models.CharField(max_length=150, verbose_name="inscrit par")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="inscrit à",
                    ),
                ),
                (
                    "beneficiary",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="membership.beneficiary",
                        verbose_name="pour",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplements",
                        to="membership.enrolment",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="membership.enrolmentsupplement",
                        verbose_name="reprend",
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
                "verbose_name": "supplément",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="supplement_tenant_id"),
                    models.UniqueConstraint(
                        condition=models.Q(("reverses__isnull", True)),
                        fields=("enrolment", "beneficiary"),
                        name="supplement_once",
                        violation_error_message="Cette personne a déjà son supplément.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("contribution_francs__gte", 0),
                                ("payer_francs__gte", 0),
                                ("reverses__isnull", True),
                            ),
                            models.Q(
                                ("contribution_francs__lte", 0),
                                ("payer_francs__lte", 0),
                                ("reverses__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="supplement_sign",
                    ),
                ],
            },
        ),
        *(_add(*key) for key in KEYS),
    ]
