"""The cells of a workbook that a reader takes for empty though they are not.

A spreadsheet keeps with each formula the value it last came to, and that is what is read. What
other programs write holds the formula alone: it is given back as text, which the cell's own
reader refuses by its name; so is an error (« #REF! »). Nothing is computed; the sheet is gone
through in pieces, never held.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO
from xml.parsers import expat

from defusedxml import ElementTree

from membership.services.imports.open_document import OpenDocumentCells, Unread
from membership.services.imports.refused import UNREADABLE, refusal

#: A register is no calculation; its error file would be of no use.
MOST_FORMULAS = 100_000
MOST_TEXT = 40
_PIECE = 1024 * 1024
#: A cell is no longer than this: the bounds below keep the search quick whatever the file.
_OVERLAP = 16 * 1024
_CELL = re.compile(
    rb"""<c\s([^>]{0,300})>\s?"""
    rb"""(?:<f[^>]{0,200}?(?:/>|>([^<]{0,8192})</f>)\s?)?"""
    rb"""(?:<v\s?/>|<v>([^<]{0,64})</v>)?\s?</c>"""
)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_KIND = re.compile(rb"""\bt=["'](\w+)["']""")
_BOOK = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MOST_BOOK = 4 * 1024 * 1024
#: What is unread, by row, then by column, both counted from nought.
Formulas = dict[int, dict[int, str]]


def unread_cells(stream: BinaryIO, kind: str, sheet: str) -> Formulas:
    """Return the formulas without a value, and the errors, of a sheet of an XLSX or ODS."""
    stream.seek(0)
    found: Formulas = {}
    with zipfile.ZipFile(stream) as archive:
        cells = _of_open_document if kind == "ods" else _of_xlsx
        for count, (row, column, text) in enumerate(cells(archive, sheet)):
            if count == MOST_FORMULAS:
                raise refusal(
                    "Ce tableur a trop de formules sans valeur ou en erreur : recopiez-y les "
                    "valeurs, ou enregistrez-le en CSV."
                )
            found.setdefault(row, {})[column] = text[:MOST_TEXT]
    return found


def with_formulas(number: int, cells: list[str], formulas: Formulas) -> list[str]:
    """Return a row with its formulas in the cells that came empty; a row of nothing else stays.

    >>> with_formulas(1, ["a", ""], {1: {1: "=A1"}}), with_formulas(1, ["", ""], {1: {1: "=A1"}})
    (['a', '=A1'], ['', ''])
    """
    own = formulas.get(number)
    if own is None or not any(cells):
        return cells
    return [cell or own.get(at, "") for at, cell in enumerate(cells)]


def _of_xlsx(archive: zipfile.ZipFile, sheet: str) -> Iterator[Unread]:
    with archive.open(_part_of(archive, sheet)) as stream:
        yield from _xlsx_cells(stream)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return where the archive keeps a sheet: the book gives its link, the links its place."""
    try:
        book = ElementTree.fromstring(_short(archive, "xl/workbook.xml"))
        links = ElementTree.fromstring(_short(archive, "xl/_rels/workbook.xml.rels"))
        link = next(
            one.get(f"{_LINKS}id") for one in book.iter(f"{_BOOK}sheet") if one.get("name") == sheet
        )
        target = next(
            one.get("Target") for one in links.iter(f"{_PACKAGE}Relationship")
            if one.get("Id") == link
        )  # fmt: skip
        return archive.getinfo(_inside(target)).filename
    except (StopIteration, KeyError, ElementTree.ParseError, ValueError) as error:
        raise refusal(UNREADABLE) from error


def _short(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(_MOST_BOOK)


def _inside(target: str) -> str:
    """Return a link's place in the archive.

    >>> _inside("/xl/worksheets/sheet1.xml"), _inside("worksheets/sheet1.xml")
    ('xl/worksheets/sheet1.xml', 'xl/worksheets/sheet1.xml')
    """
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _xlsx_cells(sheet: IO[bytes]) -> Iterator[Unread]:
    held = b""
    while piece := sheet.read(_PIECE):
        held += piece
        end = 0
        is_wanted = b"<f" in held or b't="e"' in held or b"t='e'" in held
        for match in _CELL.finditer(held) if is_wanted else ():
            end = match.end()
            if (found := _unread(match)) is not None:
                yield found
        held = held[max(end, len(held) - _OVERLAP) :]


def _unread(match: "re.Match[bytes]") -> Unread | None:
    """Return a cell that reads as empty though it is not; a text kept empty is a value."""
    about, formula, value = match.groups()
    said = _KIND.search(about)
    kind = said.group(1) if said else b"n"
    place = _PLACE.search(about)
    has_formula = b"<f" in match.group()
    if place is None or (kind != b"e" and (not has_formula or value or kind == b"str")):
        return None
    text = value if kind == b"e" and value else b"=" + (formula or b"")
    letters, row = place.groups()
    return int(row) - 1, _column(letters), text.decode("utf-8", errors="replace").strip()


def _column(letters: bytes) -> int:
    """Return a column's rank.

    >>> _column(b"A"), _column(b"AB")
    (0, 27)
    """
    rank = 0
    for letter in letters:
        rank = 26 * rank + letter - ord("A") + 1
    return rank - 1


def _of_open_document(archive: zipfile.ZipFile, sheet: str) -> Iterator[Unread]:
    if not _holds(archive, (b"table:formula", b'"error"', b"'error'")):
        return
    cells = OpenDocumentCells(sheet)
    try:
        with archive.open("content.xml") as stream:
            while piece := stream.read(_PIECE):
                yield from cells.feed(piece)
    except expat.ExpatError as error:
        raise refusal(UNREADABLE) from error


def _holds(archive: zipfile.ZipFile, words: tuple[bytes, ...]) -> bool:
    """Tell whether the content has one of the words: nearly no register has a formula."""
    read: Callable[[int], bytes]
    with archive.open("content.xml") as stream:
        read, end = stream.read, b""
        while piece := read(_PIECE):
            held = end + piece
            if any(word in held for word in words):
                return True
            end = held[-32:]
    return False
