"""Who wrote a visit's finding, by number: above an amount somebody else recovers it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0017_interviews_one_by_one")]

    operations = [
        migrations.AddField(
            "visitclaim", "found_by_user_id", models.BigIntegerField(blank=True, null=True)
        ),
    ]
