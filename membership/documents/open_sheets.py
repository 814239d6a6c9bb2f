"""Small workbooks as ODS (OpenDocument 1.3): sheets of text cells under a bold first row.

Text on purpose, down to the rows that are still empty: a spreadsheet then keeps « 03/05/1984 »
and « 0000017 » as they are typed.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("fo", "xsl-fo-compatible"), ("number", "datastyle"),
    )
)  # fmt: skip
#: Millimetres of a character of the usual face.
_CHARACTER = 2.2
#: Rows that are made ready to be typed in.
_READY = 5_000
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


@dataclass(frozen=True, slots=True)
class SheetToWrite:
    """A sheet: its name, its rows of one length, the widths of its columns in characters."""

    name: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


def ods_of(sheets: Sequence[SheetToWrite]) -> bytes:
    """Return the workbook; the type comes first and bare, by which programs know the file."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _TYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _manifest())
        archive.writestr("content.xml", _content(sheets))
    return buffer.getvalue()


def _manifest() -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", _TYPE), ("content.xml", "text/xml"))
    )
    return (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{_MANIFEST}" manifest:version="1.3">'
        f"{entries}</manifest:manifest>"
    )


def _content(sheets: Sequence[SheetToWrite]) -> str:
    widths = sorted({width for sheet in sheets for width in sheet.widths})
    columns = "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * _CHARACTER:.1f}mm"/>'
        "</style:style>"
        for width in widths
    )
    cells = (
        '<number:text-style style:name="as-typed"><number:text-content/></number:text-style>'
        '<style:style style:name="typed" style:family="table-cell"'
        ' style:data-style-name="as-typed"/>'
        '<style:style style:name="title" style:family="table-cell"'
        ' style:data-style-name="as-typed"><style:text-properties fo:font-weight="bold"/>'
        "</style:style>"
    )
    tables = "".join(map(_table, sheets))
    return (
        f'{_HEAD}<office:document-content {_SPACES} office:version="1.3">'
        f"<office:automatic-styles>{columns}{cells}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def _table(sheet: SheetToWrite) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="w{width}" table:default-cell-style-name="typed"/>'
        for width in sheet.widths
    )
    first, *others = sheet.rows
    empty = (
        f'<table:table-row table:number-rows-repeated="{_READY}"><table:table-cell'
        f' table:style-name="typed" table:number-columns-repeated="{len(sheet.widths)}"/>'
        "</table:table-row>"
    )
    rows = _row(first, "title") + "".join(_row(row, "typed") for row in others)
    return f"<table:table table:name={quoteattr(sheet.name)}>{columns}{rows}{empty}</table:table>"


def _row(cells: Sequence[str], style: str) -> str:
    written = "".join(_cell(text, style) for text in cells)
    return f"<table:table-row>{written}</table:table-row>"


def _cell(text: str, style: str) -> str:
    if not text:
        return f'<table:table-cell table:style-name="{style}"/>'
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )
