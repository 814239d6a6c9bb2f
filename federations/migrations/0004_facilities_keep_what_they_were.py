"""Facilities keep what type and ownership they had: care is decided by those of its day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0003_job_is_a_fault"),
    ]

    operations = [
        migrations.CreateModel(
            name="FacilityStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="depuis le")),
                (
                    "facility_type",
                    models.CharField(
                        choices=[
                            ("CDS", "centre de santé (CDS)"),
                            ("HOPITAL", "hôpital"),
                            ("CLINIQUE_POLYCLINIQUE", "clinique ou polyclinique"),
                            ("CENTRE_MEDICAL", "centre médical"),
                            ("PHARMACIE", "pharmacie"),
                        ],
                        max_length=24,
                        verbose_name="type",
                    ),
                ),
                (
                    "ownership",
                    models.CharField(
                        choices=[
                            ("public", "public"),
                            ("private", "privé"),
                            ("faith_based", "confessionnel"),
                        ],
                        max_length=12,
                        verbose_name="statut juridique",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
                        to="federations.healthfacility",
                    ),
                ),
            ],
            options={
                "verbose_name": "type et statut d’une formation sanitaire",
                "verbose_name_plural": "types et statuts des formations sanitaires",
                "ordering": ["pk"],
            },
        ),
    ]
