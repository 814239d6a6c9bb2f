"""An attestation as it is brought: what is written on the paper, before anything is checked.

One shape for every door: the centre's keyboard, the facility's form, a file, the programming
interface. Amounts are whole francs; what the paper does not say is None or empty.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from claims.rules.checks import Finding, Weight
from claims.rules.words import CareKind
from conamus.kernel.errors import DomainError
from conamus.kernel.money import round_franc

#: More lines than any attestation has; a longer one is two.
MOST_LINES = 60
#: Above any bill; a slip of the keyboard otherwise.
MOST_FRANCS = 1_000_000_000
MOST_QUANTITY = Decimal(100_000)
_QUANTITY = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,12})?")
#: The first year of care that the tables hold.
FIRST_CARE_YEAR = 2013


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line of the paper: the act's code, how many, at which price."""

    act: str
    quantity: Decimal
    unit_price_francs: int
    given_on: date | None = None

    @property
    def asked_francs(self) -> int:
        """What the line asks: quantity × price, in whole francs.

        >>> NewLine(act="A", quantity=Decimal("1.5"), unit_price_francs=333).asked_francs
        500
        """
        return round_franc(Fraction(self.quantity) * self.unit_price_francs)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """An attestation to enter. ``member`` is the patient's number, ``reason`` a code.

    ``is_distinct``: who enters it has seen that another one looks alike, and says that these are
    two.
    """

    facility_id: int
    stub: str
    member: str
    care_kind: CareKind
    starts_on: date
    ends_on: date
    received_on: date
    lines: tuple[NewLine, ...]
    reason: str = ""
    reason_note: str = ""
    episode: str = ""
    has_referral: bool = False
    told_total_francs: int | None = None
    told_mutuelle_francs: int | None = None
    told_patient_francs: int | None = None
    is_distinct: bool = False

    @property
    def asked_francs(self) -> int:
        """The sum of the lines."""
        return sum(line.asked_francs for line in self.lines)


def written_figures(entry: NewClaim) -> tuple[DomainError, ...]:
    """Return what no table holds: figures beyond any bill, amounts below zero."""
    found = [
        DomainError("Un montant n’est pas négatif.", field=name)
        for name in ("told_total_francs", "told_mutuelle_francs", "told_patient_francs")
        if (getattr(entry, name) or 0) < 0
    ]
    if len(entry.lines) > MOST_LINES:
        found.append(DomainError(f"{MOST_LINES} lignes au plus.", field="lines"))
    for position, line in enumerate(entry.lines, start=1):
        if line.quantity > MOST_QUANTITY:
            found.append(_at(position, "quantity", "quantité impossible."))
        elif line.quantity != line.quantity.quantize(Decimal("0.01")):
            found.append(_at(position, "quantity", "deux décimales au plus."))
        elif max(line.unit_price_francs, line.asked_francs) > MOST_FRANCS:
            found.append(_at(position, "unit_price_francs", "montant impossible."))
    return tuple(found)


def as_refusal(finding: Finding) -> DomainError:
    """Return a finding of the check as the refusal of its field."""
    if finding.position is None:
        return DomainError(finding.sentence, field=finding.field)
    return DomainError(finding.sentence, field=line_field(finding.position, finding.field))


def refused(findings: Sequence[Finding]) -> tuple[DomainError, ...]:
    """Return those that keep an attestation from being entered."""
    return tuple(as_refusal(one) for one in findings if one.weight is not Weight.LOOK)


def read_quantity(text: str) -> Decimal | None:
    """Return a quantity as people write it, plain digits with a comma or a point; None: no such.

    >>> read_quantity("2,5"), read_quantity("-1"), read_quantity("1e3"), read_quantity("١")
    (Decimal('2.5'), Decimal('-1'), None, None)
    """
    bare = text.replace("−", "-")
    return Decimal(bare.replace(",", ".")) if _QUANTITY.fullmatch(bare) else None


def line_field(position: int, name: str) -> str:
    """Return the name of a line's field, the same at every door.

    >>> line_field(2, "act")
    'lines.2.act'
    """
    return f"lines.{position}.{name}"


def _at(position: int, name: str, sentence: str) -> DomainError:
    return DomainError(f"Ligne {position} : {sentence}", field=line_field(position, name))
