"""What the signals' rules take: an attestation as it was decided, and what stands around it.

Days are arguments, francs whole. ``seen`` is other care of the same person, household or stub;
nothing tells the reason for care. What a rule raises is a code with the facts of its sentence,
plain values that a JSON column keeps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from claims.rules.adjudication import Adjudication
from claims.rules.facts import CareFacts
from claims.rules.stubs import StubRange
from claims.rules.words import CareKind

Told = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SeenCare:
    """Another attestation near this one; ``district`` is its facility's health district."""

    key: str
    stub: str
    facility: str
    facility_name: str
    district: str
    kind: CareKind
    starts_on: date
    ends_on: date
    asked_francs: int
    is_same_person: bool = True
    is_same_household: bool = True
    is_same_stub: bool = False
    #: Of the same person under another record, which was merged with the patient's.
    is_other_record: bool = False


@dataclass(frozen=True, slots=True)
class Backdated:
    """What opens rights and was written after the day that it bears; ``what``: see `backdating`."""

    dated_on: date
    written_on: date
    what: str = "enrolment"


@dataclass(frozen=True, slots=True)
class CancelledReceipt:
    """A payment of the household's that was cancelled; ``left_francs`` it owes for the year now."""

    received_on: date
    cancelled_on: date
    left_francs: int


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who validated something of an attestation: ``what`` is said in its sentence."""

    what: str
    person: str


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """One attestation for the rules: its care, what was decided, what stands around it.

    ``books`` are those of its facility, and any that holds its stub; ``has_books`` tells whether
    the federation that treats it keeps books at all.
    """

    care: CareFacts
    decision: Adjudication
    stub: str
    facility: str
    facility_name: str
    district: str
    asked_francs: int
    #: Who entered, corrected or sent it.
    written_by: frozenset[str] = frozenset()
    died_on: date | None = None
    seen: tuple[SeenCare, ...] = ()
    books: tuple[StubRange, ...] = ()
    has_books: bool = False
    backdated: tuple[Backdated, ...] = ()
    cancelled: tuple[CancelledReceipt, ...] = ()
    hands: tuple[Hand, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalRule:
    """A rule: what it looks for, how it says it, and what it weighs before anyone settled it.

    ``base_percent`` is the share of its signals that is expected to be confirmed. ``looks_later``:
    what it looks at is the register's, and may be learnt after the decision.
    """

    code: str
    label: str
    base_percent: int
    find: Callable[[SignalFacts], Told | None]
    sentence: Callable[[Told], str]
    looks_later: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """A signal of one attestation."""

    rule: str
    facts: Told
