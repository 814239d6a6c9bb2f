"""Keys that carry the tenant (`federations.tenancy.migrating`)."""

from django.db import migrations

from federations.tenancy.migrating import tenant_keys

_REPORT = "prudential_annualreport"
KEYS = (
    (_REPORT, "unit_id", "federations_unit"),
    (_REPORT, "file_id", "federations_storedfile"),
)


class Migration(migrations.Migration):
    dependencies = [("federations", "0002_keys"), ("prudential", "0001_tables")]
    operations = [migrations.RunSQL(tenant_keys(KEYS), migrations.RunSQL.noop)]
