"""The model of a file to bring in: its titles, one example, what each column says."""

import csv
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Font

from membership.documents.open_sheets import SheetToWrite, ods_of
from membership.rules.imports import COLUMNS, Kind

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
CSV_TYPE = "text/csv; charset=utf-8"
_EXPLAINED = ("Colonne", "Obligatoire", "Explication", "Exemple", "Titres compris aussi")
_WIDTHS = (26, 12, 70, 20, 60)


def template_csv(kind: Kind) -> bytes:
    """Return the model as a CSV that a French spreadsheet opens."""
    buffer = StringIO()
    csv.writer(buffer, delimiter=";").writerows(_table(kind))
    return buffer.getvalue().encode("utf-8-sig")


def template_xlsx(kind: Kind) -> bytes:
    """Return the model as a workbook of text cells, with a sheet that explains them."""
    book = Workbook()
    table = book.active
    table.title = "À remplir"
    for line in _table(kind):
        table.append(line)
    for cell in table[1]:
        cell.font = Font(bold=True)
        table.column_dimensions[cell.column_letter].width = max(14, len(str(cell.value)) + 4)
    for line in table.iter_rows():
        for cell in line:
            cell.number_format = "@"
    table.freeze_panes = "A2"
    _explain(book, kind)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def template_ods(kind: Kind) -> bytes:
    """Return the model as LibreOffice opens it: the same two sheets, every cell a text."""
    table = _table(kind)
    return ods_of(
        [
            SheetToWrite("À remplir", table, [max(14, len(title) + 4) for title in table[0]]),
            SheetToWrite("Explications", _explained(kind), _WIDTHS),
        ]
    )


def _table(kind: Kind) -> list[list[str]]:
    columns = COLUMNS[kind]
    return [[column.title for column in columns], [column.example for column in columns]]


def _explain(book: Workbook, kind: Kind) -> None:
    sheet = book.create_sheet("Explications")
    rows = _explained(kind)
    for line in rows:
        sheet.append(line)
    for cell, width in zip(sheet[1], _WIDTHS, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width


def _explained(kind: Kind) -> list[list[str]]:
    return [list(_EXPLAINED)] + [
        [
            column.title,
            "oui" if column.is_required else "non",
            column.help,
            column.example,
            ", ".join(column.also),
        ]
        for column in COLUMNS[kind]
    ]
