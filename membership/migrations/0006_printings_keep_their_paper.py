"""A printing says on which paper: the original is given again on the same one only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column of the printings of receipts."""

    dependencies = [("membership", "0005_rights_checks_keep_whom_they_found")]

    operations = [
        migrations.AddField(
            model_name="receiptprint",
            name="paper",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=8, verbose_name="papier"
            ),
        ),
    ]
