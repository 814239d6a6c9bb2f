"""Amounts retained on an invoice while something is looked into, and their release.

A retention is no loss of the facility's: what is retained stays owed, and the invoice is not paid
before it is released, or its claims are decided again and the difference becomes a debt.
"""

from django.db import transaction

from claims.models import FacilityInvoice, InvoiceEntry
from claims.selectors.invoices import invoice_by_id
from claims.services.facility_money import (
    enter,
    follow_up,
    hold_invoice,
    money_reason,
    require_open,
)
from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor


@transaction.atomic
def retain(
    *, actor: Actor, invoice_id: int, francs: int, reason: str, key: str = ""
) -> FacilityInvoice:
    """Retain some of what is due on a settled invoice, saying why."""
    require(actor, Permission.PAY_INVOICES)
    return _once(actor, "retain", invoice_id, francs, reason, key)


@transaction.atomic
def release(
    *, actor: Actor, invoice_id: int, francs: int, reason: str, key: str = ""
) -> FacilityInvoice:
    """Release some of what was retained: it is due again."""
    require(actor, Permission.PAY_INVOICES)
    return _once(actor, "release", invoice_id, francs, reason, key)


def _once(
    actor: Actor, verb: str, invoice_id: int, francs: int, reason: str, key: str
) -> FacilityInvoice:
    because = money_reason(reason)
    made: FacilityInvoice = once(
        tenant_id=actor.tenant_id,
        key=key,
        content=[verb, invoice_id, francs, because],
        create=lambda: _write(actor, verb, invoice_id, francs, because),
        find=lambda result: invoice_by_id(actor, int(result)),
    )
    return made


def _write(actor: Actor, verb: str, invoice_id: int, francs: int, because: str) -> FacilityInvoice:
    invoice = hold_invoice(actor, invoice_id)
    if invoice.state != FacilityInvoice.State.SETTLED:
        raise DomainError("On ne retient que sur une facture arrêtée, et pas encore payée.")
    most = invoice.due_francs if verb == "retain" else invoice.retained_francs
    if not 0 < francs <= most:
        raise DomainError(f"De 1 FBu à {format_francs(most)}.", field="amount_francs")
    today = clock.today()
    require_open(actor, [invoice.centre_id], today, field="reason")
    enter(
        actor,
        [
            InvoiceEntry(
                tenant_id=invoice.tenant_id,
                invoice_id=invoice.pk,
                facility_id=invoice.facility_id,
                kind=InvoiceEntry.Kind.RETAINED,
                francs=francs if verb == "retain" else -francs,
                entered_on=today,
                reason=because,
            )
        ],
    )
    follow_up(actor, [invoice_id], because)
    return invoice_by_id(actor, invoice_id)
