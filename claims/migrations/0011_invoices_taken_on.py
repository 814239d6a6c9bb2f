"""Who recorded an invoice, so that another pays one taken on; why one taken on is cancelled.

And why an advance is dated back.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0010_accepted_sums")]

    operations = [
        migrations.AddField(
            "facilityinvoice",
            "cancelled_because",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                verbose_name="motif de l’annulation",
            ),
        ),
        migrations.AddField(
            "facilityinvoice",
            "recorded_by_user_id",
            models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            "paymentorder",
            "backdating_reason",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                verbose_name="motif de l’antidatage",
            ),
        ),
    ]
