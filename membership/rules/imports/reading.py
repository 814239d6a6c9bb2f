"""Rows of one household read: who is in it, what they say.

All that can be read is read before anything is refused, so that a clerk corrects a row once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
from membership.rules.imports.columns import HOUSEHOLD_NAMES, title_of
from membership.rules.imports.directory import Directory
from membership.rules.imports.outcomes import Line, Refusal
from membership.rules.imports.rows import HouseholdRows, PersonRow
from membership.rules.imports.sheet import Sheet

T = TypeVar("T")
#: A column, what reads its cell, and whether a cell left empty is refused.
_CellReader = tuple[str, Callable[[str], object], bool]
MOST_NUMBER, MOST_FORMER = 20, 30
_PERSON_NAMES = (
    "family_name", "given_name", "sex", "birth", "birth_estimated", "relationship",
    "person_number", "phone", "identity_paper", "joined_on",
)  # fmt: skip


class Fact(NamedTuple):
    """What a household's rows say of it under one title, and the first row that does."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a scale: their codes by the words of a file, and how they are called."""

    codes: Mapping[str, str]
    labels: Sequence[str]


class Reader:
    """Reads the rows of one household, gathering what cannot be read."""

    def __init__(
        self,
        sheet: Sheet,
        directory: Directory,
        categories: Categories,
        *,
        today: date,
        unit_id: int | None = None,
    ) -> None:
        """``unit_id``: of the households whose rows name none."""
        self._today = today
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
            told = self._two_names(own) if self._is_whole_name else own
            return _person_of(self._today, line, *told)
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
    today: date,
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
    joined_on = read_day(joined) if joined else None
    birth_date, is_year_alone = read_birth(birth, min(joined_on or today, today))
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
        is_year_alone or (bool(estimated) and read_yes(estimated)),
        read_relationship(relationship),
        number.upper(),
        read_phone(phone) if phone else "",
        read_paper(paper) if paper else "",
        joined_on,
        is_year_alone,
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
