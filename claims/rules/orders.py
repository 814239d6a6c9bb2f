"""What a payment order must be, whoever writes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from conamus.kernel.figures import format_francs
from federations.rules.problems import Problem
from membership.rules.backdating import USUAL_DAYS, life_terms
from membership.rules.payments import MOBILE, MOST_REFERENCE, WITH_SLIP, plain_reference

#: What the reason of an advance that is dated back has room for.
MOST_BACKDATING = 200
#: What money goes out by: neither a harvest nor a paper register pays a facility.
METHODS = frozenset({"cash", "bank", "microfinance", "lumicash", "ecocash"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """How money goes out: by what means, under which reference, on which day."""

    method: str
    paid_on: date
    reference: str = ""
    #: Why an advance is dated back further than the days that papers take.
    backdating_reason: str = ""


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice to pay: what is due on it, and since when it can be paid."""

    number: str
    due_francs: int
    settled_on: date
    #: Who took it on from before: somebody else pays it.
    taken_on_by: int | None = None


def plain_order(request: OrderRequest) -> OrderRequest:
    """Return the request with its reference as it is kept: capitals, without spaces."""
    return replace(
        request,
        reference=plain_reference(request.reference),
        backdating_reason=" ".join(request.backdating_reason.split()),
    )


def order_problems(request: OrderRequest, *, today: date, first: date) -> Iterator[Problem]:
    """Yield what is wrong with the order itself; nothing is paid before the ``first`` day."""
    if request.method not in METHODS:
        yield Problem("method", "Choisissez le moyen de paiement.")
    if request.paid_on > today:
        yield Problem("paid_on", "Le jour du paiement est à venir.")
    elif request.paid_on < first:
        yield Problem("paid_on", f"Rien n’est inscrit avant {first.year}.")
    if request.method in MOBILE | WITH_SLIP and not request.reference:
        yield Problem(
            "reference", "Donnez la référence de la banque ou de l’opérateur : elle sert une fois."
        )
    if len(request.reference) > MOST_REFERENCE:
        yield Problem("reference", f"{MOST_REFERENCE} caractères au plus.")


def advance_problems(request: OrderRequest, *, today: date) -> Iterator[Problem]:
    """Yield what is wrong with an advance's day: no invoice bounds it, dating back is bounded.

    >>> request = OrderRequest(method="cash", paid_on=date(2025, 6, 22))
    >>> [one.field for one in advance_problems(request, today=date(2025, 6, 30))]
    ['paid_on']
    >>> list(advance_problems(request, today=date(2025, 6, 29)))
    []
    """
    reason = request.backdating_reason.strip()
    if len(reason) > MOST_BACKDATING:
        yield Problem("backdating_reason", f"{MOST_BACKDATING} caractères au plus.")
    earliest = life_terms(USUAL_DAYS).earliest(today)
    if request.paid_on < earliest and not reason:
        yield Problem(
            "paid_on",
            f"Une avance d’avant le {earliest:%d/%m/%Y} demande un motif : dites pourquoi elle "
            "n’est inscrite que maintenant.",
        )


def share_problems(
    shares: Mapping[int, int],
    payable: Mapping[int, Payable],
    paid_on: date,
    by: int | None = None,
) -> Iterator[Problem]:
    """Yield what is wrong with how an order is spread, each at its invoice's field.

    Whoever took an invoice on from before does not pay it: nobody else saw its paper.
    """
    if not shares:
        yield Problem("shares", "Donnez le montant d’au moins une facture.")
    for invoice_id, francs in shares.items():
        field, one = share_field(invoice_id), payable.get(invoice_id)
        if one is None:
            yield Problem(
                field, "Cette facture n’est pas à payer : elle l’est déjà, ou n’est pas arrêtée."
            )
        elif francs <= 0:
            yield Problem(field, "Le montant est supérieur à zéro.")
        elif francs > one.due_francs:
            yield Problem(
                field,
                f"Il ne reste que {format_francs(one.due_francs)} à payer sur la facture "
                f"{one.number}.",
            )
        elif one.taken_on_by is not None and one.taken_on_by == by:
            yield Problem(
                field, f"Vous avez repris la facture {one.number} : quelqu’un d’autre la paie."
            )
        elif paid_on < one.settled_on:
            yield Problem(
                "paid_on",
                f"La facture {one.number} n’est arrêtée que le {one.settled_on:%d/%m/%Y}.",
            )


def share_field(invoice_id: int) -> str:
    """Return the field of an invoice's amount."""
    return f"francs-{invoice_id}"
