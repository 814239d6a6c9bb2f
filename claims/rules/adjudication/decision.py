"""The decision of a claim: its lines with their cuts, and what a person should look at.

Every amount is a sum of cuts, every total a sum of lines: nothing is kept twice, so nothing can
differ. asked = mutuelle + patient + other payers + facility, on each line and on the whole.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from claims.rules.cuts import Cut, CutCode
from claims.rules.facts import Authorisation, CareFacts, EarlierCare
from claims.rules.words import Bearer, Family

#: Cuts that share out what is covered; all others say what is not covered.
_SHARING = frozenset({CutCode.OTHER_PAYER, CutCode.DEDUCTIBLE, CutCode.COPAYMENT, CutCode.CEILING})


class FlagCode(StrEnum):
    """What a person should look at; a flag takes nothing off."""

    UNPRICED = "unpriced"
    PRICE_ABOVE = "price_above"
    FREE_CARE = "free_care"
    UNDATED = "undated"
    QUANTITY_HUGE = "quantity_huge"
    DAYS_ABOVE_STAY = "days_above_stay"
    BOOK_LATER = "book_later"
    AUTHORISED_LATER = "authorised_later"
    DECLARED_TOTAL = "declared_total"
    DECLARED_PATIENT = "declared_patient"
    DECLARED_MUTUELLE = "declared_mutuelle"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag with the facts of its sentence; ``position`` None: the whole attestation."""

    code: FlagCode
    position: int | None = None
    facts: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the decision uses of an authorisation that has an amount."""

    key: str
    francs: int


class LineDecision(NamedTuple):
    """One line decided. ``quantity`` is what was accepted, ``rate`` the mutuelle's share used.

    ``rate`` is None where nothing was left to share.
    """

    position: int
    act: str
    family: Family
    care_on: date
    asked_francs: int
    quantity: Fraction
    rate: Fraction | None
    cuts: tuple[Cut, ...]

    @property
    def mutuelle_francs(self) -> int:
        """What the mutuelle owes: the amount asked less all cuts."""
        return self.asked_francs - sum(cut.francs for cut in self.cuts)

    @property
    def patient_francs(self) -> int:
        """What the patient bears."""
        return self._borne_by(Bearer.PATIENT)

    @property
    def facility_francs(self) -> int:
        """What was never owed: it stays with the facility."""
        return self._borne_by(Bearer.FACILITY)

    @property
    def other_payer_francs(self) -> int:
        """What another payer owes."""
        return self._borne_by(Bearer.OTHER_PAYER)

    @property
    def agreed_francs(self) -> int:
        """The bill as it should have been: asked less what the facility bears."""
        return self.asked_francs - self.facility_francs

    @property
    def covered_francs(self) -> int:
        """What the package covers, before it is shared between payers."""
        return self.asked_francs - sum(c.francs for c in self.cuts if c.code not in _SHARING)

    @property
    def deductible_francs(self) -> int:
        """The part of the covered amount under the deductible."""
        return self.cut_francs(CutCode.DEDUCTIBLE)

    @property
    def copayment_francs(self) -> int:
        """The patient's share by the rate (ticket modérateur)."""
        return self.cut_francs(CutCode.COPAYMENT)

    @property
    def ceiling_francs(self) -> int:
        """What is above the ceilings."""
        return self.cut_francs(CutCode.CEILING)

    def cut_francs(self, code: CutCode) -> int:
        """Return what was cut for one reason."""
        return sum(cut.francs for cut in self.cuts if cut.code is code)

    def _borne_by(self, bearer: Bearer) -> int:
        return sum(cut.francs for cut in self.cuts if cut.bearer is bearer)


@dataclass(frozen=True, slots=True)
class Adjudication:
    """A claim decided, its lines by position; ``drawn`` is what it uses of authorisations."""

    claim: str
    lines: tuple[LineDecision, ...]
    flags: tuple[Flag, ...] = ()
    drawn: tuple[Drawn, ...] = ()

    @property
    def asked_francs(self) -> int:
        """The sum of the lines asked."""
        return sum(line.asked_francs for line in self.lines)

    @property
    def mutuelle_francs(self) -> int:
        """The sum of the mutuelle's parts."""
        return sum(line.mutuelle_francs for line in self.lines)

    @property
    def patient_francs(self) -> int:
        """The sum of the patient's parts."""
        return sum(line.patient_francs for line in self.lines)

    @property
    def facility_francs(self) -> int:
        """The sum of what stays with the facility."""
        return sum(line.facility_francs for line in self.lines)

    @property
    def other_payer_francs(self) -> int:
        """The sum of what other payers owe."""
        return sum(line.other_payer_francs for line in self.lines)

    @property
    def agreed_francs(self) -> int:
        """The sum of the agreed amounts."""
        return sum(line.agreed_francs for line in self.lines)

    @property
    def covered_francs(self) -> int:
        """The sum of the covered amounts."""
        return sum(line.covered_francs for line in self.lines)

    @property
    def deductible_francs(self) -> int:
        """The sum of the deductibles."""
        return sum(line.deductible_francs for line in self.lines)

    @property
    def copayment_francs(self) -> int:
        """The sum of the co-payments."""
        return sum(line.copayment_francs for line in self.lines)

    @property
    def ceiling_francs(self) -> int:
        """The sum of what is above ceilings."""
        return sum(line.ceiling_francs for line in self.lines)


def as_earlier(
    care: CareFacts, decision: Adjudication, *, is_same_person: bool = True
) -> tuple[EarlierCare, ...]:
    """Return a decision's accepted lines as later claims of the household see them."""
    return tuple(
        EarlierCare(
            is_same_person=is_same_person,
            claim=care.claim,
            episode=care.episode,
            act=line.act,
            family=line.family,
            level=care.facility.level,
            ownership=care.facility.ownership,
            kind=care.kind,
            care_on=line.care_on,
            quantity=line.quantity,
            mutuelle_francs=line.mutuelle_francs,
            deductible_francs=line.deductible_francs,
            admitted_on=care.starts_on,
        )
        for line in decision.lines
        if line.quantity
    )


def less_drawn(
    authorisations: Iterable[Authorisation], drawn: Iterable[Drawn]
) -> tuple[Authorisation, ...]:
    """Return the authorisations with what decisions drew of them taken off, never below 0.

    For claims decided one after the other from facts that were read together.
    """
    used: Counter[str] = Counter()
    for one in drawn:
        used[one.key] += one.francs
    return tuple(
        one if one.francs is None else replace(one, francs=max(0, one.francs - used[one.key]))
        for one in authorisations
    )


def difference_francs(before: Adjudication | None, after: Adjudication) -> int:
    """Return what a decision adds to the mutuelle's part of the one that it supersedes.

    Positive: to be paid still; negative: to be recovered on the next invoice.
    """
    return after.mutuelle_francs - (0 if before is None else before.mutuelle_francs)
