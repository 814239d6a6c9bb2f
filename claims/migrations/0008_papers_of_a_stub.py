"""What had a stub before is found without reading a year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0007_debts_and_replacements"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stubuse",
            index=models.Index(
                condition=models.Q(("freed_at__isnull", False)),
                fields=["tenant", "number"],
                name="stub_given_up",
            ),
        ),
    ]
