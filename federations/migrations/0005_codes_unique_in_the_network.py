"""A unit's code, and a tenant's, is one in the whole network, whatever its letters' case.

People read, cite and search codes across federations, so two open units never share one; a
re-cut gives its code to the unit that replaces. Where two federations use the same code
already, the migration stops and names it: one of them is renamed first, by its federation.
"""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """Two constraints; the one on a tenant's own open codes goes."""

    dependencies = [("federations", "0004_keys_versions_closures")]
    operations = [
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                Upper("code"),
                condition=Q(valid_to__isnull=True),
                name="unit_code_once_in_network",
                violation_error_message="Ce code est déjà celui d’une unité ouverte du réseau.",
            ),
        ),
        migrations.RemoveConstraint(model_name="unit", name="unit_code_once_open"),
        migrations.AddConstraint(
            model_name="federation",
            constraint=models.UniqueConstraint(
                Upper("code"),
                name="federation_code_once",
                violation_error_message="Ce code est déjà celui d’une fédération.",
            ),
        ),
    ]
