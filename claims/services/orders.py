"""Payment orders: invoices paid, in whole or in part, advances, and what undoes them.

An order is never changed: a wrong one is undone by a counter-order of the same series, which takes
back exactly what it paid. Numbers follow without a gap: the year's book is held from the number's
issue to the end of the transaction, and taken last.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction

from claims.models import InvoiceEntry, PaymentOrder
from claims.rules.advances import advance_limit_problems, mean_months
from claims.rules.orders import (
    OrderRequest,
    Payable,
    advance_problems,
    order_problems,
    plain_order,
    share_problems,
)
from claims.selectors.agreements import advances_agreed, why_none_holds
from claims.selectors.invoices import due_debts, open_advances, settled_francs
from claims.selectors.orders import (
    invoices_to_pay,
    name_of,
    order_by_id,
    same_reference,
    spread_of,
    visible_orders,
)
from claims.selectors.repayments import name_of_repayment, repaid_of
from claims.services.facility_money import (
    attempt_of,
    enter,
    follow_up,
    hold_facility,
    money_reason,
    require_open,
)
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.figures import format_francs
from federations.models import HealthFacility
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.periods import FIRST_MONTH
from federations.services.repetition import once
from federations.tenancy.actor import Actor

_NUMBER = """
INSERT INTO claims_orderbook (tenant_id, year, last_number) VALUES (%s, %s, 1)
ON CONFLICT (tenant_id, year) DO UPDATE SET last_number = claims_orderbook.last_number + 1
RETURNING last_number
"""


@transaction.atomic
def pay_invoices(
    *,
    actor: Actor,
    facility_id: int,
    shares: Mapping[int, int],
    request: OrderRequest,
    key: str = "",
) -> PaymentOrder:
    """Pay invoices of a facility by one order; ``shares`` are francs by invoice.

    What the facility owes back is set against its invoices first.
    """
    require(actor, Permission.PAY_INVOICES)
    asked = plain_order(request)
    spread = sorted(shares.items())
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["pay_invoices", facility_id, spread, asdict(asked)],
        create=lambda: _pay(actor, facility_id, dict(spread), asked),
        find=lambda result: visible_orders(actor).get(pk=int(result)),
    )


@transaction.atomic
def give_advance(
    *, actor: Actor, facility_id: int, francs: int, request: OrderRequest, key: str = ""
) -> PaymentOrder:
    """Pay a facility in advance; the next invoices that are settled use it up."""
    require(actor, Permission.PAY_INVOICES)
    asked = plain_order(request)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["give_advance", facility_id, francs, asdict(asked)],
        create=lambda: _advance(actor, facility_id, francs, asked),
        find=lambda result: visible_orders(actor).get(pk=int(result)),
    )


@transaction.atomic
def reverse_order(*, actor: Actor, order_id: int, reason: str, key: str = "") -> PaymentOrder:
    """Undo an order by a counter-order of today: what it paid is due again."""
    require(actor, Permission.PAY_INVOICES)
    because = money_reason(reason)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["reverse_order", order_id, because],
        create=lambda: _reverse(actor, order_id, because),
        find=lambda result: visible_orders(actor).get(pk=int(result)),
    )


def _pay(
    actor: Actor, facility_id: int, shares: dict[int, int], asked: OrderRequest
) -> PaymentOrder:
    hold_facility(actor, facility_id)
    rows = {row.pk: row for row in invoices_to_pay(actor, facility_id)}
    payable = {pk: _payable(row) for pk, row in rows.items()}
    gathering = Gathering()
    with gathering.part():
        refuse_problems(share_problems(shares, payable, asked.paid_on, actor.user_id))
    with gathering.part():
        _refuse_debts(actor, facility_id)
    centres = {rows[pk].centre_id for pk in shares if pk in rows}
    attempt = _checked(actor, asked, centres, gathering)
    order = _insert(actor, facility_id, PaymentOrder.Kind.PAYMENT, asked, attempt, shares)
    enter(
        actor,
        [
            InvoiceEntry(
                tenant_id=actor.tenant_id,
                invoice_id=pk,
                facility_id=facility_id,
                kind=InvoiceEntry.Kind.PAID,
                francs=francs,
                order=order,
                entered_on=asked.paid_on,
            )
            for pk, francs in shares.items()
        ],
    )
    follow_up(actor, shares, f"payée par l’ordre {name_of(order)}")
    return order


def _payable(invoice: Any) -> Payable:
    taken_on_by = invoice.recorded_by_user_id if invoice.is_take_on else None
    return Payable(invoice.number, invoice.due_francs, invoice.settled_on, taken_on_by)


def _advance(actor: Actor, facility_id: int, francs: int, asked: OrderRequest) -> PaymentOrder:
    hold_facility(actor, facility_id)
    gathering = Gathering()
    facility = HealthFacility.objects.filter(pk=facility_id).first()
    if francs <= 0:
        gathering.found.append(
            DomainError("Le montant est supérieur à zéro.", field="amount_francs")
        )
    if facility is None:
        gathering.found.append(DomainError("Choisissez la formation sanitaire.", field="facility"))
    else:
        with gathering.part():
            _refuse_above_agreement(actor.tenant_id, facility, francs, asked.paid_on)
    with gathering.part():
        refuse_problems(advance_problems(asked, today=clock.today()))
    attempt = _checked(actor, asked, set(), gathering)
    return _insert(
        actor, facility_id, PaymentOrder.Kind.ADVANCE, asked, attempt, {facility_id: francs}
    )


def _refuse_above_agreement(
    tenant_id: int, facility: HealthFacility, francs: int, paid_on: date
) -> None:
    """Refuse an advance that no agreement of its day foresees, or above what may be open."""
    why = why_none_holds(tenant_id, facility, paid_on)
    if why:
        raise DomainError(why, field="facility")
    clause = advances_agreed(tenant_id, facility.pk, paid_on)
    billed = 0
    if clause.months:
        since, until = mean_months(paid_on, clause.months)
        billed = settled_francs(tenant_id, facility.pk, since=since, until=until)
    opened = sum(one.francs for one in open_advances(tenant_id, facility.pk))
    refuse_problems(
        advance_limit_problems(francs, clause, billed_francs=billed, open_francs=opened)
    )


def _reverse(actor: Actor, order_id: int, because: str) -> PaymentOrder:
    hold_facility(actor, order_by_id(actor, order_id).facility_id)
    order = order_by_id(actor, order_id)
    if order.reverses is not None:
        raise DomainError("Un contre-ordre ne s’annule pas : payez de nouveau.")
    if hasattr(order, "reversed_by"):
        raise Conflict(f"Cet ordre est déjà annulé par le {name_of(order.reversed_by)}.")
    _refuse_repaid(order)
    today = clock.today()
    spread = spread_of(order)
    centres = {entry.invoice.centre_id for entry in spread}
    require_open(actor, centres, today, field="reason")
    counter = _numbered(
        actor,
        today,
        PaymentOrder(
            tenant_id=order.tenant_id,
            facility_id=order.facility_id,
            kind=order.kind,
            amount_francs=-order.amount_francs,
            method=order.method,
            reference=order.reference,
            attempt=order.attempt,
            reverses=order,
            reversal_reason=because,
        ),
    )
    _take_back(actor, counter, spread, because)
    return counter


def _refuse_repaid(order: PaymentOrder) -> None:
    """Refuse to undo an advance of which money came back: it would be had twice."""
    names = sorted({name_of_repayment(share.repayment) for share in repaid_of(order)})
    if names:
        raise DomainError(
            f"Cette avance est rendue, en tout ou en partie (reçu {', '.join(names)}) : annulez "
            "d’abord ce remboursement, s’il est faux.",
            field="reason",
        )


def _take_back(
    actor: Actor, counter: PaymentOrder, spread: list[InvoiceEntry], because: str
) -> None:
    """Enter against each invoice what the order had paid of it, net of what was undone since."""
    left: dict[tuple[int, str], int] = {}
    for entry in spread:
        place = (entry.invoice_id, entry.kind)
        left[place] = left.get(place, 0) + entry.francs
    enter(
        actor,
        [
            InvoiceEntry(
                tenant_id=counter.tenant_id,
                invoice_id=invoice_id,
                facility_id=counter.facility_id,
                kind=kind,
                francs=-francs,
                order=counter,
                entered_on=counter.paid_on,
                reason=because,
            )
            for (invoice_id, kind), francs in left.items()
            if francs
        ],
    )
    follow_up(actor, [entry.invoice_id for entry in spread], f"ordre annulé par {name_of(counter)}")


def _refuse_debts(actor: Actor, facility_id: int) -> None:
    debts = due_debts(actor.tenant_id, facility_id, clock.today())
    owed = sum(one.francs for one in debts if one.francs > 0)
    if owed:
        raise DomainError(
            f"Cette formation sanitaire doit encore {format_francs(owed)} : imputez d’abord ses "
            "dettes sur une facture à payer (page de la facture, « Imputer »), ou encaissez-les.",
            field="shares",
        )


def _checked(
    actor: Actor, asked: OrderRequest, centres: set[int | None], gathering: Gathering
) -> int:
    """Refuse what cannot be written; return which use of its reference the order is."""
    with gathering.part():
        refuse_problems(order_problems(asked, today=clock.today(), first=FIRST_MONTH))
    with gathering.part():
        require_open(actor, centres, asked.paid_on, field="paid_on")
    before = (
        same_reference(actor.tenant_id, asked.method, asked.reference) if asked.reference else ()
    )
    attempt = attempt_of(before, lambda row: f"ordre {name_of(row)}", gathering)
    gathering.refuse()
    return attempt


def _insert(
    actor: Actor,
    facility_id: int,
    kind: PaymentOrder.Kind,
    asked: OrderRequest,
    attempt: int,
    shares: Mapping[int, int],
) -> PaymentOrder:
    order = PaymentOrder(
        tenant_id=actor.tenant_id,
        facility_id=facility_id,
        kind=kind,
        amount_francs=sum(shares.values()),
        method=asked.method,
        reference=asked.reference,
        attempt=attempt,
        backdating_reason=asked.backdating_reason,
    )
    return _numbered(actor, asked.paid_on, order)


def _numbered(actor: Actor, paid_on: date, order: PaymentOrder) -> PaymentOrder:
    """Give the order its number and save it; a constraint met first by another is told."""
    order.paid_on, order.order_year = paid_on, paid_on.year
    order.recorded_by, order.recorded_by_user_id = actor.name, actor.user_id
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_NUMBER, [actor.tenant_id, order.order_year])
                order.order_number = cursor.fetchone()[0]
            order.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "Quelqu’un vient d’utiliser cette référence : vérifiez les paiements du jour.",
            field="reference",
        ) from error
    return order
