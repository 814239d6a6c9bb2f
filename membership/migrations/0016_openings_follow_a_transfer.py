"""Of an enrolment that came from another federation, the day on which rights open by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty for every enrolment that there is."""

    dependencies = [("membership", "0015_duplicates_are_found")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="opens_on",
            field=models.DateField(blank=True, null=True, verbose_name="droits ouverts là-bas le"),
        ),
    ]
