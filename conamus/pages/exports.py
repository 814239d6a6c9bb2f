"""Exports of a list: CSV and XLSX, with cells that look like formulas made harmless.

A short list is answered at once; a long one is written by a job (conamus/exports), row by row
into a file that is never held whole.
"""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from typing import IO, Any

import django_tables2 as tables
from django.http import HttpResponse
from django.utils.encoding import force_str
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from conamus.kernel.text import search_key
from conamus.pages.cells import exported_cells
from conamus.pages.workbooks import write_workbook

#: Rows that somebody waits for; a longer list is exported by a job.
MAX_ROWS = 10_000
#: The rows of a sheet (Office Open XML), less the one of the titles.
MAX_XLSX_ROWS = 1_048_576 - 1
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: What a table is had as.
TABLE_KINDS = ("csv", "xlsx")
#: What each kind of file says it is.
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def harmless(value: object) -> object:
    """Return the value as a spreadsheet may hold it.

    Text that begins a formula is quoted; control characters, which no sheet holds, go.

    >>> harmless("=1+1"), harmless(" @SUM(A1)"), harmless(-5)
    ("'=1+1", "' @SUM(A1)", -5)
    """
    if not isinstance(value, str):
        return value
    text: str = ILLEGAL_CHARACTERS_RE.sub("", value)
    return "'" + text if text.lstrip().startswith(_FORMULA_STARTS) else text


def export_response(table: tables.Table, *, name: str, kind: str) -> HttpResponse:
    """Return the table's rows, all pages, as a file; DomainError for a list that is long."""
    if len(table.rows) > MAX_ROWS:
        raise DomainError(
            f"Plus de {format_integer(MAX_ROWS)} lignes : demandez l’export sous « Exporter », il "
            "se prépare sans vous faire attendre."
        )
    buffer = BytesIO()
    write_rows(table_rows(table), buffer, kind=kind)
    response = HttpResponse(buffer.getvalue(), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{file_name(name)}.{kind}"'
    return response


def table_rows(table: tables.Table, records: Iterable[Any] | None = None) -> Iterator[list[object]]:
    """Yield the titles, then each row as a file may hold it.

    ``records``: the table's own rows read in another way than all at once.
    """
    columns = exported_cells(table)
    cells = [cell for _, cell in columns]
    yield [harmless(title) for title, _ in columns]
    for record in (row.record for row in table.rows) if records is None else records:
        yield [harmless(force_str(cell(record), strings_only=True)) for cell in cells]


def write_rows(rows: Iterable[list[object]], out: IO[bytes], *, kind: str) -> None:
    """Write rows to an open binary file as CSV or XLSX, one after the other."""
    (_write_csv if kind == "csv" else write_workbook)(rows, out)


def _write_csv(rows: Iterable[list[object]], out: IO[bytes]) -> None:
    """Semicolons and a byte-order mark: what a French spreadsheet opens without asking."""
    text = TextIOWrapper(out, encoding="utf-8-sig", newline="")
    csv.writer(text, delimiter=";").writerows([_french(cell) for cell in row] for row in rows)
    # The file stays open for whoever gave it.
    text.detach()


def _french(cell: object) -> object:
    """Return a decimal number with its comma, which a French spreadsheet reads as a number.

    >>> _french(-0.5), _french(Decimal("12.30")), _french(12), _french("1.5")
    ('-0,5', '12,30', 12, '1.5')
    """
    number = Decimal(repr(cell)) if isinstance(cell, float) else cell
    return f"{number:f}".replace(".", ",") if isinstance(number, Decimal) else cell


def file_name(name: str) -> str:
    """Return a title as the name of a file."""
    return search_key(name).replace(" ", "-") or "liste"
