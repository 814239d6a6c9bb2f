"""The pieces of what jobs make for whoever asked: exports and long lists, kept some days."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table; its wall and grants come from the fence."""

    dependencies = [("federations", "0007_recuts")]

    operations = [
        migrations.CreateModel(
            name="FilePiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job_id", models.UUIDField(verbose_name="tâche")),
                ("batch", models.UUIDField(verbose_name="passage")),
                ("rank", models.PositiveIntegerField(verbose_name="rang")),
                ("content", models.BinaryField(verbose_name="contenu")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="écrit le")),
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
                "verbose_name": "morceau de fichier",
                "verbose_name_plural": "morceaux de fichiers",
                "indexes": [models.Index(fields=["created_at"], name="file_piece_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "job_id", "batch", "rank"), name="file_piece_once"
                    )
                ],
            },
        ),
    ]
