"""The sums of care tell what an UPDATE changed without joining: the functions as `_sums` tells them.

A job that makes thousands of claims final took longer than a statement may.
"""

from django.db import migrations

from claims.migrations._accepted import KEEP_ACCEPTED
from claims.migrations._sums import KEEP_SUMS
from federations.tenancy.migrating import functions_again


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_claims_found_by_who_wrote_them")]

    operations = [
        migrations.RunSQL(functions_again(KEEP_SUMS, KEEP_ACCEPTED), migrations.RunSQL.noop)
    ]
