"""The sums of care find a claim's rows by its own keys: the functions as `_sums` tells them."""

from django.db import migrations

from claims.migrations._accepted import KEEP_ACCEPTED
from claims.migrations._sums import KEEP_SUMS
from federations.tenancy.migrating import functions_again


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_keys")]

    operations = [
        migrations.RunSQL(functions_again(KEEP_SUMS, KEEP_ACCEPTED), migrations.RunSQL.noop)
    ]
