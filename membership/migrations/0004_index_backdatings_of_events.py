"""What was dated back in a household is found by its event, as signals of each claim ask."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """An index of the few operations that are of an event."""

    dependencies = [("membership", "0003_corrected_before_arrival")]

    operations = [
        migrations.AddIndex(
            model_name="backdating",
            index=models.Index(
                fields=["event"], condition=Q(event__isnull=False), name="backdating_of_event"
            ),
        ),
    ]
