"""What the register holds already of the households that a file speaks of, and the year's terms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from membership.rules.identity import Person, replaced_by
from membership.rules.imports.columns import Kind
from membership.rules.imports.rows import PersonRow
from membership.rules.payments import Owed
from membership.rules.scale import Due


@dataclass(slots=True)
class KnownPerson:
    """A person of the register; one who left is known too."""

    id: int
    number: str
    words: tuple[str, ...]
    sex: str
    birth_date: date
    is_birth_estimated: bool
    relationship: str
    phone: str
    paper: str
    joined_on: date
    left_on: date | None
    died_on: date | None
    family: str = ""
    given: str = ""
    #: Who the record has said that its person is, the first to the last.
    states: Sequence[Person] = ()

    @property
    def position(self) -> int:
        """The position in the household's numbers; 0: the number tells none."""
        rank = self.number.rpartition("-")[2]
        return int(rank) if rank.isdecimal() and len(rank) <= 2 else 0


@dataclass(frozen=True, slots=True)
class KnownOpening:
    """What a paper register brought as paid."""

    amount_francs: int
    received_on: date
    #: How its receipt is called, in French.
    receipt: str
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class KnownEnrolment:
    """An enrolment of the year; ``due_francs``: as it was signed, without who joined since."""

    id: int
    due_francs: int
    owed: Owed
    openings: Sequence[KnownOpening]

    @property
    def enrolled_on(self) -> date:
        """The day it was signed."""
        return self.owed.enrolled_on

    @property
    def opening(self) -> KnownOpening | None:
        """The one that stands: another comes in only once it is cancelled."""
        return next((one for one in self.openings if not one.is_cancelled), None)


@dataclass(slots=True)
class KnownHousehold:
    """A household of the register with its people."""

    id: int
    number: str
    unit_id: int
    colline_id: int
    category: str
    phone: str
    cam: str
    other_cover: str
    registered_on: date
    #: The day it was first registered, in whatever federation it was then.
    in_network_since: date
    closed_on: date | None
    #: The enrolment for the file's year, and the unit of the year before's (None: not enrolled).
    enrolment: KnownEnrolment | None = None
    unit_before: int | None = None
    #: The last year before this one that insured it; the unit before is of such a year only.
    last_year: int | None = None
    #: When a waiting ends that the year before was too short for.
    waits_until: date | None = None
    people: list[KnownPerson] = field(default_factory=list)
    #: Whether the old number that the rows give leads to it already.
    knows_former: bool = False

    @property
    def next_position(self) -> int:
        """The first position that nobody had."""
        return max((one.position for one in self.people), default=0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTerms:
    """On what terms rows come in: the year, today, and what the services answer of them.

    ``due`` gives what a household owes by size, category and whether it is new; None where
    the file itself says it (a past register). ``closed_month`` says why nothing can be written
    for a unit on a day, empty where something can.
    """

    kind: Kind
    year: int
    today: date
    first_day: date
    last_day: date
    default_unit_id: int | None
    most_people: int | None
    due: Callable[[int, str, bool], Due] | None
    closed_month: Callable[[int, date], str]
    replaced_units: Mapping[int, frozenset[int]]
    default_enrolled_on: date
    #: Whether who was last enrolled for a year (None: never) owes the joining fee.
    owes_fee: Callable[[int | None], bool] = lambda last_year: last_year is None
    #: Why an operation cannot be dated so far back, empty where it can.
    too_old: Callable[[date], str] = lambda on: ""
    #: The same of who joins a household that is there.
    entry_too_old: Callable[[date], str] = lambda on: ""
    #: Whether a household of the file, by its number or its old one, is in an earlier part, not
    #: yet in the register.
    is_seen: Callable[[str, str], bool] = lambda number, former: False


def same_person(one: KnownPerson, row: PersonRow) -> bool:
    """Tell whether names, sex and birth agree, a year alone agreeing with a day in it."""
    return one.words == row.words and one.sex == row.sex and birth_agrees(one, row)


def replaced_person(one: KnownPerson, row: PersonRow) -> Person | None:
    """Return whom a row would take the place of under a number; None: the same person."""
    if not one.states or one.words == row.words:
        return None
    after = Person(
        key=one.id,
        family_name=row.family,
        given_name=row.given,
        sex=one.sex,
        birth_date=one.birth_date,
    )
    return replaced_by(one.states, after)


def birth_agrees(one: KnownPerson, row: PersonRow) -> bool:
    """Tell whether two dates of birth can be one."""
    if one.birth_date == row.birth_date:
        return True
    is_estimated = one.is_birth_estimated or row.is_birth_estimated
    return is_estimated and one.birth_date.year == row.birth_date.year
