"""Reads of payments and their receipts, within the actor's tenant and units.

A receipt is found by its name (unit, year, number), the number of the paper receipt, the
operator's reference, or the household's number. The cash sheet is one unit's day.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from conamus.kernel.errors import DomainError, NotFound
from conamus.kernel.text import prefix_range
from federations.models import Unit
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import (
    Backdating,
    Beneficiary,
    Enrolment,
    Household,
    Method,
    PayerKind,
    Payment,
)
from membership.rules.payments import plain_paper, plain_reference
from membership.rules.receipts import parsed_name, receipt_name
from membership.selectors.balances import with_paid
from membership.selectors.households import MOST_LED_TO, found_by, households


def payments(actor: Actor) -> QuerySet[Payment]:
    """Return the payments and counter-receipts that the actor may see, latest first."""
    found = Payment.objects.filter(tenant_id=actor.tenant_id)
    units = visible_unit_ids(actor)
    if units is not None:
        # Not by joins: of every receipt of the federation they would look its household up.
        of_units = enrolments_in_sight(actor).values("pk")
        found = found.filter(Q(unit_id__in=units) | Q(enrolment_id__in=of_units))
    return found.order_by("-received_on", "-pk")


def of_year(actor: Actor, year: int) -> Case:
    """Return the predicate of receipts for a year's enrolments.

    One look into a hash: joined, each of the latest receipts would look its enrolment up.
    """
    enrolments = Enrolment.objects.filter(tenant_id=actor.tenant_id, year_id=year).values("pk")
    return Case(When(enrolment__in=enrolments, then=Value(True)), default=Value(False))


def cancelled_keys(actor: Actor) -> QuerySet[Payment, int]:
    """Return the keys of the tenant's receipts that a counter-receipt cancels.

    A list of its own: joined receipt by receipt, the plan goes astray.
    """
    counter = Payment.objects.filter(tenant_id=actor.tenant_id, reverses__isnull=False)
    return counter.values_list("reverses_id", flat=True)


def shown(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """Add what lists, sheets and receipts show."""
    return rows.select_related(
        "unit",
        "enrolment__household__unit",
        "enrolment__colline",
        "payer_partner",
        "promise",
        "group",
        "reverses__unit",
        "reversed_by__unit",
    )


def payment_by_id(actor: Actor, payment_id: int) -> Payment:
    """Return a payment in the actor's sight; NotFound for any other."""
    found = shown(payments(actor)).filter(pk=payment_id).first()
    if found is None:
        raise NotFound("Ce reçu n’existe pas, ou n’est pas de votre unité.")
    return found


def receipt_of(payment: Payment) -> str:
    """Return the number that its receipt bears; the unit is loaded with it."""
    return receipt_name(payment.unit.code, payment.receipt_year, payment.receipt_number)


def found_receipts(actor: Actor, rows: QuerySet[Payment], text: str) -> QuerySet[Payment]:
    """Keep the receipts that a text leads to: by their keys, which are found once, where few."""
    of_household = Q(enrolment__in=_enrolments_numbered(actor, text))
    own = Payment.objects.filter(tenant_id=actor.tenant_id).order_by().values_list("pk", flat=True)
    # Each way by itself: under one "or" every receipt would be held against all of them.
    by_itself = own.filter(_is_called(text))
    keys = list(by_itself.union(own.filter(of_household), all=True)[: MOST_LED_TO + 1])
    if len(keys) <= MOST_LED_TO:
        return rows.filter(pk__in=keys)
    return rows.filter(_is_called(text) | of_household)


def _enrolments_numbered(actor: Actor, text: str) -> QuerySet[Enrolment, int]:
    """Return the enrolments of the households whose number begins so."""
    low, high = prefix_range(text.strip().upper())
    return (
        Enrolment.objects.filter(
            tenant_id=actor.tenant_id, household__number__gte=low, household__number__lt=high
        )
        .order_by()
        .values_list("pk", flat=True)
    )


def _is_called(text: str) -> Q:
    """Return the predicate of receipts of that name, operator's reference or paper's number."""
    name = parsed_name(text)
    by_name = Q(pk__in=[])
    if name is not None:
        code, year, number = name
        by_name = Q(unit__code__iexact=code, receipt_year=year, receipt_number=number)
    plain = plain_reference(text)
    # The papers of before the hyphen was kept have none.
    return by_name | Q(reference=plain) | Q(paper_receipt__in={plain, plain_paper(text)})


