"""Foreign keys that carry the tenant: a report stays with its own unit and its own file."""

from django.db import migrations

KEYS = (("unit_id", "federations_unit"), ("file_id", "federations_storedfile"))


def _add(column: str, target: str) -> migrations.RunSQL:
    name = f"prudential_annualreport_tenant_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE prudential_annualreport ADD CONSTRAINT {name}"
        f" FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id)"
        " DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE prudential_annualreport DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Composite keys beside Django's own columns."""

    dependencies = [
        ("federations", "0004_keys_versions_closures"),
        ("prudential", "0001_initial"),
    ]
    operations = [_add(*key) for key in KEYS]
