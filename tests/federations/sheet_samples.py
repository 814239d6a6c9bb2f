"""Tables in every kind of file, for the tests of what comes in."""

import csv
import zipfile
from io import BytesIO, StringIO

from openpyxl import Workbook


def table(importer, *rows: dict[str, str]) -> list[list[str]]:
    """Return headings and rows, each given by column name."""
    lines = [[column.heading for column in importer.columns]]
    return lines + [[row.get(column.name, "") for column in importer.columns] for row in rows]


def as_csv(lines, encoding="utf-8", delimiter=";") -> bytes:
    buffer = StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(lines)
    return buffer.getvalue().encode(encoding)


def as_xlsx(lines) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_ods(lines) -> bytes:
    """Return a minimal ODS: the archive, its type, one sheet of text cells."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in line
        )
        + "</table:table-row>"
        for line in lines
    )
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {namespaces}>'
        f'<office:body><office:spreadsheet><table:table table:name="A">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return buffer.getvalue()
