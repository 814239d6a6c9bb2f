"""The tables of reports: yearly reports and the figures released to the regulator."""

import django.db.models.deletion
from django.db import migrations, models

from federations.tenancy.migrating import CreateTables


class Migration(migrations.Migration):
    initial = True
    dependencies = [("federations", "0001_tables")]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="AnnualReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année d’activité")),
                        (
                            "produced_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="produit le"),
                        ),
                        (
                            "produced_by",
                            models.CharField(max_length=150, verbose_name="produit par"),
                        ),
                        ("pages", models.PositiveSmallIntegerField(verbose_name="pages")),
                        ("facts", models.JSONField(verbose_name="chiffres")),
                        (
                            "made_by_job",
                            models.UUIDField(
                                blank=True, editable=False, null=True, verbose_name="tâche"
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.storedfile",
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
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                        (
                            "is_for_regulator",
                            models.BooleanField(
                                db_default=True, default=True, verbose_name="ouverte au régulateur"
                            ),
                        ),
                        (
                            "kept_because",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=300,
                                verbose_name="pas ouverte parce que",
                            ),
                        ),
                        (
                            "is_as_released",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="aux chiffres arrêtés"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rapport annuel",
                        "verbose_name_plural": "rapports annuels",
                        "ordering": ["-produced_at"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "year", "-produced_at"],
                                name="prudential__tenant__8883c5_idx",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "made_by_job"), name="annual_report_once_a_job"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="annual_report_tenant_id"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleasedFigures",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[("insured", "assurés"), ("care", "soins")],
                                max_length=10,
                                verbose_name="objet",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        ("settled_on", models.DateField(verbose_name="arrêtés au")),
                        ("figures", models.JSONField(verbose_name="chiffres")),
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
                        "verbose_name": "chiffres arrêtés",
                        "verbose_name_plural": "chiffres arrêtés",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "subject", "year"), name="released_figures_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