def payments_of(enrolment: Enrolment) -> list[Payment]:
    """Return an enrolment's payments and counter-receipts, in order."""
    rows = Payment.objects.filter(tenant_id=enrolment.tenant_id, enrolment=enrolment)
    return list(shown(rows).order_by("received_on", "pk"))


def enrolments_in_sight(actor: Actor) -> QuerySet[Enrolment]:
    """Return the enrolments of the households that the actor may see."""
    found = Enrolment.objects.filter(tenant_id=actor.tenant_id)
    units = visible_unit_ids(actor)
    if units is None:
        return found
    # Apart from the household that a list shows: joined with its unit, the plan goes astray.
    of_units = Household.objects.filter(tenant_id=actor.tenant_id, unit_id__in=units)
    return found.filter(household_id__in=of_units.values("pk"))


def enrolment_by_id(actor: Actor, enrolment_id: int) -> Enrolment:
    """Return an enrolment in the actor's sight, with its balance; NotFound for any other."""
    found = with_paid(enrolments_in_sight(actor)).select_related(
        "household__unit", "colline", "payer_partner", "year", "unit"
    )
    enrolment = found.filter(pk=enrolment_id).first()
    if enrolment is None:
        raise NotFound("Cette adhésion n’existe pas, ou n’est pas de votre unité.")
    return enrolment


def enrolment_of(actor: Actor, number: str, year: int) -> Enrolment:
    """Return the enrolment that stands of a household in sight, by its number and year."""
    found = enrolments_in_sight(actor).filter(
        household__number=number.strip().upper(), year_id=year, cancelled_on__isnull=True
    )
    enrolment = found.first()
    if enrolment is None:
        raise DomainError(f"Aucun ménage de ce numéro n’est inscrit pour {year}.", field="number")
    return enrolment


def enrolments_to_pay(actor: Actor, text: str, *, most: int) -> list[Any]:
    """Return the enrolments that a name or number leads to, with money left first."""
    if not text.strip():
        return []
    rows = found_by(households(actor), actor=actor, text=text).order_by().values("pk")
    found = enrolments_in_sight(actor).filter(household__in=rows, cancelled_on__isnull=True)
    order = ("-year_id", "household__number")
    # First the keys: what is paid is added up for those that are shown.
    keys = list(found.order_by(*order).values_list("pk", flat=True)[:most])
    shown_rows = with_paid(Enrolment.objects.filter(tenant_id=actor.tenant_id, pk__in=keys))
    rows_found: list[Any] = list(
        shown_rows.select_related("household__unit", "colline").order_by(*order)
    )
    return sorted(rows_found, key=lambda one: one.left_francs <= 0)


def heads_of(household_ids: Iterable[int], *, tenant_id: int) -> dict[int, Beneficiary]:
    """Return the heads of some households, by household; one query."""
    rows = Beneficiary.objects.filter(
        tenant_id=tenant_id,
        household__in=set(household_ids),
        relationship=Beneficiary.Relationship.HEAD,
        left_on__isnull=True,
    )
    return {head.household_id: head for head in rows}


@dataclass(frozen=True, slots=True)
class Received:
    """What receipts come to, counter-receipts taken off, and what of it goes up.

    What a paper register brought was shared in its time: it goes up no more.
    """

    count: int = 0
    amount_francs: int = 0
    federation_francs: int = 0
    confederation_francs: int = 0

    def __add__(self, other: "Received") -> "Received":
        return Received(
            self.count + other.count,
            self.amount_francs + other.amount_francs,
            self.federation_francs + other.federation_francs,
            self.confederation_francs + other.confederation_francs,
        )


