"""Of a record that came from another federation, what of the person was corrected there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty for every record that there is."""

    dependencies = [("membership", "0002_keys")]

    operations = [
        migrations.AddField(
            model_name="beneficiary",
            name="corrected_before",
            field=models.CharField(
                blank=True,
                choices=[("name", "nom"), ("sex", "sexe"), ("birth", "naissance")],
                db_default="",
                default="",
                editable=False,
                max_length=5,
                verbose_name="corrigé avant son arrivée",
            ),
        ),
    ]
