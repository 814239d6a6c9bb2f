"""A re-cut says of each unit that closes to which one what hangs from it passes.

What earlier re-cuts handed on passed as they were decided: they name no heir.
"""

import django.db.models.deletion
from django.db import migrations, models

from federations.tenancy.migrating import tenant_keys

KEYS = (("federations_recutunit", "heir_id", "federations_unit"),)


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0004_facilities_keep_what_they_were"),
    ]

    operations = [
        migrations.AddField(
            model_name="recutunit",
            name="heir",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.unit",
                verbose_name="à qui passe ce qui en dépend",
            ),
        ),
        migrations.RunSQL(tenant_keys(KEYS), migrations.RunSQL.noop),
    ]
