"""Facilities' accounts: what is owed to each, how long it has been due, and how it came about.

What is owed to a facility on a day is what its settled invoices made payable, less the orders that
were paid, less the debts that arose; retentions and what is set against an invoice only say where
it stands. So what remains on invoices, plus what is retained, less open advances and debts, is the
same figure (a property test holds both). A past day's is what it was then: a settling that was
undone since counts for the days on which it held.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from claims.models import (
    FacilityDebt,
    FacilityInvoice,
    FacilityRepayment,
    InvoiceEntry,
    PaymentOrder,
    UndoneSettling,
)
from claims.rules.invoices import Age, Balanced, Movement, age_of, running
from claims.selectors.invoices import (
    debt_label,
    entered_on,
    visible_invoices,
    with_left,
    with_left_of_advances,
    with_sums,
)
from claims.selectors.orders import name_of, visible_orders
from claims.selectors.repayments import name_of_repayment, visible_repayments
from conamus.kernel.errors import NotFound
from federations.models import HealthFacility
from federations.tenancy.actor import Actor

_SETTLED = (FacilityInvoice.State.SETTLED, FacilityInvoice.State.PAID)


@dataclass(slots=True)
class FacilityAge:
    """What is due to one facility, by how long it has been due."""

    facility: HealthFacility
    by_age: dict[Age, int] = field(default_factory=lambda: dict.fromkeys(Age, 0))
    retained_francs: int = 0
    advance_francs: int = 0
    debt_francs: int = 0

    @property
    def due_francs(self) -> int:
        """All that remains on its invoices."""
        return sum(self.by_age.values())

    @property
    def late_francs(self) -> int:
        """What is past its term."""
        return self.due_francs - self.by_age[Age.TO_COME]

    @property
    def net_francs(self) -> int:
        """What is owed to it, all accounted for."""
        return self.due_francs + self.retained_francs - self.advance_francs - self.debt_francs

    @property
    def ages(self) -> list[int]:
        """The amounts, in the order of the columns."""
        return [self.by_age[age] for age in Age]


def ageing(actor: Actor, *, on: date) -> list[FacilityAge]:
    """Return what is due on a day by facility, the longest due first; few queries."""
    found: dict[int, FacilityAge] = {}
    for row in chain(_open_invoices(actor, on), _undone_since(actor, on)):
        line = found.setdefault(row.facility_id, FacilityAge(row.facility))
        if row.due_francs:
            line.by_age[age_of(row.due_on, on)] += row.due_francs
        line.retained_francs += row.retained_francs
    _add_open(found, _advances(actor, on), "advance_francs")
    _add_open(found, _debts(actor, on), "debt_francs")
    held = [one for one in found.values() if any((*one.ages, one.net_francs, one.retained_francs))]
    return sorted(held, key=lambda one: (-one.late_francs, -one.due_francs, one.facility.sort_key))


def _open_invoices(actor: Actor, on: date) -> QuerySet[Any]:
    """Settled invoices of which something is due or retained on a day; most are paid in full.

    The entries are added up at once for all invoices, not looked up for each.
    """
    entered, retained = Q(entries__entered_on__lte=on), Q(entries__kind=InvoiceEntry.Kind.RETAINED)
    sums = visible_invoices(actor).filter(state__in=_SETTLED, settled_on__lte=on).order_by()
    left = sums.values("pk").annotate(
        due_francs=F("payable_francs") - Coalesce(Sum("entries__francs", filter=entered), Value(0)),
        retained_francs=Coalesce(Sum("entries__francs", filter=entered & retained), Value(0)),
    )
    open_ones = left.exclude(due_francs=0, retained_francs=0)
    return with_sums(
        visible_invoices(actor).filter(pk__in=open_ones.values("pk")), until=on
    ).select_related("facility")


def _undone_since(actor: Actor, on: date) -> QuerySet[Any]:
    """Settlings that held on a day and were undone later, with what was due and retained then."""
    rows = UndoneSettling.objects.filter(
        invoice__in=visible_invoices(actor), settled_on__lte=on, undone_on__gt=on
    )
    return rows.annotate(
        due_francs=F("francs") - entered_on("invoice_id", on),
        retained_francs=entered_on("invoice_id", on, InvoiceEntry.Kind.RETAINED),
    ).select_related("facility")


def ageing_total(lines: Iterable[FacilityAge]) -> list[int]:
    """Return the sum of each column: the ages, then the whole."""
    sums = [0] * (len(Age) + 1)
    for line in lines:
        for place, francs in enumerate([*line.ages, line.due_francs]):
            sums[place] += francs
    return sums


def _add_open(found: dict[int, FacilityAge], rows: Iterable[Any], name: str) -> None:
    for row in rows:
        line = found.setdefault(row.facility_id, FacilityAge(row.facility))
        setattr(line, name, getattr(line, name) + row.left_francs)


def _advances(actor: Actor, on: date) -> QuerySet[Any]:
    """Advances still open on a day: given by then, and not undone by then."""
    undone = Q(reversed_by__isnull=False, reversed_by__paid_on__lte=on)
    rows = _whole(actor, PaymentOrder.objects.all()).filter(
        kind=PaymentOrder.Kind.ADVANCE, reverses__isnull=True, paid_on__lte=on
    )
    left = with_left_of_advances(rows.exclude(undone), until=on)
    return left.filter(left_francs__gt=0).select_related("facility")


def _debts(actor: Actor, on: date) -> QuerySet[Any]:
    rows = _whole(actor, FacilityDebt.objects.all()).filter(arisen_on__lte=on)
    return with_left(rows, until=on).exclude(left_francs=0).select_related("facility")


def _whole(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep what is the federation's, or the facility's own; of a centre alone it is not told."""
    if actor.facility_id is not None:
        return rows.filter(facility_id=actor.facility_id)
    return rows.none() if actor.unit_id is not None else rows.filter(tenant_id=actor.tenant_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A facility's account over some days: what was owed before, each movement, what is owed."""

    facility: HealthFacility
    since: date
    until: date
    opening_francs: int
    lines: list[Balanced]

    @property
    def closing_francs(self) -> int:
        """What is owed at the end."""
        return self.lines[-1].balance_francs if self.lines else self.opening_francs

    @property
    def credited_francs(self) -> int:
        """What became payable in these days."""
        return sum(max(0, line.movement.francs) for line in self.lines)

    @property
    def debited_francs(self) -> int:
        """What was paid or owed back in these days."""
        return -sum(min(0, line.movement.francs) for line in self.lines)


def facility_statement(actor: Actor, facility_id: int, *, since: date, until: date) -> Statement:
    """Return a facility's account from one day to another, both included."""
    facility = facility_with_account(actor, facility_id)
    movements = sorted(
        (one for one in _movements(actor, facility_id) if one.day <= until),
        key=lambda one: one.day,
    )
    before = sum(one.francs for one in movements if one.day < since)
    kept = [one for one in movements if one.day >= since]
    return Statement(
        facility=facility,
        since=since,
        until=until,
        opening_francs=before,
        lines=running(before, kept),
    )


def facility_with_account(actor: Actor, facility_id: int) -> HealthFacility:
    """Return a facility whose account the actor may see; NotFound for any other."""
    is_anothers = actor.facility_id not in (None, facility_id)
    found = None if is_anothers else HealthFacility.objects.filter(pk=facility_id).first()
    if found is None:
        raise NotFound("Cette formation sanitaire n’existe pas, ou n’est pas la vôtre.")
    return found


def _movements(actor: Actor, facility_id: int) -> list[Movement]:
    several = actor.facility_id is not None
    invoices = visible_invoices(actor).filter(facility_id=facility_id)
    billed = [*_billed(invoices, several), *_unbilled(invoices, several)]
    if actor.unit_id is not None:
        return [*billed, *_entered(invoices)]
    orders = visible_orders(actor).filter(facility_id=facility_id)
    debts = _whole(actor, FacilityDebt.objects.all()).filter(facility_id=facility_id)
    brought = visible_repayments(actor).filter(facility_id=facility_id)
    return [
        *billed,
        *_owed_back(debts, several),
        *_paid(orders, several),
        *_brought(brought, several),
    ]


def _billed(invoices: QuerySet[FacilityInvoice], several: bool) -> list[Movement]:
    settled = invoices.filter(state__in=_SETTLED).select_related("tenant")
    return [
        Movement(row.settled_on, _invoice_label(row, several), row.payable_francs, row.number)
        for row in settled.order_by("settled_on", "pk")
        if row.settled_on and row.payable_francs
    ]


def _unbilled(invoices: QuerySet[FacilityInvoice], several: bool) -> list[Movement]:
    """Return two movements for each settling that was undone: it, and what undid it."""
    rows = UndoneSettling.objects.filter(invoice__in=invoices, francs__gt=0)
    found = []
    for row in rows.select_related("invoice__tenant").order_by("pk"):
        label, number = _invoice_label(row.invoice, several), row.invoice.number
        undone = "annulée" if row.invoice.is_take_on else "rouverte"
        found += [
            Movement(row.settled_on, label, row.francs, number),
            Movement(row.undone_on, f"{label}, {undone} : {row.reason}", -row.francs, number),
        ]
    return found


def _owed_back(debts: QuerySet[FacilityDebt], several: bool) -> list[Movement]:
    return [
        Movement(row.arisen_on, debt_label(row) + _whose(row, several), -row.francs)
        for row in debts.select_related("tenant").order_by("arisen_on", "pk")
    ]


def _paid(orders: QuerySet[PaymentOrder], several: bool) -> list[Movement]:
    return [
        Movement(
            row.paid_on, _order_label(row) + _whose(row, several), -row.amount_francs, name_of(row)
        )
        for row in orders.select_related("reverses", "tenant").order_by("paid_on", "pk")
    ]


def _brought(repayments: QuerySet[FacilityRepayment], several: bool) -> list[Movement]:
    return [
        Movement(
            row.received_on,
            _repayment_label(row) + _whose(row, several),
            row.amount_francs,
            name_of_repayment(row),
        )
        for row in repayments.select_related("reverses", "tenant").order_by("received_on", "pk")
    ]


def _entered(invoices: QuerySet[FacilityInvoice]) -> list[Movement]:
    """A centre knows of an order what it paid of the centre's own invoices."""
    rows = InvoiceEntry.objects.filter(invoice__in=invoices).exclude(
        kind=InvoiceEntry.Kind.RETAINED
    )
    return [
        Movement(
            row.entered_on,
            f"Facture {row.invoice.number} : {row.get_kind_display()}",
            -row.francs,
            name_of(row.order) if row.order is not None else "",
        )
        for row in rows.select_related("invoice", "order").order_by("entered_on", "pk")
    ]


def _whose(row: Any, several: bool) -> str:
    """Name the federation where the account is one's own with all of them."""
    return f" ({row.tenant.short_name})" if several else ""


def _invoice_label(invoice: FacilityInvoice, several: bool) -> str:
    return f"Facture {invoice.number}, {invoice.month:%m/%Y}{_whose(invoice, several)}"


def _repayment_label(row: FacilityRepayment) -> str:
    if row.reverses is not None:
        return f"Annulation du remboursement {name_of_repayment(row.reverses)}"
    return f"Remboursement, {row.get_method_display()} {row.reference}".strip()


def _order_label(row: PaymentOrder) -> str:
    if row.reverses is not None:
        return f"Annulation de l’ordre {name_of(row.reverses)}"
    by = f"{row.get_method_display()} {row.reference}".strip()
    return f"{row.get_kind_display().capitalize()}, {by}"
