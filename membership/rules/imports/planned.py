"""What planning a household says is to be written: people, changes, enrolment, opening payment."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from membership.rules.imports.known import KnownHousehold, KnownPerson
from membership.rules.imports.outcomes import RowOutcome
from membership.rules.imports.rows import HouseholdRows, PersonRow


@dataclass(slots=True)
class NewPerson:
    """Somebody to add, under which position, since when, and on which day it is told."""

    row: PersonRow
    position: int
    joined_on: date
    told_on: date


@dataclass(slots=True)
class NewEnrolment:
    """An enrolment to write; the amounts are the scale's, or a past register's own."""

    enrolled_on: date
    is_renewal: bool
    is_returning: bool
    is_same_unit: bool
    head_sex: str
    head_birth_year: int
    males: int
    females: int
    category: str
    contribution_francs: int
    joining_fee_francs: int
    payer_francs: int
    waits_until: date | None = None


@dataclass(slots=True)
class Opening:
    """What a past register says was paid; ``fee_francs``: what of it settles the joining fee."""

    amount_francs: int
    received_on: date
    fee_francs: int


@dataclass(slots=True)
class HouseholdPlan:
    """What is to be written for one household; nothing where everything is there."""

    rows: HouseholdRows
    known: KnownHousehold | None
    unit_id: int
    colline_id: int
    category: str
    registered_on: date
    #: Whether an earlier part of the file brings it, and these rows add to it.
    is_continued: bool = False
    new_people: list[NewPerson] = field(default_factory=list)
    changed_people: list[tuple[KnownPerson, PersonRow, dict[str, Any]]] = field(
        default_factory=list
    )
    household_changes: dict[str, Any] = field(default_factory=dict)
    enrolment: NewEnrolment | None = None
    opening: Opening | None = None
    #: An old number to keep.
    former_number: str = ""
    #: What is unusual in the family, told to whoever decides.
    warnings: tuple[str, ...] = ()
    outcomes: dict[int, RowOutcome] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether the household itself is to be written."""
        return self.known is None and not self.is_continued
