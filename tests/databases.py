"""The tests' databases: templates (world, demo network, first day) and copies for workers.

All templates begin as copies of one that is migrated and empty. They are built once per
content of the migrations, policies and world (a hash in their name), under a lock, so that
parallel workers and repeated runs share them. All
connections of the tests are the application's roles; only creating and dropping
databases is done by the cluster's superuser.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from conamus.standalone.database import keep_temporary_tables

BASE = Path(__file__).resolve().parent.parent
_SCHEMA_SOURCES = (
    "*/migrations/*.py",
    "*/sql/*.sql",
    "*/fence.py",
    "*/fence/*.py",
    "*/tenancy/*.py",
    "*/models/*.py",
    # The guards are computed from who may do what, and move what.
    "federations/rules/*.py",
    "membership/write_wall.py",
    "claims/rules/states.py",
)
_LOADED_SOURCES = ("conamus/demo/**/*", "federations/data/*", "federations/services/*.py")
#: Lets tests look behind the wall on the application's own connection: SET ROLE to it.
WITNESS = "conamus_test_witness"


def superuser_url(database: str = "postgres") -> str:
    """Return the superuser's URL to a database of the test cluster."""
    parts = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


@contextmanager
def superuser(database: str = "postgres") -> Iterator[psycopg2.extensions.cursor]:
    """Open an autocommit cursor of the superuser."""
    connection = psycopg2.connect(superuser_url(database))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _digest(*patterns: str) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(BASE.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def migrated_database() -> str:
    """Return the migrated, fenced, empty database that every other template begins as."""
    return _build_once(f"conamus_migrated_{_digest(*_SCHEMA_SOURCES)}", "schema")


def template_database() -> str:
    """Return the migrated, fenced database with the small world in it."""
    name = f"conamus_world_{_digest(*_SCHEMA_SOURCES, 'tests/world.py', 'tests/build.py')}"
    return _build_once(name, "world")


def demo_database() -> str:
    """Return the database with the whole demonstration network in it."""
    name = f"conamus_demo_{_digest(*_SCHEMA_SOURCES, *_LOADED_SOURCES, 'tests/build.py')}"
    return _build_once(name, "demo")


def first_day_database() -> str:
    """Return the database as the first day leaves it: two tenants and nothing else."""
    name = f"conamus_first_day_{_digest(*_SCHEMA_SOURCES, 'tests/build.py')}"
    return _build_once(name, "first_day")


def _build_once(name: str, content: str) -> str:
    with superuser() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            _build(cursor, name, content)
        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
    return name


def _build(cursor: psycopg2.extensions.cursor, name: str, content: str) -> None:
    building = f"{name}_b"
    if content == "schema":
        _create_empty(cursor, building)
        _create_witness(cursor)
    else:
        copy_of(migrated_database(), building)
    environment = {**os.environ, **urls_to(building), "VAR_DIR": str(files_of(name))}
    environment["DJANGO_SETTINGS_MODULE"] = "conamus.settings_test"
    done = subprocess.run(
        [sys.executable, "-m", "tests.build", content],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"the {content} database could not be built:\n{done.stdout}\n{done.stderr}"
        )
    cursor.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')


def _create_empty(cursor: psycopg2.extensions.cursor, name: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}" OWNER conamus_owner')
    with superuser(name) as inside:
        inside.execute("ALTER SCHEMA public OWNER TO conamus_owner")


def _create_witness(cursor: psycopg2.extensions.cursor) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WITNESS])
    if cursor.fetchone() is None:
        cursor.execute(f"CREATE ROLE {WITNESS} NOLOGIN BYPASSRLS")
        cursor.execute(f"GRANT pg_read_all_data, pg_write_all_data TO {WITNESS}")
        cursor.execute(f"GRANT {WITNESS} TO conamus_app")


def files_of(name: str) -> Path:
    """Return the folder of the files that building ``name`` wrote (the demo's sign-ins)."""
    folder = Path(os.environ.get("VAR_DIR", tempfile.gettempdir())) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def urls_to(database: str) -> dict[str, str]:
    """Return the environment's database URLs, pointing at ``database``."""
    names = [name for name in os.environ if name.endswith("DATABASE_URL")]
    return {
        name: urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{database}")) for name in names
    }


def copy_of(template: str, name: str) -> str:
    """Create ``name`` as a copy of ``template``, replacing what was there."""
    with superuser() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('conamus copies'))")
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # File by file: by the log, half of the time goes into what nobody will ever recover.
        cursor.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER conamus_owner STRATEGY FILE_COPY'
        )
        keep_temporary_tables(cursor, name)
        cursor.execute("SELECT pg_advisory_unlock(hashtext('conamus copies'))")
    return name


def drop(name: str) -> None:
    """Drop a copy, whoever is still connected to it."""
    with superuser() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point every Django connection of this thread at ``name``, then back."""
    from django.db import connections

    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    _switch(dict.fromkeys(before, name))
    try:
        yield
    finally:
        _switch(before)


def _switch(names: dict[str, str]) -> None:
    from django.db import connections

    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
