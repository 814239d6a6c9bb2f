"""Surveys by file: a questionnaire as a table, interviews as rows, good ones kept, others told.

A row's reference is the hash of what it says and its place among its equals in the file: the same
file again, or a corrected one, writes only what is new.
"""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from claims.models import SurveyCampaign, SurveyInterview
from claims.rules.questionnaires import QuestionFacts, read_questions
from claims.rules.survey_file import MOST_ROWS, QUESTION_COLUMNS, interview_columns
from claims.selectors.questionnaires import questions_of
from claims.selectors.surveys import campaign_by_id, facilities_of
from claims.services.surveys import NewInterview, record_interview
from conamus.kernel.errors import DomainError, NotAllowed
from federations.rules.roles import Permission
from federations.rules.take_on import Column, match_headings, parse_cells
from federations.services.access import require
from federations.services.sheets import read_sheet
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row of a file."""

    number: int
    column: str
    cause: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file of interviews came to."""

    entered: int
    known: int
    refused: int
    faults: tuple[RowFault, ...]


def read_questionnaire(content: bytes) -> tuple[QuestionFacts, ...]:
    """Return the questions of a file; DomainError names every row at fault."""
    rows = _rows(content, QUESTION_COLUMNS)
    return read_questions(rows)


def bring_interviews(*, actor: Actor, campaign_id: int, content: bytes) -> Brought:
    """Enter the interviews of a CSV, XLSX or ODS file."""
    require(actor, Permission.RECORD_SURVEYS)
    campaign = campaign_by_id(actor, campaign_id)
    return _Loader(actor, campaign).bring(content)


def _rows(content: bytes, columns: tuple[Column, ...]) -> list[tuple[int, dict[str, str]]]:
    sheet = read_sheet(content, most_rows=MOST_ROWS, least_columns=3)
    places = match_headings(columns, sheet.headings)
    return [
        (
            number,
            {
                name: cells[place].strip() if place < len(cells) else ""
                for name, place in places.items()
            },
        )
        for number, cells in sheet.rows
    ]


class _Loader:
    """What is known once for a file, and what became of its rows so far."""

    def __init__(self, actor: Actor, campaign: SurveyCampaign) -> None:
        self.actor, self.campaign = actor, campaign
        questions = questions_of(campaign.questionnaire_id)
        self.positions = [question.position for question in questions]
        self.columns = interview_columns([question.facts for question in questions])
        self.headings = {column.name: column.heading for column in self.columns}
        self.facilities = dict(facilities_of(campaign).values_list("code", "pk"))
        self.known = set(
            SurveyInterview.objects.filter(
                tenant_id=actor.tenant_id, campaign=campaign
            ).values_list("reference", flat=True)
        )
        self.equals: Counter[str] = Counter()
        self.entered = self.again = self.refused = 0
        self.faults: list[RowFault] = []

    def bring(self, content: bytes) -> Brought:
        """Enter each row, or keep why not."""
        for number, cells in _rows(content, self.columns):
            try:
                with transaction.atomic():
                    self._enter(cells)
            except NotAllowed:
                raise
            except DomainError as error:
                self.refused += 1
                self.faults.extend(
                    RowFault(number, self.headings.get(str(one.field), ""), one.message)
                    for one in error.each()
                )
        return Brought(self.entered, self.again, self.refused, tuple(self.faults))

    def _enter(self, cells: dict[str, str]) -> None:
        reference = self._reference(cells)
        if reference in self.known:
            self.again += 1
            return
        values = parse_cells(self.columns, cells)
        facility = self.facilities.get(values["facility"].upper())
        if facility is None:
            raise DomainError(
                f"« {values['facility'][:40]} » n’est pas une formation sanitaire de l’enquête.",
                field="facility",
            )
        record_interview(
            actor=self.actor,
            interview=NewInterview(
                campaign_id=self.campaign.pk,
                facility_id=facility,
                taken_on=values["taken_on"],
                reference=reference,
                sex=values["sex"] or "",
                age_band=values["age_band"] or "",
                answers={place: values[f"q{place}"] for place in self.positions},
            ),
        )
        self.entered += 1

    def _reference(self, cells: dict[str, str]) -> str:
        told = "\n".join(f"{name}={cells.get(name, '')}" for name in self.headings)
        digest = sha256(told.encode()).hexdigest()
        self.equals[digest] += 1
        return f"{digest}-{self.equals[digest]}"
