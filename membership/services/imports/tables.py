"""A file opened as rows of text, in bounded memory: CSV of any size, XLSX and ODS up to a limit.

The kind is told by the bytes, never by the name. A CSV is gone through once to know its
encoding, then read line by line; ``workbooks`` opens a spreadsheet.
"""

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from conamus.kernel.text import without_unseen_characters
from membership.rules.imports import MOST_PREAMBLE, Line
from membership.services.imports.refused import UNREADABLE, refusal
from membership.services.imports.workbooks import Chooser, open_workbook

MOST_COLUMNS = 200
#: A line longer than this is no row of a register.
MOST_LINE = 100_000
_PIECE = 1024 * 1024
#: Says which of the first rows has the titles.
TitleFinder = Callable[[Sequence[Sequence[str]]], int]
_SEPARATORS = ";,\t"
_OTHER_KINDS = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: What no encoding of ours writes but for what no page can show; ends of lines, tabs are kept.
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")


@dataclass(frozen=True, slots=True)
class Table:
    """A file's titles and rows; ``rows`` can be gone through once.

    Of a workbook, the sheet that is read and the names of all that are visible.
    """

    sha256: str
    titles: list[str]
    rows: Iterator[Line]
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)


@contextmanager
def open_table(path: Path, choose: Chooser, find_titles: TitleFinder) -> Iterator[Table]:
    """Open a file; DomainError for what is no table, at once or when a row cannot be read.

    ``choose`` is asked which sheet of a workbook is meant, ``find_titles`` where its titles are.
    """
    with path.open("rb") as stream:
        start = stream.read(16)
        stream.seek(0)
        if not start:
            raise refusal("Ce fichier est vide.")
        if start.startswith(_OTHER_KINDS):
            raise refusal(UNREADABLE)
        if start.startswith(_WIDE):
            raise refusal("Ce fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 ».")
        if start.startswith(b"PK"):
            with open_workbook(path, stream, choose) as book:
                yield _table(book.sha256, book.rows, find_titles, book.sheet, book.sheets)
        else:
            with _open_csv(path, stream, find_titles) as table:
                yield table


@contextmanager
def _open_csv(path: Path, stream: BufferedReader, find_titles: TitleFinder) -> Iterator[Table]:
    seen = _look_through(stream)
    with path.open(encoding=seen.encoding, newline="", errors="strict") as text:
        try:
            lines = _lines(text, is_plain=seen.is_plain)
            reader = csv.reader(lines, delimiter=_delimiter(text))
            # What the caller meets while it goes through the rows comes back here.
            yield _table(seen.sha256, _csv_rows(reader), find_titles)
        except UnicodeDecodeError as error:
            raise refusal(
                "Des caractères de ce fichier sont illisibles : enregistrez-le en « CSV UTF-8 »."
            ) from error


@dataclass(frozen=True, slots=True)
class _FileFacts:
    """What going through a file once tells; ``is_plain``: without an invisible character."""

    sha256: str
    encoding: str
    is_plain: bool


def _look_through(stream: BufferedReader) -> _FileFacts:
    """Return the file's digest and encoding: UTF-8, else that of older French spreadsheets."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = is_plain = True
    while piece := stream.read(_PIECE):
        digest.update(piece)
        if b"\x00" in piece:
            raise refusal(UNREADABLE)
        is_plain = is_plain and len(piece.translate(None, _CONTROLS)) == len(piece)
        if is_utf8:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                is_utf8 = False
    return _FileFacts(digest.hexdigest(), "utf-8-sig" if is_utf8 else "cp1252", is_plain)


def _delimiter(text: TextIO) -> str:
    """Return what parts the cells: what most of the first lines have, and most often in one."""
    lines = [text.readline(MOST_LINE) for _ in range(MOST_PREAMBLE)]
    text.seek(0)
    if not any(separator in line for line in lines for separator in _SEPARATORS):
        raise refusal(UNREADABLE)
    counts = {separator: [line.count(separator) for line in lines] for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda one: (sum(map(bool, counts[one])), max(counts[one])))


def _lines(text: TextIO, *, is_plain: bool) -> Iterator[str]:
    """Return the lines, none too long to be held, without invisible characters."""
    while line := text.readline(MOST_LINE):
        if len(line) == MOST_LINE and not line.endswith("\n"):
            raise refusal("Une ligne de ce fichier est trop longue pour un registre.")
        yield line if is_plain and line.isascii() else without_unseen_characters(line)


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        for cells in reader:
            yield list(map(str.strip, cells))
    except csv.Error as error:
        raise refusal(f"Ce CSV ne se lit plus : un guillemet reste ouvert ({error}).") from error


def _table(
    sha256: str,
    rows: Iterator[list[str]],
    find_titles: TitleFinder,
    sheet: str = "",
    sheets: list[str] | None = None,
) -> Table:
    first = list(islice(rows, MOST_PREAMBLE))
    at = find_titles(first)
    titles = first[at] if first else []
    while titles and not titles[-1]:
        titles.pop()
    if not titles:
        raise refusal("La première ligne doit porter les titres des colonnes.")
    if len(titles) > MOST_COLUMNS:
        raise refusal(f"Plus de {MOST_COLUMNS} colonnes : gardez celles du modèle.")
    below = _numbered(chain(first[at + 1 :], rows), len(titles), start=at + 2)
    return Table(sha256, titles, below, sheet, sheets or [])


def _numbered(rows: Iterator[list[str]], width: int, *, start: int) -> Iterator[Line]:
    """Number the rows as a spreadsheet does; those without a word under a title are left out."""
    for number, cells in enumerate(rows, start):
        if any(kept := cells[:width]):
            yield number, kept
