"""Tables copied out and back by the role that bypasses row-level security: the benches' bound."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from django.db import connections, transaction
from psycopg2 import sql

from federations.tenancy.declarations import declared_tables


def copy_out(tables: Iterable[str], folder: Path) -> None:
    """Write each table to a file of its name, as COPY's text."""
    with connections["loader"].cursor() as cursor:
        for table in tables:
            with (folder / table).open("wb") as out:
                cursor.copy_expert(order("COPY {} TO STDOUT", table), out)


def copy_in(tables: Iterable[str], folder: Path) -> float:
    """Read the tables back in one transaction, indexes and keys on, history off; the seconds."""
    kept = list(tables)
    with history_off(kept):
        start = perf_counter()
        with transaction.atomic(using="loader"), connections["loader"].cursor() as cursor:
            for table in kept:
                with (folder / table).open("rb") as text:
                    cursor.copy_expert(order("COPY {} FROM STDIN", table), text)
        return perf_counter() - start


@contextmanager
def history_off(tables: Sequence[str]) -> Iterator[None]:
    """Leave no trace of what is written inside."""
    _alter(tables, "ALTER TABLE {} DISABLE TRIGGER history_insert")
    try:
        yield
    finally:
        _alter(tables, "ALTER TABLE {} ENABLE TRIGGER history_insert")


def _alter(tables: Sequence[str], template: str) -> None:
    declared = declared_tables()
    with connections["owner"].cursor() as cursor:
        for table in tables:
            if declared[table].history:
                cursor.execute(order(template, table))


def empty(tables: Sequence[str]) -> None:
    """Empty the tables and what refers to them."""
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


def order(template: str, table: str) -> sql.Composed:
    """Return an SQL order on a table."""
    return sql.SQL(template).format(sql.Identifier(table))
