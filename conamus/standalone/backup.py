"""Encrypted dumps of the database, and their restoration into a new one.

The dump and the number of rows of every table are taken from the same snapshot; the numbers
travel inside the encrypted file, before the dump. A restoration fills a new database, counts
again, and only then takes the place of the present one. Programs are always those of the
server's own major version. Grants and policies are part of the dump; roles are those of
``roles.sql``, applied again.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection

from . import database, postgres
from .accounts import Account
from .console import Refusal
from .sealed import Sealer, unseal

#: A name that every tool takes as it is typed, within PostgreSQL's own length.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
USER_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\\_%'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""
Counts = dict[str, int]


@dataclass(frozen=True)
class Restored:
    """What a restoration did: the database that holds the data, and what gave way to it."""

    database: str
    tables: int
    rows: int
    set_aside: str | None


def program(name: str, link: connection, home: Path) -> Path:
    """Return a program of the server's own major version."""
    major = link.info.server_version // 10_000
    folder = Path(os.environ.get("POSTGRES_BINARIES", "/nonexistent"))
    if postgres.major_version(folder) == major:
        return folder / name
    try:
        return postgres.choose(home, Account(), major).program(name)
    except Refusal:
        raise Refusal(
            f"le serveur est un PostgreSQL {major}, dont « {name} » est introuvable ici."
        ) from None


def connection_environment(url: str) -> dict[str, str]:
    """Return a URL as the variables that PostgreSQL's programs read: no password in a command."""
    parts = urlsplit(url)
    return {
        "PATH": os.environ.get("PATH", ""),
        "LC_ALL": "C",
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }


