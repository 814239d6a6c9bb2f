"""Signals of what is learnt after a decision, and how far each register was read for them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0012_paper_answers_to_visits"),
        ("federations", "0010_jobs_that_advance"),
    ]

    operations = [
        migrations.AddField(
            "claimsignal",
            "after_decision_id",
            models.BigIntegerField(blank=True, null=True, verbose_name="après la décision"),
        ),
        migrations.CreateModel(
            name="RegisterLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until_event", models.BigIntegerField()),
                ("looked_at", models.DateTimeField(verbose_name="lu à")),
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
                "verbose_name": "lecture du registre",
                "verbose_name_plural": "lectures du registre",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant",), name="register_look_once")
                ],
            },
        ),
    ]
