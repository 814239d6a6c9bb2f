"""Debts and advances of a facility set against what is due on its invoices.

Done by itself when an invoice is settled; asked for by hand when a debt arises afterwards.
"""

from datetime import date

from django.db import transaction

from claims.models import FacilityInvoice, InvoiceEntry
from claims.rules.invoices import Use, set_against
from claims.selectors.invoices import due_debts, invoice_by_id, open_advances
from claims.services.facility_money import enter, follow_up, hold_invoice, require_open
from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor


@transaction.atomic
def set_against_invoice(*, actor: Actor, invoice_id: int) -> FacilityInvoice:
    """Set the facility's open debts and advances against a settled invoice; returns it."""
    require(actor, Permission.PAY_INVOICES)
    invoice = hold_invoice(actor, invoice_id)
    if invoice.state != FacilityInvoice.State.SETTLED:
        raise DomainError("Seule une facture arrêtée reçoit dettes et avances.")
    today = clock.today()
    require_open(actor, [invoice.centre_id], today, field="")
    if not set_open_against(actor, invoice_id, today):
        raise DomainError(
            "Rien à imputer : cette formation sanitaire n’a ni dette, ni complément, ni avance "
            "ouverte."
        )
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
