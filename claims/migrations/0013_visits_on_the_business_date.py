"""The moments of a visit are on the business date, as its days are."""

from django.db import migrations, models

import conamus.clock


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0012_settlings_undone_and_advances_repaid"),
    ]

    operations = [
        migrations.AlterField(
            model_name="visit",
            name="planned_at",
            field=models.DateTimeField(
                default=conamus.clock.moment, editable=False, verbose_name="prévue le"
            ),
        ),
        migrations.AlterField(
            model_name="visitreply",
            name="recorded_at",
            field=models.DateTimeField(default=conamus.clock.moment, editable=False),
        ),
        migrations.AlterField(
            model_name="visitstep",
            name="at",
            field=models.DateTimeField(
                default=conamus.clock.moment, editable=False, verbose_name="à"
            ),
        ),
    ]
