"""A published score is corrected by a new version, with its reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0015_advances_of_agreements")]

    operations = [
        migrations.AddField(
            "publishedscore",
            "version",
            models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="version"),
        ),
        migrations.AddField(
            "publishedscore",
            "because",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=300,
                verbose_name="raison de la correction",
            ),
        ),
        migrations.RemoveConstraint("publishedscore", "published_score_once"),
        migrations.AddConstraint(
            "publishedscore",
            models.UniqueConstraint(
                fields=("tenant", "kind", "year", "version"),
                name="published_score_once",
                violation_error_message="Le score de cette année est déjà inscrit.",
            ),
        ),
    ]
