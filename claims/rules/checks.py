"""The administrative check, its pure part: dates, lines, totals, duplicates.

Each finding says what is wrong, where, and what follows: an entry that must be mended before it
is sent, a refusal of the whole claim, or something for a person to look at. None can be switched
off: a duplicate is a duplicate in every federation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from claims.rules.facts import LineFacts
from claims.rules.words import CareKind, Family
from conamus.kernel.figures import format_date, format_francs
from conamus.kernel.money import round_franc

#: Above this, a quantity is taken for a slip of the keyboard until a person says otherwise.
HUGE_QUANTITY = Fraction(200)


class Weight(StrEnum):
    """What follows from a finding."""

    MEND = "mend"
    REFUSE = "refuse"
    LOOK = "look"

    @property
    def label(self) -> str:
        """What follows, in French."""
        return _WEIGHTS[self]


_WEIGHTS = {
    Weight.MEND: "à corriger avant l’envoi",
    Weight.REFUSE: "attestation refusée",
    Weight.LOOK: "à regarder",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; ``code`` goes to ``CareFacts.refusals`` where it refuses."""

    code: str
    weight: Weight
    sentence: str
    field: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class DatedClaim:
    """The days of an attestation, and of the person."""

    kind: CareKind
    starts_on: date
    ends_on: date
    received_on: date
    birth_date: date
    died_on: date | None = None


def check_dates(claim: DatedClaim, on: date) -> tuple[Finding, ...]:
    """Return what is wrong with an attestation's days, as they are seen on a day."""
    return tuple(_date_findings(claim, on))


def _date_findings(claim: DatedClaim, on: date) -> Iterator[Finding]:
    if claim.ends_on < claim.starts_on:
        yield Finding(
            "end_before_start",
            Weight.MEND,
            "Les soins finissent avant de commencer : corrigez une des deux dates.",
            "ends_on",
        )
    if max(claim.starts_on, claim.ends_on) > on:
        yield Finding("future", Weight.MEND, "Ces soins sont datés dans le futur.", "starts_on")
    elif claim.received_on < claim.ends_on:
        yield Finding(
            "received_before_end",
            Weight.MEND,
            "L’attestation est reçue avant la fin des soins : corrigez une des deux dates.",
            "received_on",
        )
    if claim.starts_on < claim.birth_date:
        yield Finding(
            "before_birth",
            Weight.REFUSE,
            f"La personne est née le {format_date(claim.birth_date)}, après ces soins.",
            "starts_on",
        )
    if claim.died_on is not None and claim.ends_on > claim.died_on:
        yield Finding(
            "after_death",
            Weight.REFUSE,
            f"La personne est décédée le {format_date(claim.died_on)}, avant la fin de ces soins.",
            "ends_on",
        )


def check_lines(
    lines: Sequence[LineFacts],
    claim: DatedClaim,
    *,
    declared_total_francs: int | None = None,
    huge: Fraction = HUGE_QUANTITY,
) -> tuple[Finding, ...]:
    """Return what is wrong with the lines, and with their sum against the total declared."""
    found = [finding for line in lines for finding in _line_findings(line, claim, huge)]
    if not lines:
        found.append(Finding("no_line", Weight.MEND, "L’attestation n’a aucune ligne.", "lines"))
    total = sum(round_franc(line.quantity * line.unit_price_francs) for line in lines)
    if declared_total_francs is not None and declared_total_francs != total:
        sentence = (
            f"Le total écrit est {format_francs(declared_total_francs)}, "
            f"celui des lignes {format_francs(total)}."
        )
        found.append(Finding("declared_total", Weight.LOOK, sentence, "declared_total_francs"))
    return tuple(found)


def _line_findings(line: LineFacts, claim: DatedClaim, huge: Fraction) -> Iterator[Finding]:
    def finding(code: str, weight: Weight, sentence: str, field: str) -> Finding:
        return Finding(code, weight, f"Ligne {line.position} : {sentence}", field, line.position)

    if line.quantity < 0:
        yield finding("quantity_negative", Weight.MEND, "quantité négative.", "quantity")
    elif not line.quantity:
        yield finding("quantity_zero", Weight.MEND, "quantité de zéro.", "quantity")
    elif is_huge(line.quantity, huge):
        sentence = "quantité très grande : vérifiez-la sur le papier."
        yield finding("quantity_huge", Weight.LOOK, sentence, "quantity")
    if line.unit_price_francs < 0:
        yield finding("price_negative", Weight.MEND, "prix négatif.", "unit_price_francs")
    days = stay_days(claim.starts_on, claim.ends_on)
    if is_above_stay(line, days):
        sentence = f"plus de journées que le séjour n’a de jours ({days})."
        yield finding("days_above_stay", Weight.LOOK, sentence, "quantity")
    if line.given_on is not None and not claim.starts_on <= line.given_on <= claim.ends_on:
        sentence = f"le {format_date(line.given_on)} est hors des dates de l’attestation."
        yield finding("given_outside", Weight.MEND, sentence, "given_on")


def is_huge(quantity: Fraction, most: Fraction = HUGE_QUANTITY) -> bool:
    """Tell whether a quantity is taken for a slip of the keyboard.

    >>> is_huge(Fraction(200)), is_huge(Fraction(401, 2))
    (False, True)
    """
    # In whole numbers: comparing fractions is dear, and each line of a batch is asked.
    return quantity.numerator * most.denominator > most.numerator * quantity.denominator


def stay_days(starts_on: date, ends_on: date) -> int:
    """Return the days of a stay, both ends included; none where it ends before it starts."""
    return max((ends_on - starts_on).days + 1, 0)


def is_above_stay(line: LineFacts, days: int) -> bool:
    """Tell whether a line asks more days than the stay has."""
    return line.family is Family.HOSPITAL_DAY and line.quantity > days
