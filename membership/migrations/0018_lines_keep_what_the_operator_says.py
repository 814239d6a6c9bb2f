"""A line keeps the operator's word for what became of it, and whether money went out.

Of the lines that there are, what their explanation quoted.
"""

from django.db import migrations, models

#: The owner is behind the wall too; `migrate` raises it again at its end.
_BACKFILL = """
ALTER TABLE membership_statementline NO FORCE ROW LEVEL SECURITY;
UPDATE membership_statementline SET is_outgoing = true
WHERE state = 'set_aside' AND settled_by = '' AND explanation LIKE 'Sortie d’argent%';
UPDATE membership_statementline SET status = left(substring(explanation from '« (.*) »'), 60)
WHERE state = 'set_aside' AND settled_by = ''
  AND explanation LIKE 'Transaction non aboutie chez l’opérateur : « % »%';
"""


class Migration(migrations.Migration):
    """Two columns of the lines of statements."""

    dependencies = [("membership", "0016_openings_follow_a_transfer")]

    operations = [
        migrations.AddField(
            model_name="statementline",
            name="status",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=60,
                verbose_name="statut chez l’opérateur",
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="is_outgoing",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="sortie d’argent"
            ),
        ),
        migrations.RunSQL(_BACKFILL, migrations.RunSQL.noop),
    ]
