"""Ties between statements' lines and payments: one line may be several payments.

A line is reconciled once what it is tied to, and what was given back of it, make its amount.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Sum

from conamus.kernel.errors import Conflict
from conamus.kernel.figures import format_francs
from federations.tenancy.actor import Actor
from membership.models import GroupPayment, Household, Payment, StatementLine, StatementTie
from membership.rules.statements import told_undone
from membership.selectors.payments import receipt_of
from membership.selectors.statements import is_undone

_State = StatementLine.State


def hold_payers(actor: Actor, payment_ids: Iterable[int]) -> None:
    """Hold the households of some receipts: who cancels one of them waits, or was waited for."""
    paid = Payment.objects.filter(tenant_id=actor.tenant_id, pk__in=list(payment_ids))
    households = Household.objects.filter(
        tenant_id=actor.tenant_id, pk__in=paid.values("enrolment__household_id")
    )
    # Does not collide with the checks of foreign keys, only with other writers.
    list(households.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def tie_payments(
    actor: Actor, line: StatementLine, payments: Iterable[Payment], words: str
) -> StatementLine:
    """Tie a held line to what it is; each payment is of one line only."""
    payments = list(payments)
    if tied_francs(line) + sum(one.amount_francs for one in payments) > line.amount_francs:
        raise Conflict(
            f"Les reçus rapprochés de la ligne {line.line_number} du relevé dépasseraient son "
            "montant : reprenez-la d’abord."
        )
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
    """A cancelled payment is no more what a statement's line is: its line waits again.

    Unless the operator took the money back too: then nothing of the line is left to do.
    """
    lines = StatementLine.objects.select_for_update(of=("self",)).select_related("statement")
    line = lines.filter(tenant_id=payment.tenant_id, ties__payment=payment).first()
    if line is None:
        return
    untied, _ = StatementTie.objects.filter(tenant_id=payment.tenant_id, payment=payment).delete()
    if not untied:
        # Taken up by hand while this waited for the line.
        return
    cancelled = f"Le reçu {receipt_of(payment)} a été annulé"
    is_tied = bool(tied_francs(line))
    if is_undone(line):
        line.state = _State.AMBIGUOUS if is_tied else _State.SET_ASIDE
        line.explanation = f"{cancelled}. {told_undone(has_receipt=is_tied)}"
    elif is_tied:
        rest = f"{format_francs(payment.amount_francs)} de cette transaction restent à répartir"
        line.state, line.explanation = _State.AMBIGUOUS, f"{cancelled} : {rest}."
    else:
        line.state, line.explanation = _State.UNKNOWN, f"{cancelled} : ligne à traiter de nouveau."
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
