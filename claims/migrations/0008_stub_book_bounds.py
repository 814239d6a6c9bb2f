"""A book's first and last stub, stored as claims keep a stub: what an index is asked for."""

from django.db import migrations, models
from django.db.models.functions import Cast, Concat, LPad


def _stub(column: str) -> models.GeneratedField:
    digits = LPad(Cast(column, models.CharField()), 6, models.Value("0"))
    return models.GeneratedField(
        db_persist=True,
        expression=Concat("prefix", models.Value("-"), digits),
        output_field=models.CharField(max_length=24),
    )


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_attestation_files_and_repayments")]

    operations = [
        migrations.AddField("stubbook", "first_stub", _stub("first_number")),
        migrations.AddField("stubbook", "last_stub", _stub("last_number")),
    ]
