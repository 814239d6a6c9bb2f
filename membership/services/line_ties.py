"""Ties between statements' lines and payments: one line may be several payments.

A line is reconciled once what it is tied to, and what was given back of it, make its amount.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Sum

from conamus.kernel.errors import Conflict
from conamus.kernel.figures import format_francs
from federations.tenancy.actor import Actor
from membership.models import GroupPayment, Payment, StatementLine, StatementTie
from membership.selectors.payments import receipt_of

_State = StatementLine.State


def tie_payments(
    actor: Actor, line: StatementLine, payments: Iterable[Payment], words: str
) -> StatementLine:
    """Tie a held line to what it is; each payment is of one line only."""
    line.state, line.explanation, line.settled_by = _State.MATCHED, words, actor.name
    try:
        with transaction.atomic():
            StatementTie.objects.bulk_create(
                StatementTie(tenant_id=actor.tenant_id, line=line, payment=payment)
                for payment in payments
            )
            line.save(update_fields=["state", "explanation", "settled_by"])
    except IntegrityError as error:
        raise Conflict("Ce paiement vient d’être rapproché d’une autre ligne.") from error
    return line


def untie_payment(payment: Payment) -> None:
    """A cancelled payment is no more what a statement's line is: its line waits again."""
    ties = StatementTie.objects.filter(tenant_id=payment.tenant_id, payment=payment)
    tie = ties.select_related("line").first()
    if tie is None:
        return
    ties.delete()
    line = tie.line
    rest = "ligne à traiter de nouveau"
    line.state = _State.UNKNOWN
    if tied_francs(line):
        line.state = _State.AMBIGUOUS
        rest = f"{format_francs(payment.amount_francs)} de cette transaction restent à répartir"
    line.explanation = f"Le reçu {receipt_of(payment)} a été annulé : {rest}."
    line.save(update_fields=["state", "explanation"])


def tie_rest(actor: Actor, group: GroupPayment, payments: Iterable[Payment] = ()) -> None:
    """Follow what became of the rest of a transfer on the line that its other parts are tied to."""
    lines = StatementLine.objects.select_for_update(of=("self",)).filter(
        tenant_id=actor.tenant_id, ties__payment__group=group
    )
    line = lines.first()
    if line is None:
        return
    given_back = group.returned_francs
    words = (
        f"Dont {format_francs(given_back)} rendus au payeur." if given_back else "Reste réparti."
    )
    tie_payments(actor, line, payments, words)


def tied_francs(line: StatementLine) -> int:
    """Return what the payments that a line is tied to add up to."""
    ties = StatementTie.objects.filter(tenant_id=line.tenant_id, line=line)
    total: int | None = ties.aggregate(sum=Sum("payment__amount_francs"))["sum"]
    return total or 0
