"""Reads by a statement of their own: what the database's functions tell."""

from typing import Any

from django.db import connection


def rows_of(statement: str, *parameters: Any) -> list[dict[str, Any]]:
    """Run a statement and return its rows, by the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
