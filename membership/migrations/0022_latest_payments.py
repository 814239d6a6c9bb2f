"""The list of receipts begins with the latest: found by an index, not sorted out of all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0021_group_payments")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["tenant", "-received_on", "-id"], name="payment_latest"),
        ),
    ]
