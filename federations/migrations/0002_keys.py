"""Keys that Django cannot say: those that carry the tenant (`federations.tenancy.migrating`).

One key stays plain: a federation's root unit hangs from CONAMUS's.
"""

from django.db import migrations

from federations.tenancy.migrating import tenant_keys

#: Tables that keys of other tables point at with their tenant.
TARGETS = ("partner", "activity", "narrativesection", "storedfile")
_UNIT = "federations_unit"
KEYS = (
    ("federations_activity", "unit_id", _UNIT),
    ("federations_expense", "unit_id", _UNIT),
    ("federations_unitzone", "unit_id", _UNIT),
    ("federations_periodlock", "unit_id", _UNIT),
    ("federations_expense", "funder_id", "federations_partner"),
    ("federations_activity", "funder_id", "federations_partner"),
    ("federations_activityparticipants", "activity_id", "federations_activity"),
    (_UNIT, "management_centre_id", _UNIT),
    (_UNIT, "replaces_id", _UNIT),
    ("federations_narrativepicture", "section_id", "federations_narrativesection"),
    ("federations_narrativepicture", "file_id", "federations_storedfile"),
    ("federations_recutunit", "recut_id", "federations_recut"),
    ("federations_recutunit", "unit_id", _UNIT),
)


def unique_keys() -> str:
    """Return the SQL of what the keys point at."""
    return "".join(
        f"ALTER TABLE federations_{table} ADD CONSTRAINT {table}_tenant_id"
        " UNIQUE (tenant_id, id);\n"
        for table in TARGETS
    )


class Migration(migrations.Migration):
    dependencies = [("federations", "0001_tables")]
    operations = [
        migrations.RunSQL(unique_keys() + tenant_keys(KEYS), migrations.RunSQL.noop),
    ]
