"""Re-cuts of units, jobs that wait for their day.

A unit whose re-cut is taken back ends on the day it began: it was never open.
"""

import django.db.models.deletion
from django.db import migrations, models

KEYS = (
    ("federations_recutunit", "recut_id", "federations_recut"),
    ("federations_recutunit", "unit_id", "federations_unit"),
)


def _key(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_tenant_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name}"
        f" FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id)"
        " DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Tables, keys that carry the tenant, and a column."""

    dependencies = [
        ("federations", "0006_facility_code_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_date", models.DateField(verbose_name="au")),
                ("decided_by", models.CharField(max_length=150, verbose_name="décidé par")),
                ("decided_at", models.DateTimeField(auto_now_add=True, verbose_name="décidé le")),
                ("followed", models.JSONField(default=dict, verbose_name="ce qui a suivi")),
                (
                    "taken_back_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="repris le"),
                ),
                (
                    "taken_back_by",
                    models.CharField(blank=True, max_length=150, verbose_name="repris par"),
                ),
            ],
            options={
                "verbose_name": "redécoupage",
                "ordering": ["-on_date", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RecutUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_new", models.BooleanField(verbose_name="ouverte par le redécoupage")),
            ],
            options={
                "verbose_name": "unité d’un redécoupage",
                "verbose_name_plural": "unités d’un redécoupage",
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="unit",
            name="unit_closes_after_opening",
        ),
        migrations.AddField(
            model_name="job",
            name="not_before",
            field=models.DateField(blank=True, null=True, verbose_name="pas avant le"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True),
                    ("valid_to__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="unit_closes_after_opening",
                violation_error_message="La fermeture vient après l’ouverture.",
            ),
        ),
        migrations.AddField(
            model_name="recut",
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
            model_name="recutunit",
            name="recut",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="federations.recut",
            ),
        ),
        migrations.AddField(
            model_name="recutunit",
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
            model_name="recutunit",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recuts",
                to="federations.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="recut",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="recut_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="recutunit",
            constraint=models.UniqueConstraint(fields=("recut", "unit"), name="recut_unit_once"),
        ),
        *(_key(*key) for key in KEYS),
    ]
