"""The network's person is looked up by its own key: care follows it from household to household."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("membership", "0017_past_year_versions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(fields=["person_id"], name="beneficiary_person"),
        ),
    ]
