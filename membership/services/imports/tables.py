"""A file opened as rows of text, in bounded memory: CSV of any size, XLSX and ODS up to a limit.

The kind is told by the bytes, never by the name. A CSV is gone through once to know its
encoding, then read line by line; a spreadsheet is checked and read in a limited process of its
own, which hands its rows over one by one. Nothing is ever computed: a formula is text.
"""

import codecs
import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from threading import Timer
from typing import TextIO

from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from conamus.kernel.text import has_control_characters, without_control_characters
from federations.services.sheets import READER, workbook_kind
from membership.rules.imports import Line
from membership.services.imports.formulas import Formulas, unvalued_formulas, with_formulas

#: Rows that a spreadsheet may have; a CSV has no limit.
MOST_SHEET_ROWS = 100_000
MOST_SHEET_BYTES = 40 * 1024 * 1024
MOST_INFLATED = 768 * 1024 * 1024
MOST_COLUMNS = 200
#: A line longer than this is no row of a register.
MOST_LINE = 100_000
SHEET_SECONDS = 60
_PIECE = 1024 * 1024
_SEPARATORS = ";,\t"
_OTHER_KINDS = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_STRAY = (
    "Ce tableur s’étend bien au-delà de son tableau : une cellule est sans doute remplie loin en "
    "bas ou à droite. Supprimez les lignes et les colonnes qui suivent le tableau, ou "
    "enregistrez-le en CSV."
)
#: What the reader's last words hold when its memory did not suffice.
_OUT_OF_MEMORY = ("MemoryError", "PyObject pointer is null")
_UNREADABLE = "Ce fichier n’est pas un tableau lisible : donnez un CSV, un XLSX ou un ODS."


@dataclass(frozen=True, slots=True)
class Table:
    """A file's titles and rows; ``rows`` can be gone through once."""

    sha256: str
    titles: list[str]
    rows: Iterator[Line]


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a file; DomainError for what is no table, at once or when a row cannot be read."""
    with path.open("rb") as stream:
        start = stream.read(16)
        stream.seek(0)
        if not start:
            raise refusal("Ce fichier est vide.")
        if start.startswith(_OTHER_KINDS):
            raise refusal(_UNREADABLE)
        if start.startswith(_WIDE):
            raise refusal("Ce fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 ».")
        opened = _open_workbook if start.startswith(b"PK") else _open_csv
        with opened(path, stream) as table:
            yield table


@contextmanager
def _open_csv(path: Path, stream: BufferedReader) -> Iterator[Table]:
    sha256, encoding = _look_through(stream)
    with path.open(encoding=encoding, newline="", errors="strict") as text:
        try:
            reader = csv.reader(_lines(text), delimiter=_delimiter(text))
            # What the caller meets while it goes through the rows comes back here.
            yield _table(sha256, _csv_rows(reader))
        except UnicodeDecodeError as error:
            raise refusal(
                "Des caractères de ce fichier sont illisibles : enregistrez-le en « CSV UTF-8 »."
            ) from error


def _look_through(stream: BufferedReader) -> tuple[str, str]:
    """Return the file's digest and encoding: UTF-8, else that of older French spreadsheets."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    while piece := stream.read(_PIECE):
        digest.update(piece)
        if b"\x00" in piece:
            raise refusal(_UNREADABLE)
        if is_utf8:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                is_utf8 = False
    return digest.hexdigest(), "utf-8-sig" if is_utf8 else "cp1252"


def _delimiter(text: TextIO) -> str:
    heading = text.readline(MOST_LINE)
    text.seek(0)
    if not any(separator in heading for separator in _SEPARATORS):
        raise refusal(_UNREADABLE)
    return max(_SEPARATORS, key=heading.count)


def _lines(text: TextIO) -> Iterator[str]:
    """Return the lines, none too long to be held, without invisible characters."""
    while line := text.readline(MOST_LINE):
        if len(line) == MOST_LINE and not line.endswith("\n"):
            raise refusal("Une ligne de ce fichier est trop longue pour un registre.")
        bare = line.rstrip("\r\n")
        yield without_control_characters(bare) + "\n" if has_control_characters(bare) else line


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        for cells in reader:
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        raise refusal(f"Ce CSV ne se lit plus : un guillemet reste ouvert ({error}).") from error


@contextmanager
def _open_workbook(path: Path, stream: BufferedReader) -> Iterator[Table]:
    if path.stat().st_size > MOST_SHEET_BYTES:
        most = MOST_SHEET_BYTES // 1024 // 1024
        raise refusal(f"Un tableur a {most} Mo au plus : enregistrez-le en CSV, sans limite.")
    kind = workbook_kind(stream, most_inflated=MOST_INFLATED)
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    formulas = unvalued_formulas(stream) if kind == "xlsx" else {}
    stream.seek(0)
    command = [sys.executable, "-I", str(READER), kind, str(MOST_SHEET_ROWS), "--lines"]
    process = subprocess.Popen(
        command, stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    timer = Timer(SHEET_SECONDS, process.kill)
    timer.start()
    try:
        yield _table(digest, _sheet_rows(process, formulas))
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def _sheet_rows(process: "subprocess.Popen[str]", formulas: Formulas) -> Iterator[list[str]]:
    if process.stdout is None:
        raise ValueError("the reader's output is a pipe")
    for number, line in enumerate(process.stdout):
        cells = [without_control_characters(cell).strip() for cell in json.loads(line)]
        if number > MOST_SHEET_ROWS:
            raise refusal(_too_long(cells))
        yield with_formulas(number, cells, formulas)
    ended = process.wait()
    if ended:
        # A signal or these words: for want of memory or time; else the file is damaged.
        said = process.stderr.read() if process.stderr else ""
        is_stray = ended < 0 or any(words in said for words in _OUT_OF_MEMORY)
        raise refusal(_STRAY if is_stray else _UNREADABLE)


def _too_long(cells: list[str]) -> str:
    """Return what to say of a sheet by its first row too many: one that is empty is no register."""
    if not any(cells):
        return _STRAY
    most = format_integer(MOST_SHEET_ROWS)
    return f"Un tableur a {most} lignes au plus : enregistrez-le en CSV, sans limite."


def _table(sha256: str, rows: Iterator[list[str]]) -> Table:
    titles = next(rows, [])
    while titles and not titles[-1]:
        titles.pop()
    if not titles:
        raise refusal("La première ligne doit porter les titres des colonnes.")
    if len(titles) > MOST_COLUMNS:
        raise refusal(f"Plus de {MOST_COLUMNS} colonnes : gardez celles du modèle.")
    return Table(sha256, titles, _numbered(rows, len(titles)))


def _numbered(rows: Iterator[list[str]], width: int) -> Iterator[Line]:
    """Number the rows as a spreadsheet does; those without a word are left out."""
    for number, cells in enumerate(rows, 2):
        if any(cells):
            yield number, cells[:width]


def refusal(message: str) -> DomainError:
    """Return the error of a file that cannot be read."""
    return DomainError(message, field="file")
