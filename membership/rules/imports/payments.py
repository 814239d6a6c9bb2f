"""What a row of a payments file comes to: a receipt to write, one already there, or why not.

The rules of a payment are those of the desk (``membership.rules.payments``). A payment is
recognised by its reference or its paper receipt, so one of them is asked for: without, the same
file brought twice would count the money twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from conamus.kernel.errors import DomainError
from membership.rules.imports.cells import read_day, read_francs, read_method, refuse_formula
from membership.rules.imports.columns import Kind, title_of
from membership.rules.imports.outcomes import Line, Refusal, RowsRefused
from membership.rules.imports.sheet import Sheet
from membership.rules.payments import Owed, PaymentRequest, payment_problems, plain_request
from membership.rules.sentences import day, francs
from membership.rules.sharing import SharingKey, key_on, share, split_payment

#: The desk's names for what a column says, where they are others.
_COLUMN_OF = {
    "amount_francs": "amount", "operator_fee_francs": "operator_fee", "payer": "amount",
    "enrolment": "number",
}  # fmt: skip
_READERS: dict[str, Callable[[str], Any]] = {
    "amount": read_francs, "received_on": read_day, "method": read_method,
    "operator_fee": read_francs,
}  # fmt: skip
_NO_MARK = (
    "donnez le reçu papier ou la référence : c’est à eux qu’un paiement déjà inscrit se reconnaît."
)


@dataclass(slots=True)
class PaymentRow:
    """A payment as a row tells it."""

    line: int
    number: str
    request: PaymentRequest


@dataclass(slots=True)
class KnownPayment:
    """A payment of the register, by which the same one is recognised."""

    enrolment_id: int
    unit_id: int
    amount_francs: int
    method: str
    received_on: date
    reference: str
    paper_receipt: str
    #: How its receipt is called, in French.
    receipt: str
    is_cancelled: bool = False
    #: Which use of its reference or paper receipt it is.
    attempt: int = 1
    #: Its row, when this very file brings it.
    line: int = 0


@dataclass(slots=True)
class Debtor:
    """An enrolment of the year, with what it owes; ``owed`` follows the payments planned."""

    enrolment_id: int
    unit_id: int
    owed: Owed


@dataclass(slots=True)
class NewPayment:
    """A payment to write, with its parts."""

    line: int
    debtor: Debtor
    request: PaymentRequest
    amount_francs: int
    fee_francs: int
    contribution_francs: int
    federation_francs: int
    confederation_francs: int
    #: What the household has left to pay once it is written.
    left_francs: int
    #: Which use of its reference or paper receipt it is.
    attempt: int = 1


def read_payment(sheet: Sheet, line: Line) -> PaymentRow:
    """Read a row; RowsRefused with every cell that cannot be read."""
    number, cells = line
    refusals = list(_missing(sheet, line))
    values: dict[str, Any] = {}
    for name, read in _READERS.items():
        text = sheet.cell(cells, name)
        if not text and name != "method":
            continue
        try:
            refuse_formula(text)
            values[name] = read(text)
        except DomainError as error:
            refusals.append(_refusal(number, name, error.message))
    if refusals:
        raise RowsRefused(refusals)
    return PaymentRow(number, sheet.cell(cells, "number").upper(), _request(sheet, line, values))


def _missing(sheet: Sheet, line: Line) -> Iterator[Refusal]:
    number, cells = line
    for name in ("number", "amount", "received_on"):
        if not sheet.cell(cells, name):
            yield _refusal(number, name, "la case est vide.")
    if not sheet.cell(cells, "reference") and not sheet.cell(cells, "paper_receipt"):
        yield _refusal(number, "paper_receipt", _NO_MARK)


def _request(sheet: Sheet, line: Line, values: Mapping[str, Any]) -> PaymentRequest:
    number, cells = line
    try:
        return plain_request(
            PaymentRequest(
                method=values["method"],
                received_on=values["received_on"],
                amount_francs=values["amount"],
                reference=sheet.cell(cells, "reference"),
                payer_phone=sheet.cell(cells, "payer_phone"),
                operator_fee_francs=values.get("operator_fee", 0),
                paper_receipt=sheet.cell(cells, "paper_receipt"),
            )
        )
    except DomainError as error:
        raise RowsRefused([_refusal(number, error.field or "", error.message)]) from error


class KnownPayments:
    """The payments of the register, and those planned above, by what they are recognised by.

    As by hand, what a cancelled receipt bore is free again; but the very payment that was
    cancelled does not come back by the file that brought it.
    """

    def __init__(self, known: Iterable[KnownPayment]) -> None:
        self._by_mark: dict[tuple[str, object, str], list[KnownPayment]] = defaultdict(list)
        for one in known:
            self.add(one)

    def add(self, one: KnownPayment) -> None:
        """Remember one more."""
        for name, key in _marks(one.method, one.reference, one.unit_id, one.paper_receipt):
            self._by_mark[name, *key].append(one)

    def same_as(self, row: PaymentRow, debtor: Debtor) -> KnownPayment | None:
        """Return the payment that a row is; RowsRefused where its mark is another's."""
        found = None
        for name, known in self._alike(row, debtor):
            found = _the_same(known, row, debtor, name) or found
        return found

    def attempt_of(self, row: PaymentRow, debtor: Debtor) -> int:
        """Return which use of its reference or paper receipt a row would be."""
        uses = (one.attempt for _, known in self._alike(row, debtor) for one in known)
        return 1 + max(uses, default=0)

    def _alike(self, row: PaymentRow, debtor: Debtor) -> Iterator[tuple[str, list[KnownPayment]]]:
        asked = row.request
        marks = _marks(asked.method, asked.reference, debtor.unit_id, asked.paper_receipt)
        for name, key in marks:
            yield name, self._by_mark.get((name, *key), [])


