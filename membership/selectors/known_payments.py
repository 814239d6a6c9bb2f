"""By what an import recognises a payment of the register: references, papers, statements' lines."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q, QuerySet

from membership.models import Payment, StatementLine
from membership.rules.imports import KnownPayment
from membership.rules.receipts import receipt_name
from membership.selectors.statements import spent_lines


def known_payments(
    tenant_id: int, *, references: Collection[str], papers: Collection[str]
) -> list[KnownPayment]:
    """Return the payments that bear one of these marks, those cancelled since too.

    A statement's line says the reference of a receipt that was written without, and that money
    that was set aside is no payment.
    """
    found: QuerySet[Payment] = (
        Payment.objects.filter(tenant_id=tenant_id, reverses__isnull=True)
        .filter(Q(reference__in=references) | Q(paper_receipt__in=papers))
        .select_related("unit", "reversed_by")
    )
    known = [_known_payment(row) for row in found.order_by("pk")]
    borne = {(one.method, one.reference) for one in known if not one.is_cancelled}
    for line in spent_lines(tenant_id, references):
        if (line.statement.method, line.reference) not in borne:
            known += _known_by_line(line)
    return known


def _known_payment(row: Payment) -> KnownPayment:
    return KnownPayment(
        enrolment_id=row.enrolment_id,
        unit_id=row.unit_id,
        amount_francs=row.amount_francs,
        method=row.method,
        received_on=row.received_on,
        reference=row.reference,
        paper_receipt=row.paper_receipt,
        receipt=f"reçu {receipt_name(row.unit.code, row.receipt_year, row.receipt_number)}",
        is_cancelled=hasattr(row, "reversed_by"),
        attempt=row.attempt,
    )


def _known_by_line(line: StatementLine) -> list[KnownPayment]:
    tied = [tie.payment for tie in line.ties.all()]
    if tied:
        return [replace(_known_payment(row), reference=line.reference) for row in tied]
    return [
        KnownPayment(
            enrolment_id=0,
            unit_id=0,
            amount_francs=line.amount_francs,
            method=line.statement.method,
            received_on=line.paid_on,
            reference=line.reference,
            paper_receipt="",
            receipt="ligne de relevé écartée",
        )
    ]
