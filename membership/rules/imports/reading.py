"""Rows read into households: which rows belong together, who is in them, what they say.

All that can be read is read before anything is refused, so that a clerk corrects a row once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import NamedTuple, TypeVar

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key
from membership.rules.imports.cells import (
    read_birth,
    read_day,
    read_francs,
    read_name,
    read_names,
    read_paper,
    read_phone,
    read_relationship,
    read_sex,
    read_yes,
    refuse_formula,
    split_names,
)
from membership.rules.imports.columns import HOUSEHOLD_NAMES, Kind, title_of
from membership.rules.imports.directory import Directory
from membership.rules.imports.outcomes import Line, Refusal

T = TypeVar("T")
#: A column, what reads its cell, and whether a cell left empty is refused.
_CellReader = tuple[str, Callable[[str], object], bool]
MOST_NUMBER, MOST_FORMER = 20, 30
#: A household's number, old number and key, as rows bear them.
Marks = tuple[str, str, str]
NO_MARKS: Marks = ("", "", "")
_PERSON_NAMES = (
    "family_name", "given_name", "sex", "birth", "birth_estimated", "relationship",
    "person_number", "phone", "identity_paper", "joined_on",
)  # fmt: skip


@dataclass(slots=True)
class PersonRow:
    """A person as a row tells it; names as written, then their sort and search keys."""

    line: int
    family: str
    given: str
    sort_key: str
    search_key: str
    given_key: str
    sex: str
    birth_date: date
    is_birth_estimated: bool
    relationship: str
    number: str
    phone: str
    paper: str
    joined_on: date | None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the names, whose order is free."""
        return tuple(sorted(self.search_key.split()))


@dataclass(slots=True)
class HouseholdRows:
    """A household as its rows tell it; None or empty: they say nothing of that."""

    line: int
    lines: list[int]
    number: str
    former_number: str
    unit_id: int | None
    colline_id: int | None
    category: str
    phone: str
    cam: str
    registered_on: date | None
    enrolled_on: date | None
    due: int | None
    paid: int | None
    paid_on: date | None
    people: list[PersonRow]
    #: Whether they say that it is another household than those that it looks like.
    is_new: bool = False
    #: The row that says each thing, where a cause against it is told.
    told_at: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, name: str) -> int:
        """Return the row that says something of the household; the first: none does."""
        return self.told_at.get(name, self.line)


class Fact(NamedTuple):
    """What a household's rows say of it under one title, and the first row that does."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a scale: their codes by the words of a file, and how they are called."""

    codes: Mapping[str, str]
    labels: Sequence[str]


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

    def marks_of(self, cells: Sequence[str]) -> Marks:
        """Return what the household of a row is known by: number, old number, key of the file."""
        return (
            self.cell(cells, "number").upper(),
            self.cell(cells, "former_number").upper(),
            self.cell(cells, "household_key").upper(),
        )


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


