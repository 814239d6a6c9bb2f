"""Lines of operators' statements settled by a person: tied, paid, set aside, taken up again.

Locks: the households in the order of their keys, then the line.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from conamus.kernel.errors import Conflict, DomainError, NotFound
from conamus.kernel.figures import format_francs
from conamus.kernel.phones import phone_in
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import GroupPayment, StatementLine, StatementTie
from membership.rules.group_payments import GroupRequest, Part
from membership.rules.payments import PaymentRequest
from membership.selectors.payments import enrolment_of
from membership.selectors.statements import left_francs, line_by_id, untied_payments
from membership.services.group_payments import take_group_payment
from membership.services.line_ties import hold_payers, tie_payments
from membership.services.payments import take_payment

_MOST_EXPLAINED = 300
_State = StatementLine.State
_OPEN = (_State.UNKNOWN, _State.AMBIGUOUS)


@transaction.atomic
def settle_line(*, actor: Actor, line_id: int, payment_ids: Sequence[int]) -> StatementLine:
    """Tie an open line to the payment that a person recognised, or to several that make it."""
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    asked = untied_payments(actor, seen.statement.method).filter(pk__in=payment_ids)
    hold_payers(actor, asked.values_list("pk", flat=True))
    line = _held(actor, line_id)
    payments = list(asked.order_by("pk"))
    if not payments or len(payments) != len(set(payment_ids)):
        raise DomainError(
            "Ce paiement n’est pas de cet opérateur, est annulé, ou est déjà rapproché.",
            field="payment",
        )
    if sum(payment.amount_francs for payment in payments) != left_francs(line):
        raise DomainError(
            f"Les montants diffèrent : il reste {format_francs(left_francs(line))} à rapprocher. "
            "Annulez le reçu par un contre-reçu, puis encaissez le montant du relevé.",
            field="payment",
        )
    return tie_payments(actor, line, payments, "Rapprochée à la main.")


@transaction.atomic
def pay_from_line(*, actor: Actor, line_id: int, number: str, year: int) -> StatementLine:
    """Write the payment that a line shows and nobody wrote, for a household; tie them."""
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    left = left_francs(seen)
    if not left:
        raise Conflict("Il ne reste rien à inscrire de cette ligne.")
    enrolment = enrolment_of(actor, number, year)
    request = replace(_request(seen), amount_francs=left)
    if left != seen.amount_francs:
        # The operator's fee was on the whole, most of which may be others'.
        request = replace(request, operator_fee_francs=0)
    payment = take_payment(actor=actor, enrolment_id=enrolment.pk, request=request)
    line = _held(actor, line_id)
    return tie_payments(actor, line, [payment], "Paiement inscrit depuis le relevé.")


@transaction.atomic
def pay_several_from_line(
    *, actor: Actor, line_id: int, request: GroupRequest, parts: Sequence[Part], key: str = ""
) -> GroupPayment:
    """Write the payments of several households that a line shows and nobody wrote; tie them.

    The operator, the amount and the day are the line's, whatever is asked.
    """
    require(actor, Permission.IMPORT_MEMBERS)
    seen = line_by_id(actor, line_id)
    of_line = _request(seen)
    asked = replace(
        request,
        method=of_line.method,
        amount_francs=seen.amount_francs,
        received_on=of_line.received_on,
        operator_fee_francs=of_line.operator_fee_francs,
        backdating_reason=of_line.backdating_reason,
    )
    group = take_group_payment(actor=actor, request=asked, parts=parts, key=key)
    if not StatementTie.objects.filter(
        tenant_id=actor.tenant_id, line=seen, payment__group=group
    ).exists():
        line = _held(actor, line_id)
        tie_payments(actor, line, group.parts.all(), "Transfert réparti depuis le relevé.")
    return group


@transaction.atomic
def set_line_aside(*, actor: Actor, line_id: int, reason: str) -> StatementLine:
    """Leave an open line out, saying why: it is no contribution, or was repaid.

    Of a line that is tied in part, the rest: its receipts stay.
    """
    require(actor, Permission.IMPORT_MEMBERS)
    because = told_reason(reason, field="reason", missing="Dites pourquoi la ligne est écartée.")
    line = _held(actor, line_id)
    left = left_francs(line)
    line.state, line.explanation = _State.SET_ASIDE, because
    if line.ties.exists():
        if not left:
            raise Conflict(
                "Rien n’est à écarter de cette ligne : annulez ses reçus par un contre-reçu, "
                "réglez le reste de son paiement groupé, ou reprenez-la."
            )
        line.state = _State.MATCHED
        line.explanation = f"Dont {format_francs(left)} écartés : {because}"[:_MOST_EXPLAINED]
    line.settled_by = actor.name
    line.save(update_fields=["state", "explanation", "settled_by"])
    return line


@transaction.atomic
def release_line(*, actor: Actor, line_id: int) -> StatementLine:
    """Open again a line that was tied or set aside; the payment itself stays."""
    require(actor, Permission.IMPORT_MEMBERS)
    line = _held(actor, line_id, open_only=False)
    ties = StatementTie.objects.filter(tenant_id=actor.tenant_id, line=line)
    untied, _ = ties.delete()
    if line.state in _OPEN and not untied:
        raise Conflict("Cette ligne est déjà à traiter.")
    line.state = _State.UNKNOWN
    line.explanation, line.settled_by = "Reprise à la main.", actor.name
    line.save(update_fields=["state", "explanation", "settled_by"])
    return line


def _held(actor: Actor, line_id: int, *, open_only: bool = True) -> StatementLine:
    """Hold a line of the tenant, which nobody has settled in the meantime."""
    rows = StatementLine.objects.select_for_update(of=("self",)).select_related("statement")
    line = rows.filter(tenant_id=actor.tenant_id, pk=line_id).first()
    if line is None:
        raise NotFound("Cette ligne n’existe pas.")
    if open_only and line.state not in _OPEN:
        by = f" par {line.settled_by}" if line.settled_by else ""
        raise Conflict(f"Cette ligne est déjà {line.get_state_display()}{by}.")
    return line


def _request(line: StatementLine) -> PaymentRequest:
    return PaymentRequest(
        method=line.statement.method,
        received_on=line.paid_on,
        amount_francs=line.amount_francs,
        reference=line.reference,
        # What is no telephone (a name) is left out of the payment.
        payer_phone=phone_in(line.phone),
        operator_fee_francs=line.operator_fee_francs,
        # The day is the operator's, not ours: that is why it may be an old one.
        backdating_reason=f"Relevé « {line.statement.name[:120]} », ligne {line.line_number}",
    )
