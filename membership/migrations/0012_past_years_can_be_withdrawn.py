"""A past year brought in by mistake is withdrawn by a last version, which nothing counts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, false for every year that there is."""

    dependencies = [("membership", "0011_proposals_say_what_is_owed")]

    operations = [
        migrations.AddField(
            model_name="pastyear",
            name="is_withdrawn",
            field=models.BooleanField(db_default=False, default=False, verbose_name="retirée"),
        ),
    ]
