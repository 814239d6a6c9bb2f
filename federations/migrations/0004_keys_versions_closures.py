"""Further foreign keys that carry the tenant; versions of registers; who closed an account.

A plain foreign-key check bypasses row-level security, so it would accept, and reveal,
another tenant's row. One key stays plain: a federation's root unit hangs from CONAMUS's.
"""

from django.db import migrations, models

#: Tables that keys of other tables point at with their tenant.
TARGETS = ("partner", "activity", "narrativesection", "storedfile")
KEYS = (
    ("expense", "funder_id", "partner"),
    ("activity", "funder_id", "partner"),
    ("activityparticipants", "activity_id", "activity"),
    ("unit", "management_centre_id", "unit"),
    ("unit", "replaces_id", "unit"),
    ("narrativepicture", "section_id", "narrativesection"),
    ("narrativepicture", "file_id", "storedfile"),
)


def _unique(table: str) -> migrations.RunSQL:
    name = f"{table}_tenant_id"
    return migrations.RunSQL(
        f"ALTER TABLE federations_{table} ADD CONSTRAINT {name} UNIQUE (tenant_id, id)",
        f"ALTER TABLE federations_{table} DROP CONSTRAINT {name}",
    )


def _key(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"federations_{table}_tenant_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE federations_{table} ADD CONSTRAINT {name}"
        f" FOREIGN KEY (tenant_id, {column}) REFERENCES federations_{target} (tenant_id, id)"
        " DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE federations_{table} DROP CONSTRAINT {name}",
    )


def _version(model: str) -> migrations.AddField:
    field = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    return migrations.AddField(model_name=model, name="version", field=field)


class Migration(migrations.Migration):
    """Keys and three columns, all with values that rows already there can live with."""

    dependencies = [("federations", "0003_history_by_tenant")]
    operations = [
        *map(_unique, TARGETS),
        *(_key(*key) for key in KEYS),
        _version("activity"),
        _version("expense"),
        migrations.AddField(
            model_name="user",
            name="closed_by_role",
            field=models.CharField(
                "désactivé par",
                max_length=30,
                blank=True,
                default="",
                db_default="",
                editable=False,
            ),
        ),
    ]
