"""Tables coming in as XLSX, ODS or CSV: checked before they are opened, read as text.

The kind is told by the bytes, never by the name. A zipped file is inflated once, in
pieces and up to a limit, before any reader sees it: what it declares may be a lie.
"""

import csv
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import BinaryIO

from conamus.kernel.errors import DomainError
from conamus.kernel.text import without_unseen_characters

MOST_BYTES = 5 * 1024 * 1024
TOO_HEAVY = f"Ce fichier dépasse {MOST_BYTES // 1024 // 1024} Mo : partagez-le."
MOST_INFLATED_BYTES = 64 * 1024 * 1024
MOST_ENTRIES = 500
READ_SECONDS = 30
_PIECE = 1024 * 1024
READER = Path(__file__).with_name("sheet_reader.py")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_UNREADABLE = "Ce fichier n’est pas un tableau lisible : donnez un XLSX, un ODS ou un CSV."
#: How files begin that are often sent in a table's stead, whatever their name says.
_OTHER_KINDS = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
_SEPARATORS = ";,\t"
_TOO_LARGE = (
    "Ce fichier est trop volumineux une fois ouvert : gardez-en une seule feuille, sans images."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text: its headings, and its rows that are not empty with their numbers."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(content: bytes, *, most_rows: int, least_columns: int = 1) -> Sheet:
    """Return the first sheet; DomainError for what is not one, or has too many rows.

    Any text is a table of one column: ``least_columns`` tells a letter from a list.
    """
    if len(content) > MOST_BYTES:
        raise _refusal(TOO_HEAVY)
    if not content.strip():
        raise _refusal("Ce fichier est vide.")
    if content.lstrip().startswith(_OTHER_KINDS):
        raise _refusal(_UNREADABLE)
    if content.startswith(b"PK"):
        lines = _read_workbook(content, workbook_kind(BytesIO(content)), most_rows)
    else:
        lines = _read_csv(content, most_rows, least_columns)
    return _sheet(lines, most_rows)


def _sheet(lines: list[list[str]], most_rows: int) -> Sheet:
    if not lines or not any(lines[0]):
        raise _refusal("La première ligne doit porter les titres des colonnes.")
    lines = [[without_unseen_characters(cell) for cell in line] for line in lines]
    rows = [(number, line) for number, line in enumerate(lines[1:], 2) if any(line)]
    if len(rows) > most_rows:
        raise _refusal(f"Plus de {most_rows} lignes : partagez le fichier en plusieurs.")
    if not rows:
        raise _refusal("Ce fichier n’a pas de ligne sous ses titres.")
    return Sheet([heading.strip() for heading in lines[0]], rows)


def _read_csv(content: bytes, most_rows: int, least_columns: int) -> list[list[str]]:
    text = _decoded(content)
    heading = text.lstrip("\n\r").split("\n", 1)[0]
    if least_columns > 1 and not any(separator in heading for separator in _SEPARATORS):
        raise _refusal(_UNREADABLE)
    delimiter = max(_SEPARATORS, key=heading.count)
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        lines = []
        for line in reader:
            lines.append([cell.strip() for cell in line])
            if len(lines) > most_rows + 2 and any(lines[-1]):
                break
    except csv.Error as error:
        raise _refusal(_UNREADABLE) from error
    return lines


def _decoded(content: bytes) -> str:
    """Read UTF-8, with or without its mark, else the encoding of older French spreadsheets."""
    if b"\x00" in content:
        raise _refusal(_UNREADABLE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def workbook_kind(stream: BinaryIO, *, most_inflated: int = MOST_INFLATED_BYTES) -> str:
    """Return xlsx or ods, once every entry has been inflated within the limits."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            _check_sizes(archive, most_inflated)
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "mimetype" in names and archive.read("mimetype").strip() == _ODS:
                return "ods"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _refusal(_UNREADABLE) from error
    raise _refusal(_UNREADABLE)


def _check_sizes(archive: zipfile.ZipFile, most_inflated: int) -> None:
    entries = archive.infolist()
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or declared > most_inflated:
        raise _refusal(_TOO_LARGE)
    for entry in entries:
        # Reads no more than declared, and fails where the content is not what was declared.
        with archive.open(entry) as stream:
            while stream.read(_PIECE):
                pass


def _read_workbook(content: bytes, kind: str, most_rows: int) -> list[list[str]]:
    command = [sys.executable, "-I", str(READER), kind, str(most_rows)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=READ_SECONDS, check=True
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise _refusal(_UNREADABLE) from error


def _refusal(message: str) -> DomainError:
    return DomainError(message, field="file")
