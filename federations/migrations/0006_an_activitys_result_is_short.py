"""The result of an activity has a length, as what else the register says of it.

A longer one cannot be printed in a line of the yearly report's table. Where there is any, the
migration stops and changes nothing: somebody shortens it in the register first.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0005_heirs_of_recut_units"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="result",
            field=models.CharField(blank=True, max_length=2000, verbose_name="résultat obtenu"),
        ),
    ]
