"""People are found by their first name too: a fold with the given name first, indexed."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from conamus.kernel.text import search_key

# What the fold of the whole name holds before the given name is the family name's.
_FILL = """
UPDATE membership_beneficiary AS person
SET given_key = btrim(
    names.fold || ' '
    || left(person.search_key, greatest(length(person.search_key) - length(names.fold), 0))
)
FROM unnest(%s::text[], %s::text[]) AS names(given_name, fold)
WHERE person.given_name = names.given_name
"""


def fill(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Fold each given name once, and write the column of those already registered.

    Behind its wall the table is empty even for its owner, and a fold is no event of the
    history: both stand aside for this one statement of the same transaction.
    """
    with editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE membership_beneficiary NO FORCE ROW LEVEL SECURITY")
        cursor.execute("ALTER TABLE membership_beneficiary DISABLE TRIGGER USER")
        cursor.execute("SELECT DISTINCT given_name FROM membership_beneficiary")
        names = [row[0] for row in cursor.fetchall()]
        cursor.execute(_FILL, [names, [search_key(name) for name in names]])
        cursor.execute("ALTER TABLE membership_beneficiary ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE membership_beneficiary FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    """Column, values, index."""

    dependencies = [("membership", "0002_tenant_keys")]
    operations = [
        migrations.AddField(
            model_name="beneficiary",
            name="given_key",
            field=models.CharField(db_collation="C", default="", editable=False, max_length=125),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(fields=["tenant", "given_key"], name="beneficiary_given_key"),
        ),
    ]
