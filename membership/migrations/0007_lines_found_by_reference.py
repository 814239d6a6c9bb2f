"""Each payment with a reference asks whether a statement's line bears it already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the lines of operators' statements."""

    dependencies = [("membership", "0006_printings_keep_their_paper")]

    operations = [
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["tenant", "reference"], name="statement_line_reference"),
        ),
    ]
