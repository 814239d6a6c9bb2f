"""Past years are corrected by new versions, and some are the confederation's."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Five columns, and the version in what is unique."""

    dependencies = [
        ("membership", "0016_balances_kept"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="pastyear",
            name="past_year_once",
        ),
        migrations.AddField(
            model_name="pastyear",
            name="because",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=300,
                verbose_name="raison de la correction",
            ),
        ),
        migrations.AddField(
            model_name="pastyear",
            name="is_of_network",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="tenue par CONAMUS"
            ),
        ),
        migrations.AddField(
            model_name="pastyear",
            name="recorded_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="inscrite le"
            ),
        ),
        migrations.AddField(
            model_name="pastyear",
            name="recorded_by",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=150, verbose_name="inscrite par"
            ),
        ),
        migrations.AddField(
            model_name="pastyear",
            name="version",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="version"),
        ),
        migrations.AddConstraint(
            model_name="pastyear",
            constraint=models.UniqueConstraint(
                fields=("tenant", "promoter", "label", "version"), name="past_year_version_once"
            ),
        ),
    ]
