"""The few households that closed as another's duplicate are found without reading them all."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("membership", "0014_balances_compare_without_joining")]

    operations = [
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                fields=["tenant"], condition=Q(closed_because="merged"), name="household_duplicates"
            ),
        ),
    ]
