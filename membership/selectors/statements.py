"""Reads of operators' statements: their lines, what each may be, and payments in none.

Statements are the federation's, whatever the unit: the operator keeps one account for it.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from conamus.kernel.errors import NotFound
from federations.tenancy.actor import Actor
from membership.models import MOBILE_METHODS, OperatorStatement, Payment, StatementLine
from membership.rules.statements import PaymentCandidate, ReadLine
from membership.selectors.payments import payments, shown

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
    found = StatementLine.objects.filter(tenant_id=actor.tenant_id)
    return found.select_related(
        "statement", "payment__unit", "payment__enrolment__household"
    ).order_by("statement", "line_number")


def line_by_id(actor: Actor, line_id: int) -> StatementLine:
    """Return a line; NotFound for another tenant's."""
    found = lines(actor).filter(pk=line_id).first()
    if found is None:
        raise NotFound("Cette ligne n’existe pas.")
    return found


def untied_payments(actor: Actor, method: str) -> QuerySet[Payment]:
    """Return the operator's payments, neither cancelled nor tied to a line."""
    tied = StatementLine.objects.filter(tenant_id=OuterRef("tenant_id"), payment=OuterRef("pk"))
    return payments(actor).filter(
        ~Exists(tied), method=method, reverses__isnull=True, reversed_by__isnull=True
    )


def candidates(
    actor: Actor, method: str, *, starts_on: date, ends_on: date, references: list[str]
) -> list[PaymentCandidate]:
    """Return the payments that a statement's lines may be: of its days, or its references."""
    around = timedelta(days=_AROUND_DAYS)
    near = Q(received_on__gte=starts_on - around, received_on__lte=ends_on + around)
    rows = untied_payments(actor, method).filter(near | Q(reference__in=references))
    return [
        PaymentCandidate(
            payment_id=row.pk,
            reference=row.reference,
            phone=row.payer_phone,
            amount_francs=row.amount_francs,
            received_on=row.received_on,
        )
        for row in rows
    ]


def choices_for(actor: Actor, line: StatementLine) -> list[Payment]:
    """Return the payments that a person may tie a line to: same amount, about its day."""
    around = timedelta(days=_AROUND_DAYS)
    near = Q(
        received_on__gte=line.paid_on - around,
        received_on__lte=line.paid_on + around,
        amount_francs=line.amount_francs,
    )
    rows = untied_payments(actor, line.statement.method).filter(near)
    found = list(shown(rows)[:20])
    return sorted(found, key=lambda one: (one.payer_phone != line.phone, one.received_on))


def known_references(actor: Actor, method: str) -> set[str]:
    """Return the references that earlier statements of the operator brought."""
    rows = StatementLine.objects.filter(tenant_id=actor.tenant_id, statement__method=method)
    return set(rows.exclude(reference="").values_list("reference", flat=True))


def unlisted_payments(actor: Actor, *, on: date) -> QuerySet[Payment]:
    """Return mobile payments that no statement has shown after the usual days, oldest first."""
    tied = StatementLine.objects.filter(tenant_id=OuterRef("tenant_id"), payment=OuterRef("pk"))
    found = payments(actor).filter(
        ~Exists(tied),
        method__in=MOBILE_METHODS,
        reverses__isnull=True,
        reversed_by__isnull=True,
        received_on__lt=on - timedelta(days=LISTED_WITHIN_DAYS),
    )
    return shown(found).order_by("received_on", "pk")


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
