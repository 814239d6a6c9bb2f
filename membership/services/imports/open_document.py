"""The cells of an ODS sheet that hold a formula without its value, or an error.

Gone through element by element, nothing held but where it is; rows and cells that are written
once for many are counted, as a reader counts them.
"""

from xml.parsers import expat

from conamus.kernel.text import read_number
from membership.services.imports.refused import UNREADABLE, refusal

#: A row and a column, both counted from nought, and what stands there.
Unread = tuple[int, int, str]
_SPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_CELLS = ("table:table-cell", "table:covered-table-cell")
#: The attribute that holds a value of each type; a text stands in the cell itself.
_VALUES = {
    "float": "office:value", "percentage": "office:value", "currency": "office:value",
    "date": "office:date-value", "time": "office:time-value", "boolean": "office:boolean-value",
}  # fmt: skip
#: A formula repeated over more rows than this stands below the register.
_MOST_REPEATED = 1_000


class OpenDocumentCells:
    """Fed with the content piece by piece, gives back what is unread in one sheet."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._is_inside = False
        self._row = self._rows = self._column = 0
        #: The cells of the row, told once it ends: it may be there several times.
        self._of_row: list[tuple[int, str]] = []
        self._error: list[str] | None = None
        self._error_at = (0, 0)
        self._found: list[Unread] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser = parser

    def feed(self, piece: bytes) -> list[Unread]:
        """Go through a piece; return what it completes."""
        self._parser.Parse(piece, False)
        found, self._found = self._found, []
        return found

    def _refuse(self, *_: object) -> None:
        """A spreadsheet declares no entity: one that does means to blow up."""
        raise refusal(UNREADABLE)

    def _start(self, long_name: str, attributes: dict[str, str]) -> None:
        name = _short(long_name)
        if name == "table:table":
            told = {_short(key): value for key, value in attributes.items()}
            self._is_inside = told.get("table:name") == self._sheet
            self._row = 0
        elif not self._is_inside:
            return
        elif name == "table:table-row":
            told = {_short(key): value for key, value in attributes.items()}
            self._rows = _times(told.get("table:number-rows-repeated"))
            self._column, self._of_row = 0, []
        elif name in _CELLS:
            self._cell({_short(key): value for key, value in attributes.items()})

    def _cell(self, told: dict[str, str]) -> None:
        times = _times(told.get("table:number-columns-repeated"))
        if told.get("calcext:value-type") == "error":
            self._error, self._error_at = [], (self._column, times)
        elif _is_unvalued(told):
            formula = told["table:formula"].removeprefix("of:")
            self._add(self._column, times, formula)
        self._column += times

    def _add(self, first: int, times: int, text: str) -> None:
        self._of_row += [(first + at, text) for at in range(min(times, _MOST_REPEATED))]

    def _text(self, text: str) -> None:
        if self._error is not None:
            self._error.append(text)

    def _end(self, long_name: str) -> None:
        name = _short(long_name)
        if name == "table:table":
            self._is_inside = False
        elif not self._is_inside:
            return
        elif name in _CELLS and self._error is not None:
            first, times = self._error_at
            said = "".join(self._error).strip()
            # LibreOffice has errors of its own, « Err:502 ».
            self._add(first, times, said if said.startswith("#") else "#ERREUR")
            self._error = None
        elif name == "table:table-row":
            for at in range(min(self._rows, _MOST_REPEATED) if self._of_row else 0):
                self._found += [(self._row + at, column, text) for column, text in self._of_row]
            self._row += self._rows


def _short(name: str) -> str:
    """Return a name with the usual prefix of its space.

    >>> _short("urn:oasis:names:tc:opendocument:xmlns:table:1.0 formula"), _short("a b")
    ('table:formula', 'a b')
    """
    space, _, own = name.partition(" ")
    return f"{_SPACES[space]}:{own}" if space in _SPACES else name


def _times(text: str | None) -> int:
    number = read_number(text or "")
    return 1 if number is None else number


def _is_unvalued(told: dict[str, str]) -> bool:
    """Tell whether a cell has a formula and no value with it.

    >>> _is_unvalued({"table:formula": "of:=1", "office:value-type": "float"})
    True
    >>> _is_unvalued({"table:formula": "of:=1", "office:value-type": "string"})
    False
    """
    if "table:formula" not in told:
        return False
    kind = told.get("office:value-type", "")
    return not kind or (kind in _VALUES and _VALUES[kind] not in told)
