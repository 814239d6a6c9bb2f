"""Days dated back: refused to those who may not, traced for those who may (rules/backdating)."""

from datetime import date

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.models import Backdating, Enrolment, Payment
from membership.rules.backdating import backdating_refusal, is_backdated
from membership.selectors.campaigns import backdating_terms

MOST_REASON = 200
#: Where a reason is asked for, in forms and requests alike.
REASON_FIELD = "backdating_reason"


def require_day(actor: Actor, year: int, on: date, reason: str, *, field: str) -> None:
    """Raise unless the actor may write an operation of a year under that day.

    At ``field`` for who must choose another day, at the reason's own for who must give one.
    """
    may_decide = is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP)
    refusal = backdating_refusal(
        on,
        terms=backdating_terms(actor.tenant_id, year),
        today=clock.today(),
        may_decide=may_decide,
        reason=reason,
    )
    if refusal:
        raise DomainError(refusal, field=REASON_FIELD if may_decide else field)
    if len(reason) > MOST_REASON:
        raise DomainError(f"{MOST_REASON} caractères au plus.", field=REASON_FIELD)


def trace_backdating(
    actor: Actor,
    enrolment: Enrolment,
    on: date,
    reason: str,
    *,
    payment: Payment | None = None,
) -> None:
    """List an operation that was dated back; one within its days leaves no trace."""
    rows = backdating_rows(actor, [(enrolment, payment)], enrolment.year_id, on, reason)
    Backdating.objects.bulk_create(rows)


def backdating_rows(
    actor: Actor,
    operations: list[tuple[Enrolment, Payment | None]],
    year: int,
    on: date,
    reason: str,
) -> list[Backdating]:
    """Return the traces of operations of one day; none where the day needs no decision."""
    today = clock.today()
    # Without a reason the day was let pass as it is.
    if not reason.strip():
        return []
    if not is_backdated(on, terms=backdating_terms(actor.tenant_id, year), today=today):
        return []
    return [
        Backdating(
            tenant_id=actor.tenant_id,
            enrolment=enrolment,
            payment=payment,
            dated_on=on,
            written_on=today,
            reason=" ".join(reason.split()),
            recorded_by=actor.name[:150],
            recorded_by_user_id=actor.user_id,
        )
        for enrolment, payment in operations
    ]
