"""Reads of operators' statements: their lines, what each may be, and payments in none.

Statements are the federation's, whatever the unit: the operator keeps one account for it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from conamus.kernel.errors import NotFound
from federations.tenancy.actor import Actor
from membership.models import (
    MOBILE_METHODS,
    OperatorStatement,
    Payment,
    StatementLine,
    StatementTie,
)
from membership.rules.statements import (
    Fate,
    PaymentCandidate,
    ReadLine,
    fate_of,
    together,
    undone_by,
)
from membership.selectors.payments import cancelled_keys, payments, shown

#: After so many days a mobile payment should be in a statement.
LISTED_WITHIN_DAYS = 7
_State = StatementLine.State
#: How far around its day the payments that a line may be are looked for by hand.
_AROUND_DAYS = 15


def statements(actor: Actor) -> QuerySet[Any]:
    """Return the tenant's statements with how many of their lines stand where."""
    counts = {state.value: Count("lines", filter=Q(lines__state=state)) for state in _State}
    found = OperatorStatement.objects.filter(tenant_id=actor.tenant_id)
    return found.annotate(line_count=Count("lines"), **counts).order_by("-pk")


def statement_by_id(actor: Actor, statement_id: int) -> Any:
    """Return a statement of the tenant with its counts; NotFound for any other."""
    found = statements(actor).filter(pk=statement_id).first()
    if found is None:
        raise NotFound("Ce relevé n’existe pas.")
    return found


def lines(actor: Actor) -> QuerySet[StatementLine]:
    """Return the lines of the tenant's statements."""
    return _with_ties(actor.tenant_id).order_by("statement", "line_number")


def _with_ties(tenant_id: int) -> QuerySet[StatementLine]:
    ties = StatementTie.objects.filter(tenant_id=tenant_id).select_related(
        "payment__unit", "payment__group"
    )
    return (
        StatementLine.objects.filter(tenant_id=tenant_id)
        .select_related("statement")
        .prefetch_related(Prefetch("ties", queryset=ties.order_by("payment")))
    )


def line_by_id(actor: Actor, line_id: int) -> StatementLine:
    """Return a line; NotFound for another tenant's."""
    found = lines(actor).filter(pk=line_id).first()
    if found is None:
        raise NotFound("Cette ligne n’existe pas.")
    return found


def untied_payments(actor: Actor, method: str) -> QuerySet[Payment]:
    """Return the operator's payments, neither cancelled nor tied to a line."""
    return payments(actor).filter(
        ~_tied(), method=method, reverses__isnull=True, reversed_by__isnull=True
    )


def _tied() -> Exists:
    """Whether an outer payment is in a line."""
    ties = StatementTie.objects.filter(tenant_id=OuterRef("tenant_id"), payment=OuterRef("pk"))
    return Exists(ties)


def candidates(
    actor: Actor, method: str, *, starts_on: date, ends_on: date, references: list[str]
) -> list[PaymentCandidate]:
    """Return the payments that a statement's lines may be: of its days, or its references."""
    around = timedelta(days=_AROUND_DAYS)
    near = Q(received_on__gte=starts_on - around, received_on__lte=ends_on + around)
    rows = untied_payments(actor, method).filter(near | Q(reference__in=references))
    return [_candidate(row) for row in rows.select_related("group")]


def _candidate(row: Payment) -> PaymentCandidate:
    return PaymentCandidate(
        payment_id=row.pk,
        reference=row.reference,
        phone=row.payer_phone,
        amount_francs=row.amount_francs,
        received_on=row.received_on,
        is_part=row.group is not None,
        returned_francs=row.group.returned_francs if row.group else 0,
    )


