"""Rows of many tables by their keys, in one statement.

A page that speaks of many kinds of things, as the history does, asks once however many there are.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.db.models import BinaryField, ForeignKey, Model

Wanted = Mapping[type[Model], Collection[Any]]
Rows = dict[tuple[type[Model], str], Model]


def rows_at_once(wanted: Wanted) -> Rows:
    """Return the rows of those keys that the reader sees, by model and key as text.

    They are to be read, not saved: files are left out.
    """
    asked = [(model, keys) for model, keys in wanted.items() if keys]
    if not asked:
        return {}
    parts = [_statement(place, model) for place, (model, _) in enumerate(asked)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [[str(key) for key in keys] for _, keys in asked])
        told = cursor.fetchall()
    found = [_row(asked[place][0], json.loads(columns)) for place, columns in told]
    return {(type(row), str(row.pk)): row for row in found}


def with_related(rows: Rows, needs: Mapping[type[Model], Collection[str]]) -> Rows:
    """Return the rows with the things they point to by those names; not those that lack one."""
    pointers = [
        (row, field)
        for (model, _), row in rows.items()
        for field in map(model._meta.get_field, needs.get(model, ()))
        if isinstance(field, ForeignKey)
    ]
    wanted: dict[type[Model], set[Any]] = {}
    for row, field in pointers:
        wanted.setdefault(field.related_model, set()).add(getattr(row, field.attname))
    things = rows_at_once(wanted)
    lacking = set()
    for row, field in pointers:
        thing = things.get((field.related_model, str(getattr(row, field.attname))))
        if thing is None:
            lacking.add((type(row), str(row.pk)))
        else:
            setattr(row, field.name, thing)
    return {key: row for key, row in rows.items() if key not in lacking}


def _statement(place: int, model: type[Model]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in _fields(model))
    key = model._meta.pk
    return (  # The names are the models' own.
        f"SELECT {place}, to_jsonb(row) FROM (SELECT {columns} FROM {quote(model._meta.db_table)}"  # noqa: S608
        f" WHERE {quote(str(key.column))} = ANY(%s::{key.rel_db_type(connection)}[])) row"
    )


def _fields(model: type[Model]) -> list[Any]:
    return [one for one in model._meta.concrete_fields if not isinstance(one, BinaryField)]


def _row(model: type[Model], columns: dict[str, Any]) -> Model:
    return model(**{one.attname: one.to_python(columns[one.column]) for one in _fields(model)})
