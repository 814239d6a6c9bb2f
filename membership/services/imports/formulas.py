"""The formulas of a workbook whose value was never kept: their cells are not taken for empty.

A spreadsheet keeps with each formula the value it last came to, and that is what is read. What
other programs write holds the formula alone: it is given back as text, which the cell's own
reader refuses by its name. Nothing is computed; the sheet is searched in pieces, never held.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO

#: More than these are not looked for: a register is no calculation.
MOST_FORMULAS = 100_000
MOST_TEXT = 40
_PIECE = 1024 * 1024
#: A cell is no longer than this: the bounds below keep the search quick whatever the file.
_OVERLAP = 8 * 1024
_CELL = re.compile(
    rb"""<c\s[^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"[^>]{0,200}>\s?"""
    rb"""<f[^>]{0,200}?(?:/>|>([^<]{0,4096})</f>)\s?(?:<v\s?/>|<v>\s?</v>)?\s?</c>"""
)
#: Formulas by row, then by column, both counted from nought.
Formulas = dict[int, dict[int, str]]


def unvalued_formulas(stream: BinaryIO) -> Formulas:
    """Return the formulas of an XLSX without a value; none where it has several sheets."""
    found: Formulas = {}
    with zipfile.ZipFile(stream) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        if len(sheets) != 1:
            # Which one comes first is not told by its name.
            return found
        with archive.open(sheets[0]) as sheet:
            for count, (row, column, text) in enumerate(_formulas(sheet)):
                if count == MOST_FORMULAS:
                    break
                found.setdefault(row, {})[column] = text
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


def _formulas(sheet: IO[bytes]) -> Iterator[tuple[int, int, str]]:
    held = b""
    while piece := sheet.read(_PIECE):
        held += piece
        end = 0
        for match in _CELL.finditer(held) if b"<f" in held else ():
            end = match.end()
            letters, row, text = match.groups()
            yield int(row) - 1, _column(letters), _text(text)
        held = held[max(end, len(held) - _OVERLAP) :]


def _column(letters: bytes) -> int:
    """Return a column's rank.

    >>> _column(b"A"), _column(b"AB")
    (0, 27)
    """
    rank = 0
    for letter in letters:
        rank = 26 * rank + letter - ord("A") + 1
    return rank - 1


def _text(formula: bytes | None) -> str:
    return "=" + (formula or b"")[:MOST_TEXT].decode("utf-8", errors="replace").strip()
