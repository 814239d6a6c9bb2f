"""A register of as many people as the country has, in a database of its own, for a bench.

The demonstration network is loaded there, then its households, people, last year's enrolments and
their payments are copied by ``generate_series`` with keys, numbers, names and telephones of
their own, until there are as many people as asked for. All tables, constraints and indexes are
ours; the indexes of the copied tables are filled once at the end, which is what makes it quick.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
NAME = "conamus_large_register"
#: Keys of the n-th copy are n times this further on.
STEP = 10_000_000
_ADDRESSES = ("DATABASE_URL", "OWNER_DATABASE_URL", "LOADER_DATABASE_URL", "BACKUP_DATABASE_URL")
_KEY = f"t.{{}} + c * {STEP}"
#: A letter or two of its own for each copy, which folds leave as they are.
_MARK = "chr(97 + (c / 26)::int % 26) || chr(97 + c % 26)"
_PHONE = (
    "CASE WHEN t.phone = '' THEN '' ELSE '7' || lpad((('x' || substr(md5(t.id || ':' || c), 1, 7))"
    "::bit(28)::int % 10000000)::text, 7, '0') END"
)
#: Table → its columns that a copy has of its own, in SQL over the row ``t`` and the copy ``c``.
_COPIES: dict[str, dict[str, str]] = {
    "membership_household": {"number": "c || t.number", "phone": _PHONE},
    "membership_beneficiary": {
        "household_id": _KEY.format("household_id"),
        "person_id": "gen_random_uuid()",
        "number": "c || t.number",
        "search_key": f"t.search_key || {_MARK}",
        "given_key": f"t.given_key || {_MARK}",
        "phone": _PHONE,
    },
    "membership_enrolment": {"household_id": _KEY.format("household_id")},
    "membership_payment": {
        "enrolment_id": _KEY.format("enrolment_id"),
        "reverses_id": _KEY.format("reverses_id"),
        "receipt_number": "t.receipt_number + c * 1000000",
        "reference": "CASE WHEN t.reference = '' THEN '' ELSE t.reference || '-' || c END",
        "paper_receipt": "CASE WHEN t.paper_receipt = '' THEN '' ELSE t.paper_receipt || c END",
    },
    "membership_promise": {"enrolment_id": _KEY.format("enrolment_id")},
    "membership_promiseinstalment": {"promise_id": _KEY.format("promise_id")},
}
#: Only the last year is copied, for the sake of disk and time (the number is ``STEP``).
_LAST_YEAR = (
    "SELECT e.id FROM membership_enrolment e WHERE e.year_id = (SELECT max(year_id)"
    " FROM membership_enrolment) AND e.id < 10000000"
)
_PROMISES = f"SELECT p.id FROM membership_promise p WHERE p.enrolment_id IN ({_LAST_YEAR})"  # noqa: S608
_KEPT = {
    "membership_enrolment": f"t.id IN ({_LAST_YEAR})",
    "membership_payment": f"t.enrolment_id IN ({_LAST_YEAR})",
    "membership_promise": f"t.enrolment_id IN ({_LAST_YEAR})",
    "membership_promiseinstalment": f"t.promise_id IN ({_PROMISES})",
}


def large_register(people: int, command: Sequence[str]) -> int:
    """Make the register, run a command on it, drop it; return the command's status."""
    _drop()
    with _superuser("postgres") as cursor:
        cursor.execute(f"CREATE DATABASE {NAME} OWNER conamus_owner")
    try:
        given = {**os.environ, **_addresses(), "DEMO_MODE": "1"}
        for step in (("manage.py", "migrate", "--database", "owner", "--verbosity", "0"),
                     ("manage.py", "load_demo")):  # fmt: skip
            subprocess.run([sys.executable, *step], cwd=ROOT, env=given, check=True)
        _fill(people)
        return subprocess.run(command, cwd=ROOT, env=given, check=False).returncode
    finally:
        _drop()


def explained(query: str, values: Sequence[Any]) -> Iterator[str]:
    """Yield the plans of the statements that run inside a function, as it runs."""
    database = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    with _superuser(database) as cursor:
        cursor.execute("LOAD 'auto_explain'")
        cursor.execute("SET auto_explain.log_min_duration = 0")
        cursor.execute("SET auto_explain.log_nested_statements = on")
        cursor.execute("SET auto_explain.log_analyze = on")
        cursor.execute(query, values)
        cursor.execute("SET client_min_messages = log")
        cursor.execute(query, values)
        yield from cursor.connection.notices


def _fill(people: int) -> None:
    start = perf_counter()
    with _superuser(NAME) as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT count(*) FROM membership_beneficiary")
        copies = max(1, round(people / cursor.fetchone()[0]) - 1)
        tables = list(_COPIES)
        # A catalogue's row changed by hand: only ever in a database that lives for a bench.
        _set_ready(cursor, tables, value=False)
        for table in tables:
            cursor.execute(_copy(cursor, table, copies))
        _set_ready(cursor, tables, value=True)
        for table in tables:
            cursor.execute(f"REINDEX TABLE {table}")
        cursor.execute(f"VACUUM ANALYZE {', '.join(tables)}")
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        sys.stdout.write(
            f"{copies} copies in {perf_counter() - start:.0f} s, {cursor.fetchone()[0]}\n"
        )
        sys.stdout.flush()


def _set_ready(cursor: Any, tables: Sequence[str], *, value: bool) -> None:
    cursor.execute(
        "UPDATE pg_index SET indisready = %s WHERE indrelid = ANY (%s::regclass[])",
        [value, list(tables)],
    )


def _copy(cursor: Any, table: str, copies: int) -> str:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        [table],
    )
    names = [name for (name,) in cursor.fetchall()]
    own = {"id": _KEY.format("id"), **_COPIES[table]}
    values = ", ".join(own.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t"  # noqa: S608
        f" CROSS JOIN generate_series(1, {copies}) c WHERE t.id < {STEP}"
        f" AND {_KEPT.get(table, 'true')}"
    )


def _drop() -> None:
    with _superuser("postgres") as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _addresses() -> dict[str, str]:
    """The addresses of the environment, each to the register's database."""
    return {
        name: urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{NAME}"))
        for name in _ADDRESSES
        if name in os.environ
    }


@contextmanager
def _superuser(database: str) -> Iterator[Any]:
    parts = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])
    address = urlunsplit(parts._replace(path=f"/{database}"))
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
