"""Of a renewal, the day on which a waiting ends that the year before was too short for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty for every enrolment that there is."""

    dependencies = [("membership", "0009_receipts_follow_one_another")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="waits_until",
            field=models.DateField(
                blank=True, null=True, verbose_name="carence de l’année d’avant, finie le"
            ),
        ),
    ]
