"""The facilities' invoices of the year, and the orders that paid them.

Sums are gathered while attestations are written; the invoices follow them. What is payable is the
sum of the mutuelle's parts of their decisions; some invoices wait for a part of their money.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

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
    """The invoices' keys, given out as attestations name them, and what they come to."""

    def __init__(self, most: int) -> None:
        self._free = iter(reserve_ids("claims_facilityinvoice", most))
        self._keys: dict[InvoicePlan, int] = {}
        self._sums: defaultdict[InvoicePlan, _Sums] = defaultdict(_Sums)

    def key_of(self, invoice: InvoicePlan | None) -> int | None:
        """Return the key of an invoice; None: there is none yet."""
        if invoice is None:
            return None
        if invoice not in self._keys:
            self._keys[invoice] = next(self._free)
        return self._keys[invoice]

    def add(self, made: Sequence[Attestation]) -> None:
        """Count attestations to their invoices."""
        for one in made:
            if one.invoice is not None:
                sums = self._sums[one.invoice]
                sums.count += 1
                judged = one.judged
                sums.told_francs += judged.mutuelle_francs + judged.facility_francs
                if one.adjudication is not None:
                    sums.payable_francs += one.adjudication.mutuelle_francs

    def of(self, processing: str) -> list[tuple[int, InvoicePlan, _Sums]]:
        """Return a federation's invoices in the order of their payment."""
        own = [one for one in self._keys if one.processing == processing]
        own.sort(key=lambda one: (one.paid_on, one.month, one.facility))
        return [(self._keys[one], one, self._sums[one]) for one in own]


def insert_invoices(plan: NetworkPlan, keys: Keys, processing: str, book: InvoiceBook) -> int:
    """Write a federation's invoices, orders and their entries; return how many rows."""
    invoices = book.of(processing)
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
    orders = reserve_ids("claims_paymentorder", len(paid))
    numbered = list(_numbered(orders, paid))
    written += insert_rows("claims_paymentorder", _ORDER, _orders(keys, tenant_id, numbered))
    written += insert_rows("claims_orderbook", ("tenant_id", "year", "last_number"),
                           _books(tenant_id, numbered))  # fmt: skip
    return written + insert_rows("claims_invoiceentry", _ENTRY, _entries(keys, tenant_id, numbered))


_Paid = tuple[int, int, int, InvoicePlan, _Sums]


def _numbered(
    orders: Sequence[int], paid: Sequence[tuple[int, InvoicePlan, _Sums]]
) -> Iterator[_Paid]:
    """Give each payment its order's key and number: without gap in a year."""
    numbers: defaultdict[int, int] = defaultdict(int)
    for order, (key, one, sums) in zip(orders, paid, strict=True):
        numbers[one.paid_on.year] += 1
        yield order, numbers[one.paid_on.year], key, one, sums


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
        method = _METHODS[order % len(_METHODS)]
        yield (
            order, tenant_id, keys.facilities[one.facility], "payment", one.paid_on.year, number,
            sums.payable_francs, method, f"OP-{one.paid_on.year}-{number:05d}", one.paid_on, _BY,
            f"{one.paid_on} 11:00+02", "",
        )  # fmt: skip


def _books(tenant_id: int, numbered: Sequence[_Paid]) -> list[Cells]:
    last: dict[int, int] = {}
    for _, number, _, one, _ in numbered:
        last[one.paid_on.year] = number
    return [(tenant_id, year, number) for year, number in last.items()]


def _entries(keys: Keys, tenant_id: int, numbered: Sequence[_Paid]) -> Iterator[Cells]:
    for order, _, key, one, sums in numbered:
        yield (
            tenant_id, key, keys.facilities[one.facility], "paid", sums.payable_francs, order,
            one.paid_on, "", _BY, f"{one.paid_on} 11:00+02",
        )  # fmt: skip
