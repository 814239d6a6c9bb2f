"""What becomes of each row of an import, what rows are searched by, and the sheet that is read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0014_terms_of_rights")]

    operations = [
        migrations.AddField(
            model_name="importpart",
            name="findings",
            field=models.BinaryField(db_default=b"", default=b""),
        ),
        migrations.AddField(
            model_name="importpart",
            name="search",
            field=models.BinaryField(db_default=b"", default=b""),
        ),
        migrations.AddField(
            model_name="memberimport",
            name="sheet_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="feuille"
            ),
        ),
    ]
