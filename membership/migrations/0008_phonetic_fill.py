"""The people already registered get the phonetic fold that duplicates are found by."""

from itertools import islice
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from membership.rules.identity import fold_name

CHUNK = 5_000
_FILL = """
UPDATE membership_beneficiary AS person SET phonetic_key = names.fold
FROM unnest(%s::text[], %s::text[], %s::text[]) AS names(family, given, fold)
WHERE person.family_name = names.family AND person.given_name = names.given
"""


def fill(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Fold each pair of names once (see 0003 for the wall and the history)."""
    with editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE membership_beneficiary NO FORCE ROW LEVEL SECURITY")
        cursor.execute("ALTER TABLE membership_beneficiary DISABLE TRIGGER USER")
        cursor.execute("SELECT DISTINCT family_name, given_name FROM membership_beneficiary")
        pairs = iter(cursor.fetchall())
        while chunk := list(islice(pairs, CHUNK)):
            families, givens = (list(column) for column in zip(*chunk, strict=True))
            cursor.execute(_FILL, [families, givens, [" ".join(fold_name(*two)) for two in chunk]])
        cursor.execute("ALTER TABLE membership_beneficiary ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE membership_beneficiary FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    """Values only: the column and its index are there."""

    dependencies = [("membership", "0007_traces")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