class Reader:
    """Reads the rows of one household, gathering what cannot be read."""

    def __init__(
        self,
        sheet: Sheet,
        directory: Directory,
        categories: Categories,
        unit_id: int | None = None,
    ) -> None:
        """``unit_id``: of the households whose rows name none."""
        self._sheet, self._directory, self._categories = sheet, directory, categories
        self._unit_id = unit_id
        # Both names stand in one column.
        self._is_whole_name = "family_name" in sheet.places and (
            sheet.places["family_name"] == sheet.places.get("given_name")
        )
        self._person_cells = sheet.picker(_PERSON_NAMES)
        self._household_cells = sheet.picker(HOUSEHOLD_NAMES)
        self._nothing = ("",) * len(HOUSEHOLD_NAMES)
        self._titles = {name: title_of(sheet.kind, name) for name in sheet.places}
        self.refusals: list[Refusal] = []

    def household(self, lines: Sequence[Line]) -> HouseholdRows:
        """Read the rows; ``refusals`` holds what is wrong with them."""
        self.refusals = []
        first = lines[0][0]
        said = self._said(lines)
        people = [person for line in lines if (person := self._person(*line)) is not None]
        ask = _Asked(self, said)
        unit_id = ask.read("unit", self._directory.unit)
        return HouseholdRows(
            line=first,
            lines=[number for number, _ in lines],
            number=ask.text("number", MOST_NUMBER).upper(),
            former_number=ask.text("former_number", MOST_FORMER),
            unit_id=unit_id,
            colline_id=ask.read("colline", self._colline_reader(said, unit_id or self._unit_id)),
            category=ask.read("category", self._category) or "",
            phone=ask.read("household_phone", read_phone) or "",
            cam=ask.read("cam", read_paper) or "",
            registered_on=ask.read("registered_on", read_day),
            enrolled_on=ask.read("enrolled_on", read_day),
            due=ask.read("due", read_francs),
            paid=ask.read("paid", read_francs),
            paid_on=ask.read("paid_on", read_day),
            people=people,
            is_new=ask.read("new_household", read_yes) or False,
            told_at={name: fact.line for name, fact in said.items()},
        )

    def refuse(self, line: int, name: str, cause: str) -> None:
        """Note what is wrong with a cell."""
        self.refusals.append(Refusal(line, self._titles.get(name, ""), cause))

    def _said(self, lines: Sequence[Line]) -> dict[str, Fact]:
        """Return what the rows say of the household: once, or each time the same."""
        said: dict[str, Fact] = {}
        before: tuple[str, ...] = self._nothing
        for number, cells in lines:
            own = self._household_cells(cells)
            # Most registers say all of it on each row, or on the first one only.
            if own in (before, self._nothing):
                continue
            before = own
            for name, text in zip(HOUSEHOLD_NAMES, own, strict=True):
                if not text:
                    continue
                first = said.setdefault(name, Fact(text, number))
                # A number goes before the key, which says nothing of the household itself.
                if not _agree(first, text) and name != "household_key":
                    self.refuse(number, name, _otherwise(text, first))
        return said

    def _person(self, line: int, cells: Sequence[str]) -> PersonRow | None:
        try:
            own = self._person_cells(cells)
            return _person_of(line, *(self._two_names(own) if self._is_whole_name else own))
        except DomainError:
            # Told cell by cell, slowly, only for the row that needs it.
            self._tell(line, cells)
            return None

    @staticmethod
    def _two_names(own: tuple[str, ...]) -> tuple[str, ...]:
        refuse_formula(own[0])
        return (*split_names(own[0]), *own[2:])

    def _tell(self, line: int, cells: Sequence[str]) -> None:
        names: tuple[_CellReader, ...] = (
            ("family_name", read_name, True), ("given_name", read_name, True),
        )  # fmt: skip
        readers: tuple[_CellReader, ...] = (
            *((("family_name", read_names, True),) if self._is_whole_name else names),
            ("sex", read_sex, True), ("birth", read_birth, True),
            ("birth_estimated", read_yes, False), ("relationship", read_relationship, True),
            ("phone", read_phone, False), ("identity_paper", read_paper, False),
            ("joined_on", read_day, False), ("person_number", str, False),
        )  # fmt: skip
        for name, read, is_required in readers:
            text = self._sheet.cell(cells, name)
            if not text and is_required:
                self.refuse(line, name, "la case est vide.")
            elif text:
                self.read(line, name, text, read)

    def read(self, line: int, name: str, text: str, read: Callable[[str], T]) -> T | None:
        """Read one cell, or note why it cannot be."""
        try:
            refuse_formula(text)
            return read(text)
        except DomainError as error:
            self.refuse(line, name, error.message)
            return None

    def _category(self, text: str) -> str:
        found = self._categories.codes.get(search_key(text))
        if found is None:
            words = ", ".join(self._categories.labels)
            raise DomainError(f"« {text[:30]} » n’est pas une catégorie du barème ({words}).")
        return found

    def _colline_reader(
        self, said: Mapping[str, Fact], unit_id: int | None
    ) -> Callable[[str], int]:
        zone, commune = (said[name].text if name in said else "" for name in ("zone", "commune"))
        return lambda name: self._directory.colline(
            name, zone=zone, commune=commune, unit_id=unit_id
        )


def _person_of(
    line: int,
    family_name: str,
    given_name: str,
    sex: str,
    birth: str,
    estimated: str,
    relationship: str,
    number: str,
    phone: str,
    paper: str,
    joined: str,
) -> PersonRow:
    """Read a person's cells, in the order of ``_PERSON_NAMES``."""
    family, family_sort, family_search = read_name(family_name)
    given, given_sort, given_search = read_name(given_name)
    birth_date, is_estimated = read_birth(birth)
    if number:
        refuse_formula(number)
    return PersonRow(
        line,
        family,
        given,
        f"{family_sort} {given_sort}",
        f"{family_search} {given_search}",
        f"{given_search} {family_search}",
        read_sex(sex),
        birth_date,
        is_estimated or (bool(estimated) and read_yes(estimated)),
        read_relationship(relationship),
        number.upper(),
        read_phone(phone) if phone else "",
        read_paper(paper) if paper else "",
        read_day(joined) if joined else None,
    )


@dataclass(slots=True)
class _Asked:
    """Reads what the rows say of their household."""

    reader: Reader
    said: Mapping[str, Fact]

    def read(self, name: str, read: Callable[[str], T]) -> T | None:
        fact = self.said.get(name)
        return self.reader.read(fact.line, name, fact.text, read) if fact else None

    def text(self, name: str, most: int) -> str:
        return self.read(name, lambda text: _at_most(text, most)) or ""


def _at_most(text: str, most: int) -> str:
    if len(text) > most:
        raise DomainError(f"plus de {most} caractères.")
    return text


def _agree(fact: Fact, text: str) -> bool:
    """Tell whether a row says the same, whatever the case and the spaces.

    >>> _agree(Fact("30 000", 2), "30000"), _agree(Fact("UMU-S1", 2), "UMU-S2")
    (True, False)
    """
    return fact.text == text or _bare(fact.text) == _bare(text)


def _bare(text: str) -> str:
    return "".join(text.split()).upper()


def _otherwise(text: str, first: Fact) -> str:
    told = f"« {text[:40]} », mais « {first.text[:40]} » plus haut dans le ménage"
    return f"{told} (ligne {first.line})."


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
    marks = NO_MARKS
    group: list[Line] = []
    for line in lines:
        own = sheet.marks_of(line[1])
        if group and not are_one(marks, own):
            yield marks, group
            marks, group = NO_MARKS, []
        marks = joined_marks(marks, own)
        group.append(line)
    if group:
        yield marks, group
