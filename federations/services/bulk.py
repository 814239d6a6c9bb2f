"""Many rows at once into a table behind the wall: COPY to a temporary table, INSERT … SELECT.

PostgreSQL refuses COPY straight into a table under row-level security; through a temporary
table the rows pass every policy, constraint and history trigger, a hundred times quicker than
one by one. For loaders only (places, demonstration): the caller has opened the scope and asked
for the permission.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice

from django.db import connection
from psycopg2 import sql

from conamus.database_patience import copying

#: Rows turned to text at a time: bounds memory without many round trips.
CHUNK = 20_000
#: What COPY's text format gives a meaning to.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Cells = Sequence[object]


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Cells]) -> int:
    """Insert ``rows`` into ``table`` as the scope's own role; return how many."""
    names = {
        "table": sql.Identifier(table),
        "staging": sql.Identifier(f"staging_{table}"),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_staging(%s, %s)", [table, list(columns)])
        copy_order = _compose("COPY {staging} ({columns}) FROM STDIN", names)
        for text in _chunks(rows):
            with connection.wrap_database_errors, copying(connection.connection):
                cursor.copy_expert(copy_order, text)
        cursor.execute(
            _compose("INSERT INTO {table} ({columns}) SELECT {columns} FROM {staging}", names)
        )
        inserted: int = cursor.rowcount
    return inserted


def reserve_ids(table: str, count: int) -> range:
    """Take ``count`` consecutive keys of a table's sequence, to link rows before they exist."""
    if not count:
        return range(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(taken), max(taken) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
            " AS taken FROM generate_series(1, %s)) AS keys",
            [table, count],
        )
        first, last = cursor.fetchone()
    if last - first + 1 != count:
        raise RuntimeError(f"another session takes keys of {table} at the same time")
    return range(first, last + 1)


def _compose(template: str, names: dict[str, sql.Composable]) -> sql.Composed:
    return sql.SQL(template).format(**names)


def _chunks(rows: Iterable[Cells]) -> Iterator[StringIO]:
    source = iter(rows)
    while part := list(islice(source, CHUNK)):
        yield StringIO("".join(map(as_line, part)))


def as_line(row: Cells) -> str:
    r"""Return a row as COPY's text format writes it.

    >>> as_line([1, "a", None, "b\\c"])
    '1\ta\t\\N\tb\\\\c\n'
    """
    cells = [
        cell if cell.__class__ is str else "\\N" if cell is None else str(cell) for cell in row
    ]
    line = "\t".join(cells)
    # Nearly every row is plain: a look at the line spares one at each text.
    is_plain = (
        line.count("\\") == row.count(None)
        and line.count("\t") == len(cells) - 1
        and "\n" not in line
        and "\r" not in line
    )
    return f"{line}\n" if is_plain else "\t".join(map(as_cell, row)) + "\n"


def as_cell(value: object) -> str:
    r"""Return a value as COPY's text format writes it.

    >>> as_cell(None), as_cell("deux\nlignes"), as_cell(True), as_cell(12)
    ('\\N', 'deux\\nlignes', 'True', '12')
    """
    if value is None:
        return "\\N"
    if not isinstance(value, str):
        return str(value)
    # Nearly every text is plain: two quick looks spare millions of translations.
    is_plain = value.isprintable() and "\\" not in value
    return value if is_plain else value.translate(_ESCAPES)
