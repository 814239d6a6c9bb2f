"""Receipts on paper: two copies on one A4 sheet, or a ticket of an 80 mm printer.

The sums are those of the moment the receipt was written, however late it is printed again:
what was paid counts the receipts up to this one. The head is who it was then; the other names
are those of the first printing, which keeps what it said.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from conamus.kernel.figures import format_francs
from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from federations.models import Federation
from federations.tenancy.actor import Actor
from membership.models import PayerKind, Payment
from membership.selectors.balances import supplements_of
from membership.selectors.payments import payer_label, receipt_of
from membership.selectors.settled_years import told_on_receipt


class Format(StrEnum):
    """The papers that a receipt is printed on."""

    A4 = "a4"
    TICKET = "ticket"


_TEMPLATES = {
    Format.A4: "pdf/membership/receipt_a4.html",
    Format.TICKET: "pdf/membership/receipt_ticket.html",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """All that a receipt says."""

    title: str
    number: str
    federation: str
    unit: str
    household: str
    head: str
    year: int
    payer: str
    method: str
    reference: str
    paper_receipt: str
    received_on: date
    amount_francs: int
    contribution_francs: int
    fee_francs: int
    due_francs: int
    left_francs: int
    recorded_by: str
    recorded: str
    reverses: str
    reason: str
    #: What it has made of the year after its own.
    note: str = ""
    #: The day of a duplicate's printing; None: the original.
    copied_on: date | None = None

    @property
    def words(self) -> dict[str, Any]:
        """What is kept of a printing, for the next ones to say the same."""
        said = asdict(self)
        del said["copied_on"]
        return said


def receipt_pdf(receipt: Receipt, paper: Format) -> PrintedDocument:
    """Return a receipt as a PDF."""
    return print_html(render_html(_TEMPLATES[paper], {"receipt": receipt, "sans": SANS}))


def as_first_printed(receipt: Receipt, words: Mapping[str, Any]) -> Receipt:
    """Return a receipt as its first printing said it (``Receipt.words``, read from the table)."""
    said = dict(words) | {"received_on": date.fromisoformat(words["received_on"])}
    return replace(receipt, **said)


def receipt_facts(actor: Actor, payment: Payment) -> Receipt:
    """Return what the receipt of a payment (loaded by ``payment_by_id``) says, named as today."""
    enrolment = payment.enrolment
    federation = Federation.objects.get(pk=payment.tenant_id)
    reverses = payment.reverses
    share = _share(payment)
    return Receipt(
        title="Contre-reçu" if reverses else "Reçu de cotisation",
        number=receipt_of(payment),
        federation=federation.name,
        unit=payment.unit.name,
        household=enrolment.household.number,
        head=payment.head_name or "n.d.",
        year=enrolment.year_id,
        payer=payer_label(payment),
        method=str(payment.get_method_display()),
        reference=_reference(payment),
        paper_receipt=payment.paper_receipt,
        received_on=payment.received_on,
        amount_francs=payment.amount_francs,
        contribution_francs=payment.contribution_francs,
        fee_francs=payment.fee_francs,
        due_francs=share,
        left_francs=share - _paid_by_then(payment),
        recorded_by=payment.recorded_by,
        recorded=f"{timezone.localtime(payment.recorded_at):%d/%m/%Y %H:%M}",
        reverses=receipt_of(reverses) if reverses else "",
        reason=payment.reversal_reason,
        note=told_on_receipt(payment),
    )


def _reference(payment: Payment) -> str:
    """The operator's reference; of a part, what the whole transfer was."""
    if payment.group is None:
        return payment.reference
    return f"{payment.reference} (transfert de {format_francs(payment.group.amount_francs)})"


def _share(payment: Payment) -> int:
    """What this payer owed in all."""
    enrolment = payment.enrolment
    more = supplements_of(enrolment, until=payment.recorded_at)
    payer_share = enrolment.payer_francs + more.payer_francs
    if payment.payer == PayerKind.HOUSEHOLD:
        return enrolment.due_francs + more.contribution_francs - payer_share
    return payer_share


def _paid_by_then(payment: Payment) -> int:
    same = Payment.objects.filter(
        tenant_id=payment.tenant_id, enrolment_id=payment.enrolment_id, pk__lte=payment.pk
    )
    is_household = payment.payer == PayerKind.HOUSEHOLD
    mine = (
        same.filter(payer=PayerKind.HOUSEHOLD)
        if is_household
        else same.exclude(payer=PayerKind.HOUSEHOLD)
    )
    total: int | None = mine.aggregate(sum=Sum("amount_francs"))["sum"]
    return total or 0
