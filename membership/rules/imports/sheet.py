"""Where a file's columns stand, and which of its rows are of one household.

A household is known by its number, by its old number or by a key of the file; what all its rows
bear between them decides.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from membership.rules.imports.columns import Kind
from membership.rules.imports.outcomes import Line

#: A household's number, old number and key, as rows bear them.
Marks = tuple[str, str, str]
NO_MARKS: Marks = ("", "", "")
_MARKS = ("number", "former_number", "household_key")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a file before its rows: its kind and where its columns stand."""

    kind: Kind
    places: Mapping[str, int]

    def cell(self, cells: Sequence[str], name: str) -> str:
        """Return a cell's text; empty where the file has no such column."""
        at = self.places.get(name)
        return cells[at] if at is not None and at < len(cells) else ""

    def picker(self, names: Sequence[str]) -> Callable[[Sequence[str]], tuple[str, ...]]:
        """Return a function that gives several cells of a row at once, quickly.

        What the file or the row has not got is empty.
        """
        width = max(self.places.values(), default=0) + 1
        blanks = [""] * (width + 1)
        pick = itemgetter(*(self.places.get(name, width) for name in names))
        return lambda cells: pick([*cells[:width], *blanks[min(len(cells), width) :]])


class HouseholdMarks:
    """What a household is known by, gathered as its rows come one after the other."""

    def __init__(self, sheet: Sheet) -> None:
        self._pick = sheet.picker(_MARKS)
        self._cells: tuple[str, ...] = NO_MARKS
        self.marks = NO_MARKS

    def take(self, cells: Sequence[str]) -> bool:
        """Tell whether a row is of the household of the row before; ``marks`` are then theirs."""
        picked = self._pick(cells)
        if picked == self._cells:
            return picked != NO_MARKS
        self._cells = picked
        number, former, key = map(str.upper, picked)
        own = (number, former, key)
        is_same = are_one(self.marks, own)
        self.marks = joined_marks(self.marks, own) if is_same else own
        return is_same


def are_one(some: Marks, others: Marks) -> bool:
    """Tell whether two rows that follow each other are of one household.

    The first mark that both bear decides: the number before the old one, that before the key.

    >>> are_one(("", "K-1", "7"), ("", "", "7")), are_one(("A-1", "", "7"), ("A-2", "", "7"))
    (True, False)
    """
    for one, other in zip(some, others, strict=True):
        if one and other:
            return one == other
    return False


def joined_marks(some: Marks, others: Marks) -> Marks:
    """Return all the marks of rows that are of one household.

    >>> joined_marks(("A-1", "", ""), ("", "", "7"))
    ('A-1', '', '7')
    """
    return (some[0] or others[0], some[1] or others[1], some[2] or others[2])


def households_of(sheet: Sheet, lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Bring together the rows of each household of a part, in the order of their first rows.

    Each comes with what it is known by; empty: its rows do not say.
    """
    together: dict[str, list[Line]] = {}
    # Old numbers and keys begin anew in each unit; a later group that names none is of the last.
    last: dict[str, str] = {}
    for marks, group in _runs(sheet, lines):
        key = next((f"{at}:{mark}" for at, mark in enumerate(marks) if mark), "")
        if key and not marks[0]:
            unit = _unit_of(sheet, group)
            mark, key = key, f"{key}:{unit}" if unit else last.get(key, key)
            last[mark] = key
        together.setdefault(key, []).extend(group)
    yield from together.items()


def _unit_of(sheet: Sheet, group: Sequence[Line]) -> str:
    """Return the unit that rows of one household name first."""
    units = (sheet.cell(cells, "unit").upper() for _, cells in group)
    return next((unit for unit in units if unit), "")


def _runs(sheet: Sheet, lines: Iterable[Line]) -> Iterator[tuple[Marks, list[Line]]]:
    """Return the rows that follow one another and are of one household, with all their marks."""
    known_by = HouseholdMarks(sheet)
    group: list[Line] = []
    for line in lines:
        marks = known_by.marks
        if not known_by.take(line[1]) and group:
            yield marks, group
            group = []
        group.append(line)
    if group:
        yield known_by.marks, group
