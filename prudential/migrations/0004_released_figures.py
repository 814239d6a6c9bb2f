"""What the regulator's pages and editions are made of: figures as they were last released."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One row a subject and year; the parts kept with each edition go."""

    dependencies = [
        ("federations", "0007_recuts"),
        ("prudential", "0003_editions_for_the_regulator"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReleasedFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("insured", "assurés"), ("care", "soins")],
                        max_length=10,
                        verbose_name="objet",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("settled_on", models.DateField(verbose_name="arrêtés au")),
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
                "verbose_name": "chiffres arrêtés",
                "verbose_name_plural": "chiffres arrêtés",
            },
        ),
        migrations.AddConstraint(
            model_name="releasedfigures",
            constraint=models.UniqueConstraint(
                fields=("tenant", "subject", "year"), name="released_figures_once"
            ),
        ),
        migrations.AddField(
            model_name="annualreport",
            name="is_as_released",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="aux chiffres arrêtés"
            ),
        ),
        # What judged editions by those opened before: the release judges now, for pages too.
        migrations.DeleteModel(name="ReportParts"),
    ]
