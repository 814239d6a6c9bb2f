"""The number of the signed paper of a promise, where no picture of it is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0026_household_guardians")]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="paper_number",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=30, verbose_name="n° du papier"
            ),
        ),
    ]
