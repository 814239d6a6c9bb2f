"""The balances tell what an UPDATE changed without joining: the functions as `_balances` tells."""

from django.db import migrations

from federations.tenancy.migrating import functions_again
from membership.migrations._balances import KEEP_BALANCES


class Migration(migrations.Migration):
    dependencies = [("membership", "0013_first_enrolments_of_who_was_there")]

    operations = [migrations.RunSQL(functions_again(KEEP_BALANCES), migrations.RunSQL.noop)]
