"""What a first-day file must look like: its columns, and how a cell becomes a value.

Headings are recognised whatever their case and accents. Every cell comes as text; a number,
a date, an amount or a word of a list is read here, and what cannot be read is refused with
the column's name. Nothing is ever computed: a formula is text like any other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from conamus.kernel.errors import DomainError, Gathering
from conamus.kernel.phones import clean_phone
from conamus.kernel.text import search_key
from federations.rules.amounts import parse_francs
from federations.rules.problems import Problem, refuse_problems

_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_EMPTY: dict[str, str] = {}
_TWICE = ("La colonne {} est deux fois là.", "Les colonnes {} sont deux fois là.")
_MISSING = (
    "La colonne {} manque ; les titres sont ceux du modèle.",
    "Les colonnes {} manquent ; les titres sont ceux du modèle.",
)


class CellKind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    INTEGER = "integer"
    FRANCS = "francs"
    DAY = "day"
    CHOICE = "choice"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One column of a file: its French heading, how it is read, an example."""

    name: str
    heading: str
    example: str
    help: str = ""
    kind: CellKind = CellKind.TEXT
    is_required: bool = False
    #: For a choice: the word that people write → the value that is stored.
    choices: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    #: Other words for the same values, understood and not shown.
    also: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    #: The names under which services speak of this column, where they are others.
    fields: tuple[str, ...] = ()

    def with_words(self, words: Mapping[str, str]) -> "Column":
        """Return the column with these words only, its example among them."""
        example = self.example if self.example in words else next(iter(words), "")
        return replace(self, choices=words, example=example)


class Outcome(StrEnum):
    """What became, or would become, of a row."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: its number in the sheet, its cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class RowResult:
    """A row and what became of it; ``cause`` says why it was refused."""

    row: Row
    outcome: Outcome
    cause: str = ""


def match_headings(columns: Sequence[Column], headings: Sequence[str]) -> dict[str, int]:
    """Return where each column stands; DomainError for all that are missing or twice there.

    >>> columns = (Column(name="code", heading="Code", example="A", is_required=True),)
    >>> match_headings(columns, ["Nom", " CODE "])
    {'code': 1}
    """
    folds = [search_key(heading) for heading in headings]
    found = {column: folds.count(search_key(column.heading)) for column in columns}
    told = [
        *_columns_told([one for one, times in found.items() if times > 1], _TWICE),
        *_columns_told(
            [one for one, times in found.items() if one.is_required and not times], _MISSING
        ),
    ]
    if told:
        raise DomainError(" ".join(told), field="file")
    return {one.name: folds.index(search_key(one.heading)) for one, times in found.items() if times}


def unknown_headings(columns: Sequence[Column], headings: Sequence[str]) -> list[str]:
    """Return the headings that no column answers to: their cells are not read."""
    known = {search_key(column.heading) for column in columns}
    return [heading for heading in headings if heading.strip() and search_key(heading) not in known]


def is_example(columns: Sequence[Column], cells: Mapping[str, str]) -> bool:
    """Tell whether a row is the model's own example, left in the file."""
    return all(cells.get(column.name, "") == column.example for column in columns)


def read_cells(
    columns: Sequence[Column], cells: Mapping[str, str], gathering: Gathering
) -> dict[str, Any]:
    """Return the values of the cells that can be read; ``gathering`` hears of the others."""
    values: dict[str, Any] = {}
    for column in columns:
        with gathering.part():
            values[column.name] = _parse(column, cells.get(column.name, "").strip())
    return values


def parse_cells(columns: Sequence[Column], cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the row's values; one refusal that names every cell that cannot be read."""
    gathering = Gathering()
    values = read_cells(columns, cells, gathering)
    gathering.refuse()
    return values


def refuse_readable(problems: Iterable[Problem], values: Mapping[str, Any]) -> None:
    """Raise what a rule finds wrong with the cells that could be read.

    Of the others it was given something neutral, and they are refused already.
    """
    refuse_problems(problem for problem in problems if problem.field in values)


def _parse(column: Column, text: str) -> Any:
    if not text:
        if column.is_required:
            raise _refusal(column, "la case est vide.")
        return "" if column.kind in (CellKind.TEXT, CellKind.PHONE) else None
    if column.kind is CellKind.INTEGER:
        return _integer(column, text)
    if column.kind is CellKind.DAY:
        return _day(column, text)
    if column.kind is CellKind.CHOICE:
        return _choice(column, text)
    if column.kind is CellKind.FRANCS:
        return _francs(column, text)
    if column.kind is CellKind.PHONE:
        return _phone(column, text)
    return text


def _integer(column: Column, text: str) -> int:
    bare = "".join(text.split()).replace("\u202f", "")
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 9):
        raise _refusal(column, f"« {text[:40]} » n’est pas un nombre entier.")
    return int(bare)


def _francs(column: Column, text: str) -> int:
    try:
        return parse_francs(text, field=column.name)
    except DomainError as error:
        raise _refusal(column, error.message) from error


def _phone(column: Column, text: str) -> str:
    try:
        return clean_phone(text)
    except DomainError as error:
        raise _refusal(column, error.message) from error


def _day(column: Column, text: str) -> date:
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise _refusal(column, f"« {text[:40]} » n’est pas une date : écrivez 31/12/2024.")


def _choice(column: Column, text: str) -> str:
    known = {**column.also, **column.choices}
    folds = {search_key(word): value for word, value in known.items()}
    fold = search_key(text)
    if fold not in folds:
        words = ", ".join(column.choices)
        raise _refusal(column, f"« {text[:40]} » n’est pas dans la liste ({words}).")
    return folds[fold]


def _columns_told(columns: Sequence[Column], sentences: tuple[str, str]) -> list[str]:
    """Name the columns in one sentence: for one of them, or for several."""
    names = ", ".join(f"« {column.heading} »" for column in columns)
    return [sentences[len(columns) > 1].format(names)] if columns else []


def _refusal(column: Column, sentence: str) -> DomainError:
    return DomainError(f"{column.heading} : {sentence}", field=column.name)
