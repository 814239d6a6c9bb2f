"""Who is to receive a household reads what it will owe there, and whether a promise runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of transfers, unknown of those that there are."""

    dependencies = [("membership", "0010_waiting_goes_on_over_the_years_end")]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="left_francs",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="reste à payer (FBu)"),
        ),
        migrations.AddField(
            model_name="transfer",
            name="has_promise",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="une promesse court"
            ),
        ),
    ]
