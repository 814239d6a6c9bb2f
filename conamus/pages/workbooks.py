"""A workbook of one sheet (XLSX), of any length: its rows are written as they come.

openpyxl makes all of the file but the rows. It makes an object and a tree for each cell, which
costs ten times what the cell's own text does; what is written here is that text, byte for byte.
"""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

_SHEET = "xl/worksheets/sheet1.xml"
_ROWS = b"<sheetData></sheetData>"
#: What a cell holds at most (Office Open XML).
_MOST_TEXT = 32_767


def write_workbook(rows: Iterable[list[object]], out: IO[bytes]) -> None:
    """Write rows to an open binary file; they wait in a temporary file until the last has come."""
    with ZipFile(_without_rows()) as empty, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in empty.namelist():
            if name != _SHEET:
                archive.writestr(name, empty.read(name))
                continue
            before, _, after = empty.read(name).partition(_ROWS)
            with NamedTemporaryFile() as sheet:
                sheet.write(before + b"<sheetData>")
                sheet.writelines(_written_rows(rows))
                sheet.write(b"</sheetData>" + after)
                sheet.flush()
                archive.write(sheet.name, name)


def _without_rows() -> BytesIO:
    book, file = Workbook(write_only=True), BytesIO()
    book.create_sheet()
    book.save(file)
    return file


def _written_rows(rows: Iterable[list[object]]) -> Iterable[bytes]:
    letters: list[str] = []
    for number, row in enumerate(rows, start=1):
        while len(letters) < len(row):
            letters.append(get_column_letter(len(letters) + 1))
        cells = "".join(
            [
                _written(f"{letter}{number}", value)
                for letter, value in zip(letters, row, strict=False)
                if value is not None
            ]
        )
        yield f'<row r="{number}">{cells}</row>'.encode()


def _written(place: str, value: object) -> str:
    """Return a cell: a number as a number, all else as text."""
    if isinstance(value, int):
        return f'<c r="{place}" t="{"b" if isinstance(value, bool) else "n"}"><v>{value:d}</v></c>'
    if isinstance(value, float | Decimal):
        return f'<c r="{place}" t="n"><v>{float(value):.16g}</v></c>'
    text = str(value)[:_MOST_TEXT]
    if not text:
        return f'<c r="{place}" t="inlineStr" />'
    kept = "" if text.strip() in ("", text) else ' xml:space="preserve"'
    return f'<c r="{place}" t="inlineStr"><is><t{kept}>{escape(text)}</t></is></c>'
