"""Who entered, corrected or sent a claim does not decide it: the queue leaves theirs out by this."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0004_sample_seeds"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claimstep",
            index=models.Index(
                condition=models.Q(
                    ("by_user_id__isnull", False), ("to_state__in", ["entered", "submitted"])
                ),
                fields=["by_user_id", "claim"],
                name="claim_step_written",
            ),
        ),
    ]
