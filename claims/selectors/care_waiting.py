"""What waits for an actor in care, counted for the page that shows its works."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from claims.models import Claim, ClaimSignal, FacilityInvoice
from claims.rules.states import State
from claims.selectors.claims import treated_claims
from claims.selectors.complaints import visible_complaints, waiting_ones
from claims.selectors.invoices import visible_invoices, with_sums
from claims.selectors.replies import awaited_answers
from claims.selectors.reviews import waiting
from claims.selectors.signals import confirmed_to_redo, open_facility_months, visible_signals
from federations.rules.roles import Permission, Role, is_permitted
from federations.tenancy.actor import Actor

#: Who has a sent attestation checked, or gives it back.
_WAIT_FOR_CHECK = frozenset({Role.CENTRE_OPERATOR, Role.FEDERATION_MANAGER})


class Work(StrEnum):
    """What can wait."""

    TO_SUBMIT = "to_submit"
    TO_CHECK = "to_check"
    TO_REVIEW = "to_review"
    TO_ANSWER = "to_answer"
    SIGNALS = "signals"
    FACILITY_SIGNALS = "facility_signals"
    TO_REDO = "to_redo"
    TO_SETTLE = "to_settle"
    TO_PAY = "to_pay"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class Waits:
    """How many wait, how many of them for too long; of a year of care only, where one is named."""

    work: Work
    count: int
    late: int = 0
    year: int | None = None


def care_waiting(actor: Actor, on: date) -> list[Waits]:
    """Return what waits for the actor on a day, in the order of the works; a query each."""
    return [one for one in (*_of_claims(actor, on), *_of_money(actor, on)) if one.count]


def _of_claims(actor: Actor, on: date) -> Iterator[Waits]:
    if is_permitted(actor.role, Permission.ENTER_CLAIMS):
        yield from _by_year(Work.TO_SUBMIT, State.ENTERED, actor, on)
    if actor.role in _WAIT_FOR_CHECK:
        yield from _by_year(Work.TO_CHECK, State.SUBMITTED, actor, on)
    if is_permitted(actor.role, Permission.REVIEW_CLAIMS):
        yield Waits(Work.TO_REVIEW, waiting(actor, on).count())
    if actor.role is Role.FACILITY_USER:
        yield Waits(Work.TO_ANSWER, len(awaited_answers(on)))
    if is_permitted(actor.role, Permission.SETTLE_SIGNALS):
        opened = visible_signals(actor).filter(state=ClaimSignal.State.OPEN)
        yield Waits(Work.SIGNALS, opened.count())
        yield Waits(Work.FACILITY_SIGNALS, open_facility_months(actor).count())
    if is_permitted(actor.role, Permission.REDO_DECISIONS):
        yield Waits(Work.TO_REDO, confirmed_to_redo(actor).count())


def _of_money(actor: Actor, on: date) -> Iterator[Waits]:
    if is_permitted(actor.role, Permission.RECORD_INVOICES):
        received = visible_invoices(actor).filter(state=FacilityInvoice.State.RECEIVED)
        yield Waits(Work.TO_SETTLE, received.count())
    if is_permitted(actor.role, Permission.PAY_INVOICES):
        settled = visible_invoices(actor).filter(state=FacilityInvoice.State.SETTLED)
        yield _with_late(Work.TO_PAY, with_sums(settled).filter(due_francs__gt=0), on)
    if is_permitted(actor.role, Permission.RECORD_COMPLAINTS):
        open_ones = waiting_ones(visible_complaints(actor))
        yield _with_late(Work.COMPLAINTS, open_ones, on)


def _by_year(work: Work, state: State, actor: Actor, on: date) -> Iterator[Waits]:
    """Count what stands in a state, this year's care and last year's, of what the actor treats."""
    is_facility = actor.role is Role.FACILITY_USER
    mine = Q(facility_id=actor.facility_id) if is_facility else treated_claims(actor)
    years = (on.year, on.year - 1)
    found = Claim.objects.filter(mine, care_year__in=years, state=state.value).order_by()
    counts = dict(found.values_list("care_year").annotate(Count("pk")))
    yield from (Waits(work, counts.get(year, 0), year=year) for year in years)


def _with_late(work: Work, rows: QuerySet, on: date) -> Waits:
    """Count rows, and those whose day is past."""
    counted = rows.order_by().aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    return Waits(work, counted["all"], counted["late"])
