"""How many of a day's insured have open rights, counted by a task."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0029_head_birth_year")]

    operations = [
        migrations.CreateModel(
            name="OpenRights",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="jour")),
                ("counted_at", models.DateTimeField(verbose_name="compté le")),
                ("figures", models.JSONField(verbose_name="chiffres")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.federation",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte des droits ouverts",
                "verbose_name_plural": "comptes des droits ouverts",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "day"), name="open_rights_once_a_day")
                ],
            },
        ),
    ]
