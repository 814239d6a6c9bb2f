"""What a first-day file must look like: its columns, and how a cell becomes a value.

Headings are recognised whatever their case and accents. Every cell comes as text; a number,
a date, an amount or a word of a list is read here, and what cannot be read is refused with
the column's name. Nothing is ever computed: a formula is text like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key
from federations.rules.amounts import parse_francs

_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
_EMPTY: dict[str, str] = {}


class CellKind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    INTEGER = "integer"
    FRANCS = "francs"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
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
    """Return where each column stands; DomainError for one that is missing or twice there.

    >>> columns = (Column(name="code", heading="Code", example="A", is_required=True),)
    >>> match_headings(columns, ["Nom", " CODE "])
    {'code': 1}
    """
    folds = [search_key(heading) for heading in headings]
    places: dict[str, int] = {}
    for column in columns:
        fold = search_key(column.heading)
        if folds.count(fold) > 1:
            raise DomainError(f"La colonne « {column.heading} » est deux fois là.", field="file")
        if fold in folds:
            places[column.name] = folds.index(fold)
        elif column.is_required:
            raise DomainError(
                f"La colonne « {column.heading} » manque ; les titres sont ceux du modèle.",
                field="file",
            )
    return places


def unknown_headings(columns: Sequence[Column], headings: Sequence[str]) -> list[str]:
    """Return the headings that no column answers to: their cells are not read."""
    known = {search_key(column.heading) for column in columns}
    return [heading for heading in headings if heading.strip() and search_key(heading) not in known]


def is_example(columns: Sequence[Column], cells: Mapping[str, str]) -> bool:
    """Tell whether a row is the model's own example, left in the file."""
    return all(cells.get(column.name, "") == column.example for column in columns)


def parse_cells(columns: Sequence[Column], cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the row's values; one DomainError that names every cell that cannot be read."""
    values: dict[str, Any] = {}
    refused: list[DomainError] = []
    for column in columns:
        try:
            values[column.name] = _parse(column, cells.get(column.name, "").strip())
        except DomainError as error:
            refused.append(error)
    if refused:
        told = " ".join(error.message for error in refused)
        raise DomainError(told, field=refused[0].field)
    return values


def _parse(column: Column, text: str) -> Any:
    if not text:
        if column.is_required:
            raise _refusal(column, "la case est vide.")
        return "" if column.kind is CellKind.TEXT else None
    if column.kind is CellKind.INTEGER:
        return _integer(column, text)
    if column.kind is CellKind.DAY:
        return _day(column, text)
    if column.kind is CellKind.CHOICE:
        return _choice(column, text)
    if column.kind is CellKind.FRANCS:
        return _francs(column, text)
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


def _day(column: Column, text: str) -> date:
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise _refusal(column, f"« {text[:40]} » n’est pas une date : écrivez 31/12/2024.")


def _choice(column: Column, text: str) -> str:
    folds = {search_key(word): value for word, value in column.choices.items()}
    fold = search_key(text)
    if fold not in folds:
        words = ", ".join(column.choices)
        raise _refusal(column, f"« {text[:40]} » n’est pas dans la liste ({words}).")
    return folds[fold]


def _refusal(column: Column, sentence: str) -> DomainError:
    return DomainError(f"{column.heading} : {sentence}", field=column.name)
