"""A step and an entry bear the moment that they are given: the application's day, not the server's."""

import django.db.models.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0018_who_found_in_a_visit")]

    operations = [
        migrations.AlterField(
            "claim",
            "entered_at",
            models.DateTimeField(
                db_default=django.db.models.functions.Now(), verbose_name="saisie à"
            ),
        ),
        migrations.AlterField(
            "claimstep",
            "at",
            models.DateTimeField(db_default=django.db.models.functions.Now(), verbose_name="à"),
        ),
    ]
