"""Payments of a planned part written at once, each with the next number of its unit's book."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from federations.services.bulk import insert_rows
from membership.models import PayerKind
from membership.rules.imports import NewPayment
from membership.rules.payments import HARVEST
from membership.services.imports.backdated import trace_old_payments
from membership.services.imports.part import PartPlan
from membership.services.imports.run import ImportRun
from membership.services.receipts import issue_numbers
from membership.services.settled_years import renew_what_a_file_settled

PAYMENT_COLUMNS = (
    "tenant_id", "enrolment_id", "unit_id", "receipt_year", "receipt_number", "amount_francs",
    "contribution_francs", "fee_francs", "federation_francs", "confederation_francs", "method",
    "payer", "promise_id", "reference", "payer_phone", "operator_fee_francs", "paper_receipt",
    "received_on", "recorded_by", "recorded_by_user_id", "recorded_at", "attempt",
)  # fmt: skip
_USUAL: Mapping[str, Any] = {
    "payer": PayerKind.HOUSEHOLD.value, "promise_id": None, "reference": "", "payer_phone": "",
    "operator_fee_francs": 0, "paper_receipt": "", "attempt": 1,
}  # fmt: skip


def write_payments(run: ImportRun, plan: PartPlan) -> None:
    """Write a part's payments."""
    rows = number_receipts(run, [_values(one) for one in plan.payments])
    if rows:
        insert_rows("membership_payment", PAYMENT_COLUMNS, rows)
        trace_old_payments(run, rows)
        renew_what_a_file_settled(run.actor, {one.debtor.enrolment_id for one in plan.payments})


def number_receipts(
    run: ImportRun, payments: Sequence[Mapping[str, Any]]
) -> list[tuple[object, ...]]:
    """Return the payments' rows with their receipt numbers, in the order of the file.

    The books are held in the order of their units and years until the transaction ends.
    """
    by_book: dict[tuple[int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for one in payments:
        by_book[one["unit_id"], one["received_on"].year].append(one)
    rows = []
    for (unit, year), in_book in sorted(by_book.items(), key=lambda item: item[0]):
        numbers = issue_numbers(
            tenant_id=run.actor.tenant_id, unit_id=unit, year=year, count=len(in_book)
        )
        for one, number in zip(in_book, numbers, strict=True):
            known = {**_USUAL, **one, **_recorded(run), "receipt_number": number}
            known["receipt_year"] = year
            rows.append(tuple(known[column] for column in PAYMENT_COLUMNS))
    return rows


def _recorded(run: ImportRun) -> dict[str, Any]:
    return {
        "tenant_id": run.actor.tenant_id,
        "recorded_by": run.actor.name[:150],
        "recorded_by_user_id": run.actor.user_id,
        "recorded_at": timezone.now().isoformat(),
    }


def _values(made: NewPayment) -> dict[str, Any]:
    asked = made.request
    return {
        "enrolment_id": made.debtor.enrolment_id,
        "unit_id": made.debtor.unit_id,
        "amount_francs": made.amount_francs,
        "contribution_francs": made.contribution_francs,
        "fee_francs": made.fee_francs,
        "federation_francs": made.federation_francs,
        "confederation_francs": made.confederation_francs,
        "method": asked.method,
        "payer": asked.payer,
        "promise_id": made.debtor.owed.promise_id if asked.method == HARVEST else None,
        "reference": asked.reference,
        "payer_phone": asked.payer_phone,
        "operator_fee_francs": asked.operator_fee_francs,
        "paper_receipt": asked.paper_receipt,
        "received_on": asked.received_on,
        "attempt": made.attempt,
    }
