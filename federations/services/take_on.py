"""The first day's import: what a federation brings is tried row by row, then done.

An importer says its columns and, for one row, calls the same service that a page calls: the
same permission, rules and history. What can be asked of the row beforehand is asked all at
once, so that a person corrects it once. Trying a file does everything and rolls it back, so what
the preview says is what will happen. A row that is already there changes nothing, so the
same file may come twice. `take_on_files` keeps the uploaded files and runs the jobs.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import Model

from conamus.kernel.errors import DomainError, Gathering, NotFound
from conamus.pages.exports import harmless
from federations.rules.amounts import parse_francs
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.rules.take_on import (
    CellKind,
    Column,
    Outcome,
    Row,
    RowResult,
    is_example,
    match_headings,
    read_cells,
    unknown_headings,
)
from federations.services.access import require
from federations.services.checked import text_problems
from federations.services.sheets import read_sheet
from federations.tenancy.actor import Actor

PAGE_ROWS = 5_000
COMMAND_ROWS = 100_000
BATCH = 100
CSV_TYPE = "text/csv; charset=utf-8"


@dataclass(slots=True)
class ImportContext:
    """Who imports, where the site is, and what the importer looks up once."""

    actor: Actor
    site_url: str = ""
    cache: dict[str, Any] = field(default_factory=dict)


Apply = Callable[[ImportContext, dict[str, Any]], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something asked of a row before it is brought: the thing that a cell names, a rule.

    Asked where the columns that it needs could be read, so that all faults of a row are
    told at once. The answer takes the place of the word in the column ``answers``.
    """

    ask: Callable[[ImportContext, dict[str, Any]], Any]
    needs: tuple[str, ...] = ()
    answers: str = ""
    #: For what a row that is there already need not fulfil any more: asked of refused rows
    #: only, while the service asks it of those that are brought.
    is_of_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One kind of thing that can be brought: its columns, and the service of one row."""

    kind: str
    title: str
    explanation: str
    permission: Permission
    columns: tuple[Column, ...]
    apply: Apply
    questions: tuple[Question, ...] = ()
    #: The table that keeps it, whose fields say what the text columns of their names may hold.
    model: type[Model] | None = None
    #: The columns that the preview shows, where they are not the first ones.
    previewed: tuple[str, ...] = ()
    #: The words of a choice that not everybody who imports may write, by column.
    words_for: Mapping[str, Callable[[Actor], Mapping[str, str]]] = field(default_factory=dict)
    #: A column of francs of which the preview tells the sum.
    summed: str = ""

    def of(self, actor: Actor) -> "Importer":
        """Return the importer as that actor meets it: no word that they may not write."""
        columns = tuple(
            column.with_words(self.words_for[column.name](actor))
            if column.name in self.words_for
            else column
            for column in self.columns
        )
        return replace(self, columns=columns)

    def sum_of(self, results: Iterable[RowResult]) -> int | None:
        """Return the sum of the summed column; None where nothing is summed."""
        if not self.summed:
            return None
        return sum(parse_francs(one.row.cells[self.summed], field="") for one in results)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file's rows by column name, and the headings that nobody reads."""

    rows: list[Row]
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each row."""

    results: list[RowResult]

    def counts(self) -> dict[str, int]:
        """Return how many rows had each outcome."""
        return {outcome.value: self.count(outcome) for outcome in Outcome}

    def count(self, outcome: Outcome) -> int:
        """Return how many rows had that outcome."""
        return sum(result.outcome is outcome for result in self.results)

    def refused(self) -> list[RowResult]:
        """Return the refused rows."""
        return [result for result in self.results if result.outcome is Outcome.REFUSED]


_IMPORTERS: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    """Make a kind of import known; each application does, in its `take_on.py`."""
    _IMPORTERS[importer.kind] = importer


def importers() -> list[Importer]:
    """Return every kind of import, in the order of a first day."""
    return list(_IMPORTERS.values())


def importer_of(kind: str, actor: Actor | None = None) -> Importer:
    """Return an importer, as the actor meets it; NotFound for a kind that nobody imports."""
    if kind not in _IMPORTERS:
        raise NotFound("Ce genre d’import n’existe pas.")
    importer = _IMPORTERS[kind]
    return importer.of(actor) if actor else importer


def parse_file(importer: Importer, content: bytes, *, most_rows: int) -> ParsedFile:
    """Read a file's rows by the importer's columns; DomainError where it has not got them."""
    required = sum(column.is_required for column in importer.columns)
    sheet = read_sheet(content, most_rows=most_rows, least_columns=required)
    places = match_headings(importer.columns, sheet.headings)
    rows = [_row(number, line, places) for number, line in sheet.rows]
    kept = [row for row in rows if not is_example(importer.columns, row.cells)]
    if not kept:
        raise DomainError("Ce fichier ne contient que l’exemple du modèle.", field="file")
    return ParsedFile(kept, unknown_headings(importer.columns, sheet.headings))


def try_rows(
    importer: Importer,
    rows: Sequence[Row],
    *,
    context: ImportContext,
    tell: Callable[[int], None] = lambda done: None,
) -> ImportReport:
    """Do everything, say what happened, and undo it; ``tell`` hears how many rows are done."""
    require_importer(context.actor, importer)
    results = []
    with transaction.atomic():
        for row in rows:
            results.append(_apply(importer, row, context))
            tell(len(results))
        transaction.set_rollback(True)
    return ImportReport(results)


@transaction.atomic
def do_rows(
    importer: Importer, rows: Sequence[Row], *, context: ImportContext, all_or_nothing: bool = False
) -> ImportReport:
    """Import the good rows; with ``all_or_nothing``, none of them when one is refused."""
    require_importer(context.actor, importer)
    with transaction.atomic():
        report = ImportReport([_apply(importer, row, context) for row in rows])
        if all_or_nothing and report.refused():
            transaction.set_rollback(True)
    return report


def error_csv(importer: Importer, results: Iterable[RowResult]) -> bytes:
    """Return the refused rows as they came, each with its number and cause."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(["Ligne", "Cause", *(column.heading for column in importer.columns)])
    for result in results:
        cells = [result.row.cells.get(column.name, "") for column in importer.columns]
        line = [result.row.number, result.cause, *cells]
        writer.writerow([harmless(cell) for cell in line])
    return buffer.getvalue().encode("utf-8-sig")


