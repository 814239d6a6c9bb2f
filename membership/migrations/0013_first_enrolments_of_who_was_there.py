"""Of a first enrolment, that the household was enrolled the year before, and insured nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, false for every enrolment that there is."""

    dependencies = [("membership", "0012_past_years_can_be_withdrawn")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="is_returning",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="inscrit l’année d’avant sans être assuré",
            ),
        ),
    ]
