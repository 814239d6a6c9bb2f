"""A bill that nobody sent, decided as a real one would be: the same rules, prices and package.

For the page that shows what a package does. Nothing is written; the rights are taken as open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from claims.models import Act
from claims.rules.adjudication import Adjudication, LineDecision, adjudicate
from claims.rules.entry import FIRST_CARE_YEAR
from claims.rules.facts import (
    Authorisation,
    CareFacts,
    EarlierCare,
    FacilityFacts,
    LineFacts,
    PatientFacts,
    RightsFacts,
)
from claims.rules.package import Package
from claims.rules.sentences import claim_sentence, cut_sentence, flag_sentence
from claims.rules.words import CareKind, Family
from claims.selectors.tariffs import PriceFound, price_for
from conamus.kernel.errors import DomainError
from conamus.kernel.money import round_franc
from conamus.kernel.periods import Period
from federations.models import HealthFacility
from federations.selectors.standings import standing_on

_DAY = timedelta(days=1)
#: Rights that no bill comes to the end of.
_ALWAYS = Period(date(1900, 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of the bill; ``unit_price_francs`` None: asked at the agreed price."""

    act: Act
    quantity: Fraction
    unit_price_francs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What is simulated: where, for whom, what. ``rights_days``: since how long rights are open.

    ``authorised_francs``: the amount of the bon de prise en charge; None: it says none.
    """

    facility: HealthFacility
    on: date
    days: int
    kind: CareKind
    age: int
    sex: str
    lines: Sequence[BillLine]
    is_chronic: bool = False
    is_maternity: bool = False
    has_referral: bool = False
    has_authorisation: bool = False
    authorised_francs: int | None = None
    other_cover: str = ""
    already_paid_francs: int = 0
    rights_days: int | None = None


@dataclass(frozen=True, slots=True)
class SimulatedLine:
    """A line decided: what was asked, at which price and why, each cut in a sentence."""

    act: Act
    quantity: Fraction
    price: PriceFound
    decision: LineDecision
    cuts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """The bill decided, line by line and whole."""

    decision: Adjudication
    lines: tuple[SimulatedLine, ...]
    sentence: str
    flags: tuple[str, ...] = field(default=())


def simulate(tenant_id: int, package: Package, bill: Bill) -> Simulation:
    """Decide the bill by the package and the prices of its day; two queries a line at most."""
    _require_day_of_care(bill.on, package)
    prices = [price_for(tenant_id, line.act, bill.facility, bill.on) for line in bill.lines]
    lines = [
        _line(position, line, price)
        for position, (line, price) in enumerate(zip(bill.lines, prices, strict=True), start=1)
    ]
    decision = adjudicate(_care(bill, lines), package)
    shown = zip(bill.lines, prices, decision.lines, strict=True)
    return Simulation(
        decision=decision,
        lines=tuple(
            SimulatedLine(
                line.act,
                line.quantity,
                price,
                one,
                tuple(cut_sentence(cut, tells_illness=True) for cut in one.cuts),
            )
            for line, price, one in shown
        ),
        sentence=claim_sentence(decision),
        flags=tuple(flag_sentence(flag) for flag in decision.flags),
    )


def _require_day_of_care(on: date, package: Package) -> None:
    """Refuse days on which no such bill could be: nearer the calendar's ends none can be told."""
    if not FIRST_CARE_YEAR <= on.year <= package.year + 1:
        raise DomainError(
            f"Ce paquet est de {package.year} : simulez un jour de {FIRST_CARE_YEAR} à "
            f"{package.year + 1}.",
            field="on",
        )


def _line(position: int, line: BillLine, price: PriceFound) -> LineFacts:
    agreed = None if price.row is None else price.row.price_francs
    asked = agreed if line.unit_price_francs is None else line.unit_price_francs
    if asked is None:
        raise DomainError(
            f"Ligne {position} : {line.act.code} n’a pas de tarif ce jour-là ; écrivez un prix.",
            field=f"price-{position - 1}",
        )
    return LineFacts(
        position=position,
        act=line.act.code,
        family=Family(line.act.family),
        quantity=line.quantity,
        unit_price_francs=asked,
        agreed_price_francs=agreed,
    )


def _care(bill: Bill, lines: Sequence[LineFacts]) -> CareFacts:
    facility = FacilityFacts(*standing_on(bill.facility, bill.on))
    since = None if bill.rights_days is None else bill.on - bill.rights_days * _DAY
    ends_on = bill.on + (bill.days - 1) * _DAY
    return CareFacts(
        claim="simulation",
        kind=bill.kind,
        starts_on=bill.on,
        ends_on=ends_on,
        received_on=ends_on,
        patient=PatientFacts(_birth_date(bill), bill.sex, bill.other_cover),
        facility=facility,
        rights=RightsFacts((_ALWAYS,), since),
        lines=tuple(lines),
        is_chronic=bill.is_chronic,
        is_maternity=bill.is_maternity,
        has_referral=bill.has_referral,
        authorisations=_authorisations(bill, ends_on),
        earlier=_earlier(bill, facility, lines),
    )


def _authorisations(bill: Bill, ends_on: date) -> tuple[Authorisation, ...]:
    """A bon for all of the bill's care, on all its days."""
    if not bill.has_authorisation:
        return ()
    return (Authorisation(Period(bill.on, ends_on + _DAY), bill.authorised_francs),)


def _birth_date(bill: Bill) -> date:
    """A day on which the person is of that age on the day of care."""
    return date(bill.on.year - bill.age, 1, 1)


def _earlier(
    bill: Bill, facility: FacilityFacts, lines: Sequence[LineFacts]
) -> tuple[EarlierCare, ...]:
    """What was paid before: care like the dearest line's, on the first day of the year."""
    if not bill.already_paid_francs:
        return ()
    dearest = max(lines, key=lambda line: round_franc(line.quantity * line.unit_price_francs))
    return (
        EarlierCare(
            is_same_person=True,
            claim="avant",
            episode="",
            act=dearest.act,
            family=dearest.family,
            level=facility.level,
            ownership=facility.ownership,
            kind=bill.kind,
            care_on=date(bill.on.year, 1, 1),
            quantity=Fraction(1),
            mutuelle_francs=bill.already_paid_francs,
        ),
    )
