"""Reads of operators' statements: their lines, what each may be, and payments in none.

Statements are the federation's, whatever the unit: the operator keeps one account for it.
"""

from collections.abc import Collection
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
from membership.rules.statements import PaymentCandidate, ReadLine, together
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

    Before them several from its telephone that make its amount together.
    """
    around = timedelta(days=_AROUND_DAYS)
    untied = untied_payments(actor, line.statement.method).filter(
        received_on__gte=line.paid_on - around, received_on__lte=line.paid_on + around
    )
    found = list(shown(untied.filter(amount_francs=line.amount_francs))[:20])
    found.sort(key=lambda one: (one.payer_phone != line.phone, one.received_on))
    singles: list[tuple[Payment, ...]] = [(one,) for one in found]
    from_phone = {one.pk: one for one in shown(untied.filter(payer_phone=line.phone))[:100]}
    several = together(as_read(line), [_candidate(one) for one in from_phone.values()])
    if not several:
        return singles
    return [tuple(from_phone[one.payment_id] for one in several), *singles]


def known_references(actor: Actor, method: str) -> set[str]:
    """Return the references that earlier statements of the operator brought."""
    rows = StatementLine.objects.filter(tenant_id=actor.tenant_id, statement__method=method)
    return set(rows.exclude(reference="").values_list("reference", flat=True))


def spent_lines(tenant_id: int, references: Collection[str]) -> list[StatementLine]:
    """Return the lines of these references that no payment may be any more, with their ties.

    What a line is tied to may bear no reference (found by its telephone); money that went out, or
    came in twice, was set aside. Where another line of the reference still waits, none is spent.
    """
    rows = list(_with_ties(tenant_id).filter(reference__in=set(references) - {""}))
    waiting = {
        (row.statement.method, row.reference)
        for row in rows
        if row.state in (_State.UNKNOWN, _State.AMBIGUOUS)
    }
    spent = [row for row in rows if (row.statement.method, row.reference) not in waiting]
    return sorted(spent, key=lambda row: (row.state != _State.MATCHED, row.pk))


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
    )
