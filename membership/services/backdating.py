"""Days dated back: refused to those who may not, traced for those who may (rules/backdating)."""

from datetime import date

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.models import Backdating, Enrolment, LifeEvent, Payment
from membership.rules.backdating import (
    BackdatingTerms,
    backdating_refusal,
    is_backdated,
    life_terms,
)
from membership.selectors.campaigns import backdating_terms

MOST_REASON = 200
#: Where a reason is asked for, in forms and requests alike.
REASON_FIELD = "backdating_reason"


def require_day(actor: Actor, year: int, on: date, reason: str, *, field: str) -> None:
    """Raise unless the actor may write an operation of a year under that day.

    At ``field`` for who must choose another day, at the reason's own for who must give one.
    """
    _require(actor, on, backdating_terms(actor.tenant_id, year), reason, field, REASON_FIELD)


def require_life_day(
    actor: Actor,
    on: date,
    reason: str,
    *,
    days: int,
    field: str,
    reason_field: str = REASON_FIELD,
) -> None:
    """Raise unless the actor may date what happened in a household so far back."""
    _require(actor, on, life_terms(days), reason, field, reason_field)


def declaration_days(tenant_id: int) -> int:
    """Return how far back an agent dates what is declared of a person: as a signature of the year.

    A birth's declaration, and the entry of who joins a household.
    """
    return backdating_terms(tenant_id, clock.today().year).days


def trace_life_backdating(
    actor: Actor, event: LifeEvent, on: date, reason: str, *, days: int
) -> None:
    """List what happened in a household where it is dated further back than an agent may."""
    if is_backdated(on, terms=life_terms(days), today=clock.today()):
        Backdating.objects.bulk_create([_row(actor, on, reason, event=event)])


def _require(
    actor: Actor, on: date, terms: BackdatingTerms, reason: str, field: str, reason_field: str
) -> None:
    may_decide = is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP)
    refusal = backdating_refusal(
        on,
        terms=terms,
        today=clock.today(),
        may_decide=may_decide,
        reason=reason,
    )
    if refusal:
        raise DomainError(refusal, field=reason_field if may_decide else field)
    if len(reason) > MOST_REASON:
        raise DomainError(f"{MOST_REASON} caractères au plus.", field=reason_field)


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
        _row(actor, on, reason, enrolment=enrolment, payment=payment)
        for enrolment, payment in operations
    ]


def _row(
    actor: Actor,
    on: date,
    reason: str,
    *,
    enrolment: Enrolment | None = None,
    payment: Payment | None = None,
    event: LifeEvent | None = None,
) -> Backdating:
    return Backdating(
        tenant_id=actor.tenant_id,
        enrolment=enrolment,
        payment=payment,
        event=event,
        dated_on=on,
        written_on=clock.today(),
        reason=" ".join(reason.split()),
        recorded_by=actor.name[:150],
        recorded_by_user_id=actor.user_id,
    )
