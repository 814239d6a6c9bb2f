"""Whether an enrolment was dated back is asked for each claim: found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0023_scale_percent_said")]

    operations = [
        migrations.AddIndex(
            model_name="backdating",
            index=models.Index(fields=["enrolment"], name="backdating_of_enrolment"),
        ),
    ]
