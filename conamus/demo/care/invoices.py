"""The facilities' invoices of a month, and the orders that paid them.

What is payable is the sum of the mutuelle's parts of their decisions; some invoices wait for a
part of their money.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from conamus.demo.care.agreements import plan_agreements
from conamus.demo.care.history import Attestation
from conamus.demo.care.way import InvoicePlan
from conamus.demo.loading.keys import Keys
from conamus.demo.plan import NetworkPlan
from federations.services.bulk import insert_rows, reserve_ids

_INVOICE = ("id", "tenant_id", "facility_id", "number", "month", "received_on", "told_count",
            "told_francs", "state", "settled_on", "settled_by", "payable_francs", "due_on",
            "is_take_on", "recorded_by", "recorded_at")  # fmt: skip
_ORDER = ("id", "tenant_id", "facility_id", "kind", "order_year", "order_number",
          "amount_francs", "method", "reference", "paid_on", "recorded_by", "recorded_at",
          "reversal_reason")  # fmt: skip
_ENTRY = ("tenant_id", "invoice_id", "facility_id", "kind", "francs", "order_id", "entered_on",
          "reason", "recorded_by", "recorded_at")  # fmt: skip
_NUMBERS = """
INSERT INTO claims_orderbook (tenant_id, year, last_number) VALUES (%(tenant)s, %(year)s, %(count)s)
ON CONFLICT (tenant_id, year)
DO UPDATE SET last_number = claims_orderbook.last_number + EXCLUDED.last_number
RETURNING last_number
"""
_BY = "données de démonstration"
_METHODS = ("bank", "bank", "bank", "lumicash", "microfinance")
_TERM_DAYS = 30

Cells = tuple[object, ...]


@dataclass(slots=True)
class _Sums:
    count: int = 0
    #: What the facility asks the mutuelle for: all but the patient's and other payers' parts.
    told_francs: int = 0
    payable_francs: int = 0


class InvoiceBook:
    """The invoices of what a federation processed of a month: their keys, what they come to."""

    def __init__(self, made: Sequence[Attestation]) -> None:
        self._sums: defaultdict[InvoicePlan, _Sums] = defaultdict(_Sums)
        for one in made:
            if one.invoice is not None:
                self._add(one, self._sums[one.invoice])
        ids = reserve_ids("claims_facilityinvoice", len(self._sums))
        self._keys = dict(zip(self._sums, ids, strict=True))

    def _add(self, one: Attestation, sums: _Sums) -> None:
        sums.count += 1
        sums.told_francs += one.judged.mutuelle_francs + one.judged.facility_francs
        if one.adjudication is not None:
            sums.payable_francs += one.adjudication.mutuelle_francs

    def key_of(self, invoice: InvoicePlan | None) -> int | None:
        """Return the key of an invoice; None: there is none yet."""
        return None if invoice is None else self._keys[invoice]

    def in_order(self) -> list[tuple[int, InvoicePlan, _Sums]]:
        """Return the invoices in the order of their payment."""
        own = sorted(self._keys, key=lambda one: (one.paid_on, one.facility))
        return [(self._keys[one], one, self._sums[one]) for one in own]


def insert_invoices(plan: NetworkPlan, keys: Keys, processing: str, book: InvoiceBook) -> int:
    """Write a federation's invoices, orders and their entries; return how many rows."""
    invoices = book.in_order()
    terms = {
        one.facility: one.payment_term_days
        for one in plan_agreements(plan)
        if one.tenant == processing
    }
    tenant_id = keys.tenants[processing]
    written = insert_rows(
        "claims_facilityinvoice",
        _INVOICE,
        (
            _invoice(keys, tenant_id, key, one, sums, terms.get(one.facility, _TERM_DAYS))
            for key, one, sums in invoices
        ),
    )
    paid = [(key, one, sums) for key, one, sums in invoices if one.is_paid and sums.payable_francs]
    numbered = list(_numbered(tenant_id, paid))
    written += insert_rows("claims_paymentorder", _ORDER, _orders(keys, tenant_id, numbered))
    return written + insert_rows("claims_invoiceentry", _ENTRY, _entries(keys, tenant_id, numbered))


_Paid = tuple[int, int, int, InvoicePlan, _Sums]


def _numbered(tenant_id: int, paid: Sequence[tuple[int, InvoicePlan, _Sums]]) -> Iterator[_Paid]:
    """Give each payment its order's key and number: without gap in a year, after the last one."""
    orders = reserve_ids("claims_paymentorder", len(paid))
    counts = Counter(one.paid_on.year for _, one, _ in paid)
    free = {year: _next_numbers(tenant_id, year, count) for year, count in counts.items()}
    for order, (key, one, sums) in zip(orders, paid, strict=True):
        yield order, next(free[one.paid_on.year]), key, one, sums


def _next_numbers(tenant_id: int, year: int, count: int) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {"tenant": tenant_id, "year": year, "count": count})
        [last] = cursor.fetchone()
    return iter(range(last - count + 1, last + 1))


def _invoice(
    keys: Keys, tenant_id: int, key: int, one: InvoicePlan, sums: _Sums, term_days: int
) -> Cells:
    state = "received"
    if one.is_settled:
        state = "paid" if one.is_paid else "settled"
    due_on = one.received_on + timedelta(days=term_days)
    settled = (one.settled_on, _BY, sums.payable_francs, due_on)
    return (
        key, tenant_id, keys.facilities[one.facility], f"{one.facility}/{one.month:%Y-%m}",
        one.month, one.received_on, sums.count, sums.told_francs, state,
        *(settled if one.is_settled else (None, "", None, None)), False, _BY,
        f"{one.received_on} 09:00+02",
    )  # fmt: skip


def _orders(keys: Keys, tenant_id: int, numbered: Sequence[_Paid]) -> Iterator[Cells]:
    for order, number, _, one, sums in numbered:
        method = _METHODS[number % len(_METHODS)]
        yield (
            order, tenant_id, keys.facilities[one.facility], "payment", one.paid_on.year, number,
            sums.payable_francs, method, f"OP-{one.paid_on.year}-{number:05d}", one.paid_on, _BY,
            f"{one.paid_on} 11:00+02", "",
        )  # fmt: skip


def _entries(keys: Keys, tenant_id: int, numbered: Sequence[_Paid]) -> Iterator[Cells]:
    for order, _, key, one, sums in numbered:
        yield (
            tenant_id, key, keys.facilities[one.facility], "paid", sums.payable_francs, order,
            one.paid_on, "", _BY, f"{one.paid_on} 11:00+02",
        )  # fmt: skip