def received_by(rows: QuerySet[Payment]) -> dict[str, Received]:
    """Return what receipts come to, by who wrote them, in the order of the names; one query."""
    shared = ~Q(method=Method.OPENING)
    found = rows.order_by("recorded_by").values_list("recorded_by")
    return {
        name: Received(count, francs or 0, federation or 0, confederation or 0)
        for name, count, francs, federation, confederation in found.annotate(
            count=Count("pk"),
            francs=Sum("amount_francs"),
            federation=Sum("federation_francs", filter=shared),
            confederation=Sum("confederation_francs", filter=shared),
        )
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFrancs:
    """What receipts add up to, and where it goes; the three parts make the whole."""

    total_francs: int
    federation_francs: int
    confederation_francs: int

    @property
    def unit_francs(self) -> int:
        """What stays in the units."""
        return self.total_francs - self.federation_francs - self.confederation_francs


def shares_of(rows: QuerySet[Payment]) -> SharedFrancs:
    """Return the parts of receipts, counter-receipts taken off.

    What a paper register brought was shared in its time: it is left out.
    """
    names = ("amount_francs", "federation_francs", "confederation_francs")
    found = rows.order_by().exclude(method=Method.OPENING)
    sums = found.aggregate(**{f"sum_{name}": Sum(name) for name in names})
    total, federation, confederation = (sums[f"sum_{name}"] or 0 for name in names)
    return SharedFrancs(
        total_francs=total, federation_francs=federation, confederation_francs=confederation
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodTotal:
    """One method's day: receipts, counter-receipts (negative), and what remains."""

    label: str
    received_francs: int
    reversed_francs: int
    count: int

    @property
    def total_francs(self) -> int:
        """Received less cancelled."""
        return self.received_francs + self.reversed_francs


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSheet:
    """A unit's day: each receipt, what they add up to by method, and what goes up of them.

    ``after_key``: receipts of the day with a higher key were written once those of a later day had
    begun, be they of the next year's book, so a sheet that was printed in time has not got them.
    """

    unit: Unit
    day: date
    lines: list[Payment]
    totals: list[MethodTotal]
    cash_francs: int
    fee_francs: int
    contribution_francs: int
    shares: SharedFrancs
    after_key: int | None
    #: Why receipts were dated further back than an agent may, by payment.
    reasons: Mapping[int, str]

    @property
    def total_francs(self) -> int:
        """All methods together."""
        return sum(total.total_francs for total in self.totals)

    @property
    def late_lines(self) -> list[Payment]:
        """The receipts that were written after the day."""
        after = self.after_key
        return [] if after is None else [one for one in self.lines if one.pk > after]

    @property
    def late_francs(self) -> int:
        """What they add up to."""
        return sum(one.amount_francs for one in self.late_lines)


def cash_sheet(actor: Actor, *, unit: Unit, day: date) -> CashSheet:
    """Return what a unit received on a day, in the order of the receipts.

    The take-on of a paper register is no money of the day: it is left out.
    """
    rows = Payment.objects.filter(tenant_id=actor.tenant_id, unit=unit, received_on=day).exclude(
        method=Method.OPENING
    )
    lines = list(shown(rows).order_by("receipt_year", "receipt_number"))
    totals = [total for method, label in Method.choices if (total := _total(lines, method, label))]
    return CashSheet(
        unit=unit,
        day=day,
        lines=lines,
        totals=totals,
        cash_francs=sum(one.amount_francs for one in lines if one.method == Method.CASH),
        fee_francs=sum(one.fee_francs for one in lines),
        contribution_francs=sum(one.contribution_francs for one in lines),
        shares=shares_of(rows),
        after_key=_first_of_a_later_day(actor, unit, day),
        reasons=backdating_reasons(actor.tenant_id, lines),
    )


def backdating_reasons(tenant_id: int, rows: Collection[Payment]) -> dict[int, str]:
    """Return why some of these payments were dated further back than an agent may."""
    found = Backdating.objects.filter(
        tenant_id=tenant_id,
        enrolment_id__in={row.enrolment_id for row in rows},
        payment_id__in=[row.pk for row in rows],
    )
    return {row.payment_id: row.reason for row in found if row.payment_id}


def _first_of_a_later_day(actor: Actor, unit: Unit, day: date) -> int | None:
    later = Payment.objects.filter(
        tenant_id=actor.tenant_id, unit=unit, received_on__gt=day
    ).exclude(method=Method.OPENING)
    found: int | None = later.aggregate(first=Min("pk"))["first"]
    return found


def _total(lines: Iterable[Payment], method: str, label: str) -> MethodTotal | None:
    mine = [line.amount_francs for line in lines if line.method == method]
    if not mine:
        return None
    return MethodTotal(
        label=str(label),
        received_francs=sum(amount for amount in mine if amount > 0),
        reversed_francs=sum(amount for amount in mine if amount < 0),
        count=len(mine),
    )


def payer_label(payment: Payment) -> str:
    """Return who paid, in words."""
    if payment.payer == PayerKind.HOUSEHOLD:
        return "le ménage"
    partner = payment.payer_partner
    return partner.name if partner else str(payment.get_payer_display())
