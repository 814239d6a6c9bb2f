"""Who entered an interview and when, what corrects it, and who read one by itself."""

import django.db.models.deletion
from django.db import migrations, models

from claims.migrations._keys import tenant_keys

_KEYS = (
    ("claims_surveyinterview", "replaces_id", "claims_surveyinterview"),
    ("claims_interviewreading", "interview_id", "claims_surveyinterview"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0016_published_scores_corrected"),
        ("federations", "0010_jobs_that_advance"),
    ]

    operations = [
        migrations.AddField(
            "surveyinterview",
            "entered_by_user_id",
            models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            "surveyinterview",
            "entered_on",
            models.DateField(blank=True, null=True, verbose_name="saisi le jour"),
        ),
        migrations.AddField(
            "surveyinterview",
            "replaces",
            models.OneToOneField(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="claims.surveyinterview",
                verbose_name="corrige",
            ),
        ),
        migrations.CreateModel(
            name="InterviewReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read_by", models.CharField(max_length=150, verbose_name="lu par")),
                ("read_by_user_id", models.BigIntegerField(blank=True, null=True)),
                ("read_as", models.CharField(max_length=24, verbose_name="en tant que")),
                ("read_at", models.DateTimeField(auto_now_add=True, verbose_name="lu le")),
                (
                    "interview",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="claims.surveyinterview",
                    ),
                ),
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
                "verbose_name": "lecture d’un entretien",
                "verbose_name_plural": "lectures d’entretiens",
                "ordering": ["-read_at", "-id"],
            },
        ),
        migrations.RunSQL(tenant_keys(_KEYS), migrations.RunSQL.noop),
    ]
