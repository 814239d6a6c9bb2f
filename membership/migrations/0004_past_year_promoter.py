"""A past year names a promoter of its own federation: the key carries the tenant."""

from django.db import migrations

_NAME = "membership_pastyear_tenant_promoter_id"


class Migration(migrations.Migration):
    """A composite key beside Django's own column."""

    dependencies = [
        ("federations", "0004_keys_versions_closures"),
        ("membership", "0003_given_key"),
    ]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE membership_pastyear ADD CONSTRAINT {_NAME}"
            " FOREIGN KEY (tenant_id, promoter_id) REFERENCES federations_partner (tenant_id, id)"
            " DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE membership_pastyear DROP CONSTRAINT {_NAME}",
        )
    ]
