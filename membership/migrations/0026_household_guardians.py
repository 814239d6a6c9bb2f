"""Who answers for a household in which nobody is old enough to be its head."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0025_moves_by_day")]

    operations = [
        migrations.AddField(
            model_name="household",
            name="guardian_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=120,
                verbose_name="répond du ménage de mineurs",
            ),
        ),
        migrations.AddField(
            model_name="household",
            name="guardian_phone",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=20, verbose_name="son téléphone"
            ),
        ),
    ]
