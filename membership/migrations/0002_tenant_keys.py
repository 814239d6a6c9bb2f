"""Foreign keys that carry the tenant: no row can point into another federation.

A plain foreign-key check bypasses row-level security, so it would accept, and reveal,
another tenant's row.
"""

from django.db import migrations

KEYS = (
    ("membership_household", "unit_id", "federations_unit"),
    ("membership_beneficiary", "household_id", "membership_household"),
    ("membership_enrolment", "household_id", "membership_household"),
    ("membership_enrolment", "unit_id", "federations_unit"),
)


def _add(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_tenant_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES {target} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Composite keys beside Django's own columns."""

    dependencies = [("membership", "0001_initial")]
    operations = [_add(*key) for key in KEYS]
