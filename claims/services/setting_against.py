"""Debts, supplements and advances of a facility set against what is due on its invoices.

Done by itself when an invoice is settled; asked for by hand when a debt arises afterwards. A
supplement makes an invoice that is paid payable again: of a facility that bills no more there is
no other, and an order pays invoices.
"""

from datetime import date
from typing import Any

from django.db import transaction

from claims.models import FacilityInvoice, InvoiceEntry
from claims.rules.invoices import Use, set_against
from claims.selectors.invoices import (
    due_debts,
    invoice_by_id,
    open_advances,
    unanswered_francs,
)
from claims.services.facility_money import enter, follow_up, hold_invoice, require_open
from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor


@transaction.atomic
def set_against_invoice(*, actor: Actor, invoice_id: int) -> FacilityInvoice:
    """Set what is open with the facility against a settled or paid invoice; returns it."""
    require(actor, Permission.PAY_INVOICES)
    invoice = hold_invoice(actor, invoice_id)
    if invoice.state not in (FacilityInvoice.State.SETTLED, FacilityInvoice.State.PAID):
        raise DomainError("Seule une facture arrêtée reçoit dettes et avances.")
    today = clock.today()
    require_open(actor, [invoice.centre_id], today, field="")
    if not set_open_against(actor, invoice_id, today):
        raise DomainError(_why_nothing(invoice, today))
    follow_up(actor, [invoice_id], "dettes et avances imputées")
    return invoice_by_id(actor, invoice_id)


def set_open_against(actor: Actor, invoice_id: int, on: date) -> int:
    """Set what is open against an invoice that is held; return how many entries were made."""
    invoice = invoice_by_id(actor, invoice_id)
    debts, advances = set_against(
        invoice.due_francs,
        due_debts(invoice.tenant_id, invoice.facility_id, on),
        open_advances(invoice.tenant_id, invoice.facility_id),
    )
    kinds = InvoiceEntry.Kind
    entries = [
        *(_entry(invoice, kinds.RECOVERED, use, on, debt_id=use.key) for use in debts),
        *(_entry(invoice, kinds.ADVANCE, use, on, order_id=use.key) for use in advances),
    ]
    if entries:
        enter(actor, entries)
    return len(entries)


def _why_nothing(invoice: Any, on: date) -> str:
    """Say why nothing could be set against an invoice."""
    of_facility = (invoice.tenant_id, invoice.facility_id)
    if due_debts(*of_facility, on) or open_advances(*of_facility):
        return (
            "Rien ne reste à payer sur cette facture, et aucun complément n’est dû : dettes et "
            "avances s’imputent sur une facture à payer, ou s’encaissent (compte de la formation "
            "sanitaire)."
        )
    waiting = unanswered_francs(*of_facility, on)
    if waiting:
        return (
            f"Rien à imputer encore : {format_francs(waiting)} de dettes attendent la réponse de "
            "la formation sanitaire (ou la fin de son délai), ou l’issue de sa contestation."
        )
    return (
        "Rien à imputer : cette formation sanitaire n’a ni dette, ni complément, ni avance ouverte."
    )


def _entry(
    invoice: FacilityInvoice, kind: InvoiceEntry.Kind, use: Use, on: date, **of: int
) -> InvoiceEntry:
    return InvoiceEntry(
        tenant_id=invoice.tenant_id,
        invoice_id=invoice.pk,
        facility_id=invoice.facility_id,
        kind=kind,
        francs=use.francs,
        entered_on=on,
        **of,
    )
