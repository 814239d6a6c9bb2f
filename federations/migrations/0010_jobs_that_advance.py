"""How far a job ever came, and how often it was taken since without coming further."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0009_scope_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="furthest",
            field=models.PositiveIntegerField(default=0, verbose_name="fait au plus"),
        ),
        migrations.AddField(
            model_name="job",
            name="fruitless",
            field=models.PositiveSmallIntegerField(
                default=0, verbose_name="essais sans aller plus loin"
            ),
        ),
    ]
