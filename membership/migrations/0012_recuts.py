"""Where the households of re-cut units go, and which went."""

import django.db.models.deletion
from django.db import migrations, models

_SHARE, _MOVE = "membership_recutshare", "membership_recutmove"
KEYS = (
    (_SHARE, "recut_id", "federations_recut"),
    (_SHARE, "from_unit_id", "federations_unit"),
    (_SHARE, "to_unit_id", "federations_unit"),
    (_MOVE, "recut_id", "federations_recut"),
    (_MOVE, "household_id", "membership_household"),
    (_MOVE, "from_unit_id", "federations_unit"),
    (_MOVE, "to_unit_id", "federations_unit"),
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
    """Tables, and keys that carry the tenant."""

    dependencies = [
        ("federations", "0007_recuts"),
        ("membership", "0011_promise_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecutMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.unit",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="membership.household",
                    ),
                ),
                (
                    "recut",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.recut",
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
                    "to_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "ménage passé par un redécoupage",
                "verbose_name_plural": "ménages passés par un redécoupage",
                "constraints": [
                    models.UniqueConstraint(fields=("recut", "household"), name="recut_move_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RecutShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "colline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.place",
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.unit",
                    ),
                ),
                (
                    "recut",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.recut",
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
                    "to_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "répartition d’un redécoupage",
                "verbose_name_plural": "répartitions d’un redécoupage",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recut", "from_unit", "colline"), name="recut_share_once"
                    )
                ],
            },
        ),
        *(_key(*key) for key in KEYS),
    ]