def require_importer(actor: Actor, importer: Importer) -> None:
    """Raise NotAllowed unless the actor may import, and write what this importer writes."""
    require(actor, Permission.IMPORT_TAKE_ON)
    require(actor, importer.permission)


def _row(number: int, line: list[str], places: dict[str, int]) -> Row:
    cells = {name: line[at] if at < len(line) else "" for name, at in places.items()}
    return Row(number, cells)


def _apply(importer: Importer, row: Row, context: ImportContext) -> RowResult:
    """Try one row in a savepoint of its own: a refusal leaves nothing of it behind."""
    try:
        with transaction.atomic():
            outcome = importer.apply(context, _answered(importer, row, context))
    except DomainError as error:
        return RowResult(row, Outcome.REFUSED, _cause(importer, error))
    return RowResult(row, outcome)


def _answered(importer: Importer, row: Row, context: ImportContext) -> dict[str, Any]:
    """Return the row's values, each question answered; one refusal of all that is wrong."""
    gathering = Gathering()
    values = read_cells(importer.columns, row.cells, gathering)
    for question in importer.questions:
        if question.is_of_refused and not gathering.found:
            continue
        if all(name in values for name in question.needs):
            with gathering.part():
                _ask(question, context, values)
    if gathering.found:
        with gathering.part():
            _require_texts(importer, values, told={one.field for one in gathering.found})
    gathering.refuse()
    return values


def _require_texts(importer: Importer, values: Mapping[str, Any], *, told: set[str | None]) -> None:
    """Raise what the table refuses of a refused row's texts; the service asks it of the others."""
    if importer.model is None:
        return
    texts = {
        column.name: values[column.name]
        for column in importer.columns
        if column.kind is CellKind.TEXT and column.name in values and column.name not in told
    }
    refuse_problems(text_problems(importer.model, texts))


def _ask(question: Question, context: ImportContext, values: dict[str, Any]) -> None:
    """Put the answer in its column, which nothing is in any more where there is none."""
    given = dict(values)
    values.pop(question.answers, None)
    answer = question.ask(context, given)
    if question.answers:
        values[question.answers] = answer


def _cause(importer: Importer, error: DomainError) -> str:
    """Say all that was refused, naming each column that a refusal does not name already."""
    headings = {
        name: column.heading
        for column in importer.columns
        for name in (column.name, *column.fields)
    }
    return " ".join(_named(headings, refusal) for refusal in error.each())


def _named(headings: dict[str, str], error: DomainError) -> str:
    heading = headings.get(error.field or "")
    if heading is None or error.message.startswith(f"{heading} :"):
        return error.message
    return f"{heading} : {error.message}"
