"""The model of a first-day file: headings, one example row, and a sheet that explains them."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from federations.rules.take_on import CellKind, Column
from federations.services.take_on import Importer

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {
    CellKind.TEXT: "texte",
    CellKind.PHONE: "téléphone, 79 12 34 56",
    CellKind.INTEGER: "nombre entier",
    CellKind.FRANCS: "francs entiers",
    CellKind.DAY: "date, 31/12/2024",
    CellKind.CHOICE: "un mot de la liste",
}
_EXPLAINED = (
    "Colonne",
    "Obligatoire",
    "Ce qu’on y écrit",
    "Mots possibles",
    "Explication",
    "Exemple",
)
_WIDTHS = (26, 12, 20, 48, 60, 30)


def template_xlsx(importer: Importer) -> bytes:
    """Return the model as a workbook; every cell is text, so that nothing is reinterpreted."""
    book = Workbook()
    table = book.active
    table.title = importer.title[:31]
    _write(table, [[column.heading for column in importer.columns]], bold=True)
    _write(table, [[column.example for column in importer.columns]])
    for number, column in enumerate(importer.columns, 1):
        letter = table.cell(1, number).column_letter
        table.column_dimensions[letter].width = max(14, len(column.heading) + 4)
    table.freeze_panes = "A2"
    _explain(book.create_sheet("Explications"), importer)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _explain(sheet: Worksheet, importer: Importer) -> None:
    intro = "La deuxième ligne de la première feuille est un exemple : remplacez-la ou laissez-la."
    _write(sheet, [[importer.explanation], [intro], []])
    _write(sheet, [list(_EXPLAINED)], bold=True)
    _write(sheet, [_explained(column) for column in importer.columns])
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[sheet.cell(4, number).column_letter].width = width


def _explained(column: Column) -> list[str]:
    return [
        column.heading,
        "oui" if column.is_required else "non",
        _KINDS[column.kind],
        " ; ".join(column.choices),
        column.help,
        column.example,
    ]


def _write(sheet: Worksheet, lines: list[list[str]], *, bold: bool = False) -> None:
    for line in lines:
        sheet.append(line)
        for cell in sheet[sheet.max_row] if line else ():
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=bold)
