"""Two refusals that could not be said: their per cent sign is doubled. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0003_money_and_complaints"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="controlterms",
            name="control_sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("sample_percent__gte", 0), ("sample_percent__lte", 100)),
                name="control_sample",
                violation_error_message="L’échantillon est entre 0 et 100 %%.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="packageclause",
            name="clause_percent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("percent__isnull", True),
                    models.Q(("percent__gte", 0), ("percent__lte", 100)),
                    _connector="OR",
                ),
                name="clause_percent",
                violation_error_message="La part est entre 0 et 100 %%.",
            ),
        ),
    ]
