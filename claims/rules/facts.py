"""What is known of a claim when it is decided: the facts that the rules take.

Everything is as of the date of care (a stay: of its admission). Francs are whole; quantities are
exact; days are arguments.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from claims.rules.words import CareKind, Family
from conamus.kernel.periods import Period


class LineFacts(NamedTuple):
    """One line of an attestation: ``quantity`` of an act at ``unit_price_francs``.

    ``agreed_price_francs`` is the closest tariff's price of the date of care; None: there is
    none (0 is free). ``given_on`` is the line's own day in a stay, where it is known.
    """

    position: int
    act: str
    family: Family
    quantity: Fraction
    unit_price_francs: int
    agreed_price_francs: int | None = None
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """The person treated; ``other_cover`` as the household declared it (cam, mfp, …)."""

    birth_date: date
    sex: str
    other_cover: str = ""


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """Where: its level (type) and ownership."""

    level: str
    ownership: str


@dataclass(frozen=True, slots=True)
class RightsFacts:
    """The person's open rights, half-open periods, and the sentence where there are none.

    Periods that touch are one: rights renewed without a break do not end. ``since`` is the day
    from which waiting periods by family are counted; None: there is nothing to wait for.
    """

    periods: tuple[Period, ...]
    since: date | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """An agreement given beforehand: for which care, up to how much, on which days.

    ``francs`` is what earlier decisions left of it; None: no amount was set. ``key`` names it in
    what the decision says that it drew. ``given_on`` is the day on which it was written, which may
    be after its first; None: beforehand.
    """

    valid: Period
    francs: int | None = None
    family: Family | None = None
    act: str | None = None
    key: str = ""
    given_on: date | None = None


class EarlierCare(NamedTuple):
    """What was already accepted for the household in the year, wherever it was given.

    A line of an attestation, or several that no clause tells apart (``Package.reach``): without
    act or family where none names one. ``is_same_person`` tells the patient's own; ``claim`` and
    ``episode`` tie lines together. ``quantity`` is what was accepted. ``admitted_on`` is the first
    day of its attestation where that is not ``care_on``: it tells the year whose ceilings the line
    counts for, and the age. Lines of the claim itself are passed over, so that a decision taken
    again never counts the one it replaces. A plain tuple: a batch reads some for each claim.
    """

    is_same_person: bool
    claim: str
    episode: str
    act: str | None
    family: Family | None
    level: str
    ownership: str
    kind: CareKind
    care_on: date
    quantity: Fraction
    mutuelle_francs: int
    deductible_francs: int = 0
    admitted_on: date | None = None
    #: False: the patient's own care in a household that it has left since.
    is_same_household: bool = True


@dataclass(frozen=True, slots=True)
class ReviewCut:
    """What a person took off a line: all of it, or down to a quantity, or an amount of francs.

    Exactly one of ``is_all``, ``to_quantity``, ``francs`` is told; ``reason`` is a code of the
    reasons' list, ``note`` the doctor's own words.
    """

    position: int
    reason: str
    is_all: bool = False
    to_quantity: Fraction | None = None
    francs: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CareFacts:
    """A whole attestation, ready to be decided.

    ``ends_on`` is the last day of care, included; ``received_on`` the day the centre got it.
    ``refusals`` are codes of the administrative check that refuse the whole (duplicate, stub).
    The declared amounts are those written at the foot of the attestation; None: not written.
    ``book_issued_on`` is the day on which the facility got the book of the stub; None: a book taken
    on in circulation, or unknown.
    """

    claim: str
    kind: CareKind
    starts_on: date
    ends_on: date
    received_on: date
    patient: PatientFacts
    facility: FacilityFacts
    rights: RightsFacts
    lines: tuple[LineFacts, ...]
    episode: str = ""
    is_chronic: bool = False
    is_maternity: bool = False
    has_referral: bool = False
    authorisations: tuple[Authorisation, ...] = ()
    earlier: tuple[EarlierCare, ...] = ()
    review_cuts: tuple[ReviewCut, ...] = ()
    refusals: tuple[str, ...] = ()
    declared_total_francs: int | None = None
    declared_patient_francs: int | None = None
    declared_mutuelle_francs: int | None = None
    book_issued_on: date | None = None
