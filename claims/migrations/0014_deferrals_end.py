"""How often, and for how long, a claim is put off: terms of control like the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0013_signals_after_decision")]

    operations = [
        migrations.AddField(
            "controlterms",
            "most_deferrals",
            models.PositiveSmallIntegerField(
                db_default=2, default=2, verbose_name="remises à plus tard, au plus"
            ),
        ),
        migrations.AddField(
            "controlterms",
            "deferral_days",
            models.PositiveSmallIntegerField(
                db_default=60, default=60, verbose_name="durée d’une remise, au plus (jours)"
            ),
        ),
    ]
