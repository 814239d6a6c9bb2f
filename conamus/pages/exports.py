"""Exports of a list: CSV and XLSX, with cells that look like formulas made harmless."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import BytesIO, StringIO

import django_tables2 as tables
from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key

MAX_ROWS = 10_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    """Return the table's rows, all pages, as a file."""
    if len(table.rows) > MAX_ROWS:
        raise DomainError(f"Plus de {MAX_ROWS} lignes : affinez les filtres avant d’exporter.")
    rows = ([harmless(cell) for cell in row] for row in table.as_values())
    content, content_type = _csv(rows) if kind == "csv" else _xlsx(rows)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(name)}.{kind}"'
    return response


def _csv(rows: Iterable[list[object]]) -> tuple[bytes, str]:
    """Semicolons and a byte-order mark: what a French spreadsheet opens without asking."""
    buffer = StringIO()
    csv.writer(buffer, delimiter=";").writerows([_french(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"


def _french(cell: object) -> object:
    """Return a decimal number with its comma, which a French spreadsheet reads as a number.

    >>> _french(-0.5), _french(Decimal("12.30")), _french(12), _french("1.5")
    ('-0,5', '12,30', 12, '1.5')
    """
    number = Decimal(repr(cell)) if isinstance(cell, float) else cell
    return f"{number:f}".replace(".", ",") if isinstance(number, Decimal) else cell


def _xlsx(rows: Iterator[list[object]]) -> tuple[bytes, str]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_cell(value) for value in row])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue(), _XLSX


def _cell(value: object) -> object:
    return value if isinstance(value, int | float | Decimal | type(None)) else str(value)


def _file_name(name: str) -> str:
    return search_key(name).replace(" ", "-") or "liste"
