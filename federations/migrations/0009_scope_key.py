"""The table of the key that scopes are signed with; `migrate` fills it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0008_file_pieces"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScopeKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("inner_pad", models.BinaryField()),
                ("outer_pad", models.BinaryField()),
            ],
            options={"verbose_name": "clé des portées"},
        ),
    ]
