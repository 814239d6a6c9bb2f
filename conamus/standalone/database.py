"""The cluster's roles and the application's database, made by the superuser.

``roles.sql`` says who exists and what each may do; here each login gets its password and the
database its owner. Running it again changes nothing but the passwords, so it is run at every
start, and after a restore.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection, encrypt_password

ROLES_FILE = Path(__file__).with_name("roles.sql")
DATABASE = "conamus"
LOGINS = {
    "conamus_owner": "owner_password",
    "conamus_app": "app_password",
    "conamus_loader": "loader_password",
    "conamus_backup": "backup_password",
}
VARIABLES = {
    "DATABASE_URL": "conamus_app",
    "OWNER_DATABASE_URL": "conamus_owner",
    "LOADER_DATABASE_URL": "conamus_loader",
    "BACKUP_DATABASE_URL": "conamus_backup",
}


@contextmanager
def connected(url: str) -> Iterator[connection]:
    """Open an autocommit connection and close it at the end."""
    link = psycopg2.connect(url)
    try:
        link.autocommit = True
        yield link
    finally:
        link.close()


def apply_roles(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Create the roles; ``passwords`` maps a login to its password."""
    with connected(superuser_url) as link, link.cursor() as cursor:
        cursor.execute(ROLES_FILE.read_text(encoding="utf-8"))
        for role, password in passwords.items():
            secret = encrypt_password(password, role, scope=link, algorithm="scram-sha-256")
            order = sql.SQL("ALTER ROLE {} PASSWORD {}")
            cursor.execute(order.format(sql.Identifier(role), sql.Literal(secret)))


def database_exists(superuser_url: str, name: str) -> bool:
    with connected(superuser_url) as link, link.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def create_database(superuser_url: str, name: str, template: str | None = None) -> None:
    """Create a database that ``conamus_owner`` owns, schema ``public`` included."""
    order = sql.SQL("CREATE DATABASE {} OWNER conamus_owner").format(sql.Identifier(name))
    if template is not None:
        order = sql.SQL("{} TEMPLATE {}").format(order, sql.Identifier(template))
    with connected(superuser_url) as link, link.cursor() as cursor:
        cursor.execute(order)
        keep_temporary_tables(cursor, name)


def keep_temporary_tables(cursor: Any, name: str) -> None:
    """Let only the owner of ``make_staging`` make them: one may stand before a table of its name.

    A database's own rights go with no copy and no dump of it.
    """
    for order in (
        "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC",
        "GRANT TEMPORARY ON DATABASE {} TO conamus_definer",
    ):
        cursor.execute(sql.SQL(order).format(sql.Identifier(name)))


def drop_database(superuser_url: str, name: str) -> None:
    """Drop a database, disconnecting whoever uses it."""
    with connected(superuser_url) as link, link.cursor() as cursor:
        cursor.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def prepare(superuser_url: str, secrets: Mapping[str, str], name: str = DATABASE) -> None:
    """Make sure that the roles and the database are there."""
    apply_roles(superuser_url, {role: secrets[key] for role, key in LOGINS.items()})
    if not database_exists(superuser_url, name):
        create_database(superuser_url, name)
