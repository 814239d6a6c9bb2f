"""A loading that is killed in the middle leaves nothing, and is simply done again."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg2
import pytest

from tests import databases


@pytest.fixture
def empty_database() -> Iterator[str]:
    """Give a database that exists and holds nothing, not even tables."""
    name = f"conamus_killed_{os.getpid()}"
    databases.drop(name)
    with databases.superuser() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" OWNER conamus_owner')
    with databases.superuser(name) as inside:
        inside.execute("ALTER SCHEMA public OWNER TO conamus_owner")
    yield name
    databases.drop(name)


def manage(name: str, var: str, *arguments: str) -> subprocess.Popen:
    environment = {
        **os.environ, **databases.urls_to(name), "VAR_DIR": var,
        "DJANGO_SETTINGS_MODULE": "conamus.settings_test", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=databases.BASE, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def counts(name: str) -> tuple[int, ...]:
    with psycopg2.connect(databases.superuser_url(name)) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM federations_federation WHERE loaded_at IS NOT NULL),"
            " (SELECT count(*) FROM federations_place), (SELECT count(*) FROM federations_user),"
            " (SELECT count(*) FROM membership_household),"
            " (SELECT count(*) FROM federations_historyevent"
            "  WHERE table_name = 'membership_household')"
        )
        return cursor.fetchone()


def test_killed_then_done_again(empty_database: str, tmp_path) -> None:
    migration = manage(empty_database, str(tmp_path), "migrate", "--database=owner", "-v0")
    assert migration.wait() == 0, migration.stdout.read()
    first = manage(empty_database, str(tmp_path), "load_demo")
    for line in first.stdout:
        if line.startswith("FEMUSCABU"):  # MUNASA, the largest, is written but not committed
            first.kill()
    assert first.wait() == -9
    assert counts(empty_database) == (0, 0, 0, 0, 0)
    assert not (tmp_path / "demo-logins.json").exists()

    second = manage(empty_database, str(tmp_path), "load_demo")
    said, _ = second.communicate()
    assert second.returncode == 0, said
    assert counts(empty_database) == (6, 3_679, 37, 64_777, 64_777)
    assert (tmp_path / "demo-logins.json").exists()
