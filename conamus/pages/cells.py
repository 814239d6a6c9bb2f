"""The cells of a table, on the page and in its export: each column is worked out once.

django-tables2 finds out anew for each cell how its value is reached, what its field's choices are
called and which arguments its functions take: most of the time of a long export, and a good part
of a list's page. Here it is found out once a column, by the library's own rules; what asks for
more than a value, its record, the column or the table is left to the library.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import django_tables2 as tables
from django.db.models import Model
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, signature

#: From a record to what its cell holds.
Cell = Callable[[Any], object]
_Written = Callable[[object, Any], object]
_GIVEN = frozenset(("value", "record", "column", "bound_column", "table"))


def shown_cells(table: tables.Table) -> list[Cell]:
    """Return what shows the cells of a row, column by column: written, and linked."""
    return [_shown(table, column) for column in table.columns]


def exported_cells(table: tables.Table) -> list[tuple[str, Cell]]:
    """Return the title of each column of an export with what fills its cells, hidden ones too."""
    columns = table.columns.iterall()
    kept = [column for column in columns if not column.column.exclude_from_export]
    return [(str(column.header), _exported(table, column)) for column in kept]


def _shown(table: tables.Table, column: BoundColumn) -> Cell:
    write = _with_arguments(table, column, column.render)
    if write is None:
        return lambda record: BoundRow(record, table=table).get_cell(column.name)
    return _cell(column, _linked(table, column, write), column.default)


def _exported(table: tables.Table, column: BoundColumn) -> Cell:
    by_default = getattr(column.value, "__func__", None) is tables.Column.value
    write = _with_arguments(table, column, column.column.render if by_default else column.value)
    if write is None:
        return lambda record: BoundRow(record, table=table).get_cell_value(column.name)
    return _cell(column, write, None)


def _cell(column: BoundColumn, write: _Written, default: object) -> Cell:
    reach, empty = _reaching(Accessor(column.accessor)), column.column.empty_values

    def cell(record: Any) -> object:
        value = reach(record)
        return default if value in empty else write(value, record)

    return cell


def _with_arguments(
    table: tables.Table, column: BoundColumn, function: Callable[..., object]
) -> _Written | None:
    """Return the function called with those arguments that it asks for; None for others."""
    wanted, asks_for_all = signature(function)
    if asks_for_all or not _GIVEN.issuperset(wanted):
        return None
    fixed = {"column": column.column, "bound_column": column, "table": table}

    def write(value: object, record: Any) -> object:
        given = {"value": value, "record": record, **fixed}
        return function(**{name: given[name] for name in wanted})

    return write


def _linked(table: tables.Table, column: BoundColumn, write: _Written) -> _Written:
    link = column.link
    if not link:
        return write
    fixed = {"column": column.column, "bound_column": column, "table": table}
    return lambda value, record: link(write(value, record), value=value, record=record, **fixed)


def _reaching(accessor: Accessor) -> Cell:
    """Return what finds a value in a record: an attribute's, in words where it is a choice."""
    quickly = attrgetter(accessor.replace(accessor.SEPARATOR, "."))
    are_choices: dict[type, bool] = {}
    worded: dict[tuple[type, object], object] = {}

    def reach(record: Any) -> object:
        kind = type(record)
        if kind not in are_choices:
            are_choices[kind] = bool(getattr(accessor.get_field(record), "choices", ()))
        try:
            value = quickly(record)
        except Exception:  # noqa: BLE001 (whatever a property raises, as the library does)
            # Of a dictionary, or beyond what is not there: the library knows.
            return accessor.resolve(record, quiet=True)
        if callable(value):
            return accessor.resolve(record, quiet=True)
        if not are_choices[kind]:
            return value
        if (kind, value) not in worded:
            worded[kind, value] = _in_words(accessor, record, value)
        return worded[kind, value]

    return reach


def _in_words(accessor: Accessor, record: Any, value: object) -> object:
    """Return what its model calls a choice."""
    owner, name = accessor.penultimate(record)
    words = getattr(owner, f"get_{name}_display", None) if isinstance(owner, Model) else None
    return words() if words else value