def _marks(
    method: str, reference: str, unit_id: int, paper: str
) -> Iterator[tuple[str, tuple[object, str]]]:
    """Return what a payment is recognised by: its columns, and what is one among which."""
    if reference:
        yield "reference", (method, reference)
    if paper:
        yield "paper_receipt", (unit_id, paper)


def _the_same(
    known: Sequence[KnownPayment], row: PaymentRow, debtor: Debtor, name: str
) -> KnownPayment | None:
    """Return the payment with a row's mark that the row is; RowsRefused where it may not be."""
    standing = next((one for one in known if not one.is_cancelled), None)
    cancelled = next((one for one in known if one.is_cancelled and _is_it(one, row, debtor)), None)
    if standing is not None and not _is_it(standing, row, debtor):
        told = f"a déjà servi : {standing.receipt}, {francs(standing.amount_francs)} le "
        told += f"{day(standing.received_on)}."
    elif standing is not None and standing.line:
        told = f"même paiement que la ligne {standing.line}."
    elif standing is None and cancelled is not None:
        told = (
            f"ce paiement a été annulé ({cancelled.receipt}) : encaissez-le de nouveau à la main."
        )
    else:
        return standing
    raise RowsRefused([_refusal(row.line, name, told)])


def _is_it(one: KnownPayment, row: PaymentRow, debtor: Debtor) -> bool:
    facts = (one.enrolment_id, one.amount_francs, one.received_on)
    return facts == (debtor.enrolment_id, row.request.amount_francs, row.request.received_on)


def plan_payment(
    row: PaymentRow,
    debtor: Debtor,
    keys: Sequence[SharingKey],
    *,
    today: date,
    closed_month: str,
    too_old: str = "",
) -> NewPayment:
    """Return the payment and lower what is left to pay; RowsRefused with all that forbids it."""
    request, owed = row.request, debtor.owed
    refusals = [
        _refusal(row.line, one.field, one.message)
        for one in payment_problems(request, owed, today=today)
    ]
    refusals += [
        _refusal(row.line, "received_on", told) for told in (closed_month, too_old) if told
    ]
    if refusals:
        raise RowsRefused(refusals)
    amount = request.amount_francs or 0
    split = split_payment(amount_francs=amount, fee_left_francs=max(0, owed.fee_left_francs))
    shares = share(
        key_on(keys, request.received_on),
        contribution_francs=split.contribution_francs,
        fee_francs=split.fee_francs,
    )
    debtor.owed = replace(
        owed,
        paid_francs=owed.paid_francs + amount,
        household_paid_francs=owed.household_paid_francs + amount,
        fee_paid_francs=owed.fee_paid_francs + split.fee_francs,
    )
    return NewPayment(
        line=row.line,
        debtor=debtor,
        request=request,
        amount_francs=amount,
        fee_francs=split.fee_francs,
        contribution_francs=split.contribution_francs,
        federation_francs=shares.federation_francs,
        confederation_francs=shares.confederation_francs,
        left_francs=debtor.owed.left_of(request.payer),
    )


def _refusal(line: int, name: str, cause: str) -> Refusal:
    return Refusal(line, title_of(Kind.PAYMENTS, _COLUMN_OF.get(name, name)), cause)