def choices_for(actor: Actor, line: StatementLine) -> list[tuple[Payment, ...]]:
    """Return what a person may tie a line to: payments of its amount about its day, nearest first.

    Before them several from its telephone that make its amount together. Of a line that is tied
    in part, the amount is what is left of it.
    """
    around = timedelta(days=_AROUND_DAYS)
    left = left_francs(line)
    untied = untied_payments(actor, line.statement.method).filter(
        received_on__gte=line.paid_on - around, received_on__lte=line.paid_on + around
    )
    found = list(shown(untied.filter(amount_francs=left))[:20])
    found.sort(key=lambda one: (one.payer_phone != line.phone, one.received_on))
    singles: list[tuple[Payment, ...]] = [(one,) for one in found]
    from_phone = {one.pk: one for one in shown(untied.filter(payer_phone=line.phone))[:100]}
    several = together(
        replace(as_read(line), amount_francs=left), [_candidate(one) for one in from_phone.values()]
    )
    if not several:
        return singles
    return [tuple(from_phone[one.payment_id] for one in several), *singles]


def left_francs(line: StatementLine) -> int:
    """Return what of a line no receipt accounts for, and no transfer that is shared out.

    What a counter-receipt freed of such a transfer is shared out on the transfer's own page.
    """
    ties = StatementTie.objects.filter(tenant_id=line.tenant_id, line=line)
    paid = [tie.payment for tie in ties.select_related("payment__group")]
    groups = {one.group for one in paid if one.group is not None}
    alone = sum(one.amount_francs for one in paid if one.group is None)
    return max(0, line.amount_francs - alone - sum(one.amount_francs for one in groups))


def lines_like(actor: Actor, method: str, read: Collection[ReadLine]) -> list[StatementLine]:
    """Return the operator's lines that may be the same transactions: of a reference, or a day."""
    of_reference = Q(reference__in={line.reference for line in read} - {""})
    bare_days = {line.paid_on for line in read if not line.reference}
    rows = StatementLine.objects.filter(tenant_id=actor.tenant_id, statement__method=method)
    found = rows.filter(of_reference | Q(reference="", paid_on__in=bare_days))
    return list(found.order_by("pk"))


def is_undone(line: StatementLine) -> bool:
    """Tell whether another line says that the operator took a line's transaction back."""
    if not line.reference:
        return False
    same = StatementLine.objects.filter(
        tenant_id=line.tenant_id,
        statement__method=line.statement.method,
        reference=line.reference,
        amount_francs=line.amount_francs,
    ).exclude(pk=line.pk)
    return bool(undone_by(as_read(one) for one in same))


def spent_lines(tenant_id: int, references: Collection[str]) -> list[StatementLine]:
    """Return the lines of these references that no payment may be any more, with their ties.

    What a line is tied to may bear no reference (found by its telephone); money that went out, or
    came in twice, was set aside. Where another line of the reference still waits, none is spent;
    nor is what the operator has yet to end.
    """
    found = _with_ties(tenant_id).filter(reference__in=set(references) - {""})
    rows = [row for row in found if not _is_to_end(row)]
    waiting = {
        (row.statement.method, row.reference)
        for row in rows
        if row.state in (_State.UNKNOWN, _State.AMBIGUOUS)
    }
    spent = [row for row in rows if (row.statement.method, row.reference) not in waiting]
    return sorted(spent, key=lambda row: (row.state != _State.MATCHED, row.pk))


def _is_to_end(row: StatementLine) -> bool:
    by_machine = row.state == _State.SET_ASIDE and not row.settled_by
    return by_machine and fate_of(row.status) == Fate.WAITING


def unlisted_payments(actor: Actor, *, on: date) -> QuerySet[Payment]:
    """Return mobile payments that no statement has shown after the usual days, oldest first."""
    found = payments(actor).filter(
        ~_tied(),
        ~Q(pk__in=cancelled_keys(actor)),
        method__in=MOBILE_METHODS,
        reverses__isnull=True,
        received_on__lt=on - timedelta(days=LISTED_WITHIN_DAYS),
    )
    return found.order_by("received_on", "pk")


def as_read(line: StatementLine) -> ReadLine:
    """Return a kept line in the rules' shape."""
    return ReadLine(
        number=line.line_number,
        reference=line.reference,
        paid_on=line.paid_on,
        amount_francs=line.amount_francs,
        phone=line.phone,
        fee_francs=line.operator_fee_francs,
        note=line.note,
        status=line.status,
        is_outgoing=line.is_outgoing,
        is_settled=line.state == _State.MATCHED,
    )
