"""Reads of payment orders, within the actor's sight: the paying side's, or the facility's own."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from claims.models import FacilityInvoice, InvoiceEntry, PaymentOrder
from claims.rules.invoices import near_until, order_name
from claims.selectors.invoices import shown, visible_invoices
from conamus.kernel.errors import NotFound
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor


def visible_orders(actor: Actor) -> QuerySet[PaymentOrder]:
    """Return the orders in the actor's sight, the latest first.

    A centre's operator sees those that pay an invoice of the centre.
    """
    if actor.facility_id is not None:
        return PaymentOrder.objects.filter(facility_id=actor.facility_id)
    found = PaymentOrder.objects.filter(tenant_id=actor.tenant_id)
    units = visible_unit_ids(actor)
    if units is None:
        return found
    paid = InvoiceEntry.objects.filter(tenant_id=actor.tenant_id, invoice__centre_id__in=units)
    return found.filter(pk__in=paid.values("order_id"))


def shown_orders(rows: QuerySet[PaymentOrder]) -> QuerySet[PaymentOrder]:
    """Add what lists and pages show."""
    return rows.select_related("facility", "tenant", "reverses", "reversed_by").order_by(
        "-paid_on", "-pk"
    )


def order_by_id(actor: Actor, order_id: int) -> PaymentOrder:
    """Return an order in the actor's sight; NotFound for any other."""
    found = shown_orders(visible_orders(actor)).filter(pk=order_id).first()
    if found is None:
        raise NotFound("Cet ordre de paiement n’existe pas, ou n’est pas de votre unité.")
    return found


def name_of(order: PaymentOrder) -> str:
    """Return the number that an order bears."""
    return order_name(order.order_year, order.order_number)


def spread_of(order: PaymentOrder) -> list[InvoiceEntry]:
    """Return how an order was spread over invoices, in order."""
    rows = InvoiceEntry.objects.filter(tenant_id=order.tenant_id, order=order)
    return list(rows.select_related("invoice").order_by("pk"))


def invoices_to_pay(actor: Actor, facility_id: int | None = None) -> QuerySet[Any]:
    """Return the settled invoices with something due, the oldest term first."""
    rows = visible_invoices(actor).filter(state=FacilityInvoice.State.SETTLED)
    if facility_id is not None:
        rows = rows.filter(facility_id=facility_id)
    return shown(rows).filter(due_francs__gt=0).order_by("due_on", "pk")


def terms_near(actor: Actor, on: date, most: int) -> list[Any]:
    """Return the first invoices to pay whose term is past or near, with their days left or late."""
    rows = list(invoices_to_pay(actor).filter(due_on__lte=near_until(on))[:most])
    for row in rows:
        row.days_left, row.days_late = (row.due_on - on).days, (on - row.due_on).days
    return rows


def same_reference(tenant_id: int, method: str, reference: str) -> QuerySet[PaymentOrder]:
    """Return the orders, reversals apart, that bear a reference already."""
    found = PaymentOrder.objects.filter(
        Q(reverses__isnull=True), tenant_id=tenant_id, method=method, reference=reference
    )
    return found.select_related("reversed_by").order_by("attempt")