def with_database(url: str, name: str) -> str:
    """Return the same address for another database of the cluster."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def count_rows(link: connection) -> Counts:
    """Count the rows of every table, partitions included."""
    with link.cursor() as cursor:
        cursor.execute(USER_TABLES)
        tables = cursor.fetchall()
        counts = {}
        for schema, table in tables:
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {}.{}").format(
                    sql.Identifier(schema), sql.Identifier(table)
                )
            )
            counts[f"{schema}.{table}"] = int(cursor.fetchone()[0])
        return counts


# --- writing ------------------------------------------------------------------------------


def dump(url: str, key: bytes, target: Path, home: Path) -> Counts:
    """Write an encrypted backup of a database and return the rows that it holds."""
    partial = target.with_name(f"{target.name}.partial")
    link = psycopg2.connect(url)
    try:
        link.set_session(isolation_level="REPEATABLE READ", readonly=True)
        counts = count_rows(link)
        with link.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        command = [str(program("pg_dump", link, home)), "--format=custom", f"--snapshot={snapshot}"]
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as output:
            _write(output, key, counts, command, connection_environment(url))
        partial.replace(target)
        return counts
    finally:
        link.close()
        partial.unlink(missing_ok=True)


def _write(
    output: BinaryIO, key: bytes, counts: Counts, command: list[str], environment: dict[str, str]
) -> None:
    sealer = Sealer(output, key)
    manifest = {"taken_at": datetime.now(UTC).isoformat(timespec="seconds"), "rows": counts}
    sealer.write(json.dumps(manifest).encode() + b"\n")
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        while content := process.stdout.read(1 << 18):
            sealer.write(content)
        words = process.stderr.read().decode(errors="replace").strip()
    if process.returncode != 0:
        raise Refusal(f"pg_dump a échoué : {words}")
    sealer.close()
    output.flush()
    os.fsync(output.fileno())


# --- reading ------------------------------------------------------------------------------


def read_manifest(content: Iterator[bytes]) -> tuple[Counts, bytes]:
    """Return the rows announced, and the beginning of the dump that came with them."""
    begun = b""
    for chunk in content:
        begun += chunk
        line, end, rest = begun.partition(b"\n")
        if end:
            return json.loads(line)["rows"], rest
    raise Refusal("la sauvegarde est vide.")


def load(superuser_url: str, key: bytes, source: Path, name: str, home: Path) -> Counts:
    """Fill the new database ``name`` from a backup and check it; on any failure it is dropped."""
    with source.open("rb") as sealed_file:
        content = unseal(sealed_file, key)
        announced, begun = read_manifest(content)
        database.create_database(superuser_url, name)
        try:
            address = with_database(superuser_url, name)
            with database.connected(address) as link:
                _pg_restore(program("pg_restore", link, home), address, begun, content)
                found = count_rows(link)
                with link.cursor() as cursor:
                    cursor.execute("ANALYZE")
            if found != announced:
                raise Refusal(
                    f"la restauration ne compte pas juste : {_differences(announced, found)}"
                )
        except BaseException:
            database.drop_database(superuser_url, name)
            raise
    return found


def _pg_restore(program_path: Path, address: str, begun: bytes, content: Iterator[bytes]) -> None:
    environment = connection_environment(address)
    command = [str(program_path), "--exit-on-error", f"--dbname={environment['PGDATABASE']}"]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        _feed(process, begun, content)
        words = process.communicate()[1].decode(errors="replace").strip()
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode != 0:
        raise Refusal(f"pg_restore a échoué : {words}")


def _feed(process: subprocess.Popen[bytes], begun: bytes, content: Iterator[bytes]) -> None:
    """Hand the dump over; the rest is still decrypted when the program has stopped reading."""
    assert process.stdin is not None  # noqa: S101
    listening = True
    for part in chain([begun], content):
        try:
            if listening:
                process.stdin.write(part)
        except BrokenPipeError:
            listening = False


def _differences(announced: Counts, found: Counts) -> str:
    names = sorted(name for name in announced | found if announced.get(name) != found.get(name))
    return ", ".join(f"{name} : {found.get(name)} pour {announced.get(name)}" for name in names[:5])


def is_empty(superuser_url: str, name: str) -> bool:
    """Tell whether a database is absent or holds no row at all."""
    if not database.database_exists(superuser_url, name):
        return True
    with database.connected(with_database(superuser_url, name)) as link:
        return not any(count_rows(link).values())


def _disconnect(link: connection, name: str) -> None:
    """Send everyone away from a database and let nobody back in."""
    with link.cursor() as cursor:
        order = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
        cursor.execute(order.format(sql.Identifier(name)))
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )


def _rename(link: connection, names: dict[str, str]) -> None:
    """Rename databases all together or not at all, and open them again."""
    link.autocommit = False
    with link, link.cursor() as cursor:
        for old, new in names.items():
            order = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            cursor.execute(order.format(sql.Identifier(old), sql.Identifier(new)))
            order = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true")
            cursor.execute(order.format(sql.Identifier(new)))
    link.autocommit = True


def swap(superuser_url: str, name: str, restored: str) -> str | None:
    """Put a restored database in the place of ``name``, which is kept aside unless it is empty."""
    present = database.database_exists(superuser_url, name)
    empty = is_empty(superuser_url, name)
    aside = f"{name}_avant_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    with database.connected(superuser_url) as link:
        if present:
            _disconnect(link, name)
        _rename(link, {name: aside, restored: name} if present else {restored: name})
    if present and empty:
        database.drop_database(superuser_url, aside)
    return aside if present and not empty else None


def restore(
    superuser_url: str, key: bytes, source: Path, home: Path, *, into: str = "", force: bool = False
) -> Restored:
    """Restore a backup: beside (``into``), or in the place of the present database."""
    if into and not _NAME.fullmatch(into):
        raise Refusal(
            f"« {into} » n’est pas un nom de base : des lettres minuscules, des chiffres et « _ », "
            "une lettre d’abord, 63 signes au plus."
        )
    target = into or database.DATABASE
    if into and database.database_exists(superuser_url, into):
        raise Refusal(f"la base « {into} » existe déjà : choisissez un autre nom.")
    if not force and not is_empty(superuser_url, target):
        raise Refusal(
            f"la base « {target} » contient des données : FORCE=1 les met de côté et les remplace."
        )
    database.apply_roles(superuser_url, {})
    fresh = into or f"{target}_restauree_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    counts = load(superuser_url, key, source, fresh, home)
    aside = None if into else swap(superuser_url, target, fresh)
    return Restored(target, len(counts), sum(counts.values()), aside)
