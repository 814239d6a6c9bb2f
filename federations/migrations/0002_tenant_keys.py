"""Foreign keys that carry the tenant: an activity or expense stays with its own units."""

from django.db import migrations

TABLES = ("activity", "expense", "unitzone", "periodlock")


def _add(table: str) -> migrations.RunSQL:
    name = f"federations_{table}_tenant_unit_id"
    return migrations.RunSQL(
        f"ALTER TABLE federations_{table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, unit_id)"
        " REFERENCES federations_unit (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE federations_{table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Composite keys beside Django's own columns."""

    dependencies = [("federations", "0001_initial")]
    operations = [_add(table) for table in TABLES]
