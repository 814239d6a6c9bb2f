"""A database from before the migrations were written anew: the last is taken over, others told."""

from itertools import product

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from federations.migrations._earlier import LAST, take_over
from tests.databases import superuser

#: Some of the names that were recorded before the last ones.
_BEFORE = (
    ("federations", "0001_initial"), ("federations", "0002_tenant_keys"),
    ("membership", "0001_initial"), ("claims", "0001_care"), ("prudential", "0001_initial"),
)  # fmt: skip


def _recorded() -> set[tuple[str, str]]:
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


def _record(*earlier: tuple[str, str]) -> None:
    """Put the earlier names where today's are."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = ANY(%s)", [list(LAST)])
        cursor.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", earlier
        )


def test_the_last_earlier_schema_goes_on_under_the_new_names(own_database) -> None:
    libraries = {(app, name) for app, name in _recorded() if app not in LAST}
    _record(*_BEFORE, *LAST.items())
    take_over(connections["owner"])
    anew = _recorded()
    assert anew == libraries | set(product(LAST, ("0001_tables", "0002_keys")))
    assert anew <= set(MigrationLoader(connections["owner"]).disk_migrations)
    take_over(connections["owner"])
    assert _recorded() == anew


@pytest.mark.parametrize("label", LAST)
def test_an_older_one_is_told_what_to_do_and_left_as_it_is(own_database, label: str) -> None:
    _record(*_BEFORE, *((app, last) for app, last in LAST.items() if app != label))
    before = _recorded()
    with pytest.raises(CommandError, match="make reset"):
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    assert _recorded() == before
