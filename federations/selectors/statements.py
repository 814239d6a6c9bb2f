"""Reads by a statement of their own: what the database's functions tell."""

from typing import Any

from django.db import connection


def rows_of(statement: str, *parameters: Any) -> list[dict[str, Any]]:
    """Run a statement and return its rows, by the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def plan_for_memory() -> None:
    """Have the statements of this transaction planned for tables that are in memory.

    PostgreSQL reckons with a disk's arm: rather than look up a unit's few it would read all of a
    federation's many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")
