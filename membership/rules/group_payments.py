"""One transfer of a mobile operator that pays for several households.

Its parts make the whole, to the franc; each is a payment of its household, by the same rules as
any other (rules/payments). A row without an amount is all that its payer has left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from federations.rules.problems import Problem
from membership.rules.payments import MOBILE, MOST_REFERENCE, PaymentRequest, fee_problem
from membership.rules.scale import PayerKind
from membership.rules.sentences import counted, francs

MOST_PARTS = 20
#: For one household, an ordinary payment says it all.
LEAST_PARTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRequest:
    """A transfer as it is asked to be written."""

    method: str
    reference: str
    received_on: date
    amount_francs: int
    payer_phone: str = ""
    operator_fee_francs: int = 0
    #: Whether the other payer of the households' categories sent it, rather than themselves.
    is_other_payer: bool = False
    backdating_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A household's part, as typed in a row of the form; ``row`` counts from 1."""

    row: int
    number: str
    year: int
    amount_francs: int | None = None


def transfer_problems(request: GroupRequest) -> Iterator[Problem]:
    """Yield what is wrong with the transfer itself."""
    if request.method not in MOBILE:
        yield Problem("method", "Choisissez l’opérateur.")
    if not request.reference:
        yield Problem("reference", "Donnez la référence de l’opérateur.")
    if len(request.reference) > MOST_REFERENCE:
        yield Problem("reference", f"{MOST_REFERENCE} caractères au plus.")
    if request.amount_francs <= 0:
        yield Problem("amount_francs", "Le montant doit être supérieur à zéro.")
    wrong = fee_problem(request.operator_fee_francs, request.amount_francs)
    if wrong:
        yield Problem("operator_fee_francs", wrong)


def parts_problems(parts: Sequence[Part], *, least: int = LEAST_PARTS) -> Iterator[Problem]:
    """Yield what is wrong with the rows, before their households are looked up.

    >>> rows = [Part(row=1, number="A-1", year=2025), Part(row=3, number="a-1", year=2025)]
    >>> [problem.field for problem in parts_problems(rows)]
    ['number_3']
    """
    if len(parts) < least:
        yield Problem(
            f"number_{len(parts) + 1}",
            "Un transfert pour un seul ménage s’encaisse à la page de ce ménage."
            if parts
            else "Donnez les ménages pour lesquels le transfert paie.",
        )
    if len(parts) > MOST_PARTS:
        yield Problem("number_1", f"{MOST_PARTS} ménages au plus par transfert.")
    seen: set[tuple[str, int]] = set()
    for part in parts:
        key = part.number.strip().upper(), part.year
        if key in seen:
            yield Problem(f"number_{part.row}", "Ce ménage est déjà dans une autre ligne.")
        seen.add(key)


def sum_problems(amounts: Sequence[int], *, whole_francs: int) -> Iterator[Problem]:
    """Yield that the parts do not make the whole.

    >>> next(sum_problems([30_000, 20_000], whole_francs=60_000)).message.replace(chr(8239), " ")
    'Les 2 parts font 50 000 FBu et le transfert 60 000 FBu : il manque 10 000 FBu.'
    >>> list(sum_problems([30_000, 30_000], whole_francs=60_000))
    []
    """
    total = sum(amounts)
    if total == whole_francs:
        return
    gap = f"il manque {francs(whole_francs - total)}"
    if total > whole_francs:
        gap = f"il y a {francs(total - whole_francs)} de trop"
    heading = "La part fait" if len(amounts) == 1 else f"Les {counted(len(amounts), 'part')} font"
    yield Problem(
        "amount_francs",
        f"{heading} {francs(total)} et le transfert {francs(whole_francs)} : {gap}.",
    )


def payment_of(request: GroupRequest, part: Part, other_payer: str) -> PaymentRequest:
    """Return a part as the payment that it is; the operator's fee stays with the transfer."""
    return PaymentRequest(
        method=request.method,
        received_on=request.received_on,
        amount_francs=part.amount_francs,
        payer=other_payer if request.is_other_payer else PayerKind.HOUSEHOLD.value,
        reference=request.reference,
        payer_phone=request.payer_phone,
        backdating_reason=request.backdating_reason,
    )


def field_of(part: Part, field: str | None) -> str | None:
    """Return where the form shows what is wrong with a part: in its row, or at the transfer.

    >>> part = Part(row=4, number="UMU-1", year=2025)
    >>> field_of(part, "amount_francs"), field_of(part, "enrolment"), field_of(part, "received_on")
    ('amount_4', 'number_4', 'received_on')
    """
    if field == "amount_francs":
        return f"amount_{part.row}"
    return f"number_{part.row}" if field in ("number", "enrolment", "payer") else field
