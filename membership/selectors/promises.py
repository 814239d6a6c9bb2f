"""Reads of promises to pay: those to accept, running, missed, kept or refused.

What an accepted promise has become is not stored: it is computed from its instalments and from
what the household has paid by the day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    Field,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from conamus.kernel.errors import NotFound
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import Enrolment, Promise, PromiseInstalment, ScaleCategory
from membership.selectors.arrears import DueDays, due_days, with_lateness


class Course(StrEnum):
    """Where a promise stands on a day."""

    TO_ACCEPT = "to_accept"
    RUNNING = "running"
    MISSED = "missed"
    KEPT = "kept"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOID = "void"

    @property
    def label(self) -> str:
        """Its French name."""
        return _COURSES[self]


_COURSES = {
    Course.TO_ACCEPT: "à accepter",
    Course.RUNNING: "en cours",
    Course.MISSED: "non tenue",
    Course.KEPT: "tenue",
    Course.REFUSED: "refusée",
    Course.WITHDRAWN: "retirée",
    Course.VOID: "sans objet (adhésion annulée)",
}


@dataclass(frozen=True, slots=True)
class InstalmentLine:
    """An instalment and what is left of it, money paying the earliest first."""

    instalment: PromiseInstalment
    left_francs: int
    is_missed: bool


def promises(actor: Actor) -> QuerySet[Promise]:
    """Return the promises of the households in the actor's sight, latest first."""
    in_units = in_sight(actor, "enrolment__household__unit")
    found = Promise.objects.filter(in_units, tenant_id=actor.tenant_id)
    return found.select_related("enrolment__household__unit", "enrolment__colline").order_by("-pk")


def yearly_promises(actor: Actor, *, year: int, on: date) -> QuerySet[Any]:
    """Return the promises for a year with ``course``, ``left_francs``, ``late_since``."""
    rows = promises(actor).filter(enrolment__year_id=year)
    found = with_course(rows, due_days(actor.tenant_id, year), on=on)
    return found.annotate(rank=_rank()).order_by("rank", "-pk")


def with_course(rows: QuerySet[Promise], due: DueDays, *, on: date) -> QuerySet[Any]:
    """Annotate promises by what has become of them: what is left, as the balances say."""
    of_promise = Enrolment.objects.filter(tenant_id=OuterRef("tenant_id"), pk=OuterRef("enrolment"))
    owing = of_promise.annotate(household_left_francs=F("balance__household_left_francs"))
    money = with_lateness(owing, due, on=on)
    return rows.annotate(
        left_francs=Subquery(money.values(francs=F("promised_left_francs"))[:1]),
        late_francs=Subquery(money.values(francs=F("promised_late_francs"))[:1]),
        late_since=Subquery(money.values("late_since")[:1]),
        next_due_on=Subquery(_next_instalment(on)),
    ).annotate(course=_by_course({course: course.value for course in Course}, CharField()))


def _by_course(values: dict[Course, Any], kind: Field) -> Case:
    """A value by where a promise stands; each such expression is planned, sums and all."""
    return Case(
        When(enrolment__cancelled_on__isnull=False, then=Value(values[Course.VOID])),
        When(state=Promise.State.REFUSED, then=Value(values[Course.REFUSED])),
        When(withdrawn_on__isnull=False, then=Value(values[Course.WITHDRAWN])),
        When(state=Promise.State.SIGNED, then=Value(values[Course.TO_ACCEPT])),
        When(left_francs__lte=0, then=Value(values[Course.KEPT])),
        When(late_francs__gt=0, then=Value(values[Course.MISSED])),
        default=Value(values[Course.RUNNING]),
        output_field=kind,
    )


def _rank() -> Case:
    """What waits for somebody comes first: to accept, then missed."""
    first = (Course.TO_ACCEPT, Course.MISSED, Course.RUNNING)
    ranks = {course: rank for rank, course in enumerate(first)}
    return _by_course({course: ranks.get(course, len(first)) for course in Course}, IntegerField())


def _next_instalment(on: date) -> QuerySet[Any]:
    rows = PromiseInstalment.objects.filter(
        tenant_id=OuterRef("tenant_id"), promise=OuterRef("pk"), due_on__gte=on
    )
    return rows.order_by("due_on").values("due_on")[:1]


def promise_by_id(actor: Actor, promise_id: int, *, on: date) -> Any:
    """Return a promise in sight with its course; NotFound for any other."""
    found = promises(actor).filter(pk=promise_id).first()
    if found is None:
        raise NotFound("Cette promesse n’existe pas, ou n’est pas de votre unité.")
    due = due_days(actor.tenant_id, found.enrolment.year_id)
    row = with_course(promises(actor).filter(pk=promise_id), due, on=on)
    return row.select_related("enrolment__household__unit", "document").get()


def instalments_of(promise: Promise, *, left_francs: int, last_kept: date) -> list[InstalmentLine]:
    """Return a promise's instalments in order, each with what is left of it."""
    rows = PromiseInstalment.objects.filter(tenant_id=promise.tenant_id, promise=promise)
    lines: list[InstalmentLine] = []
    left = max(0, left_francs)
    # From the last to the first: what is left is left of the latest instalments.
    for row in rows.order_by("-due_on"):
        mine = min(left, row.amount_francs)
        left -= mine
        lines.append(InstalmentLine(row, mine, mine > 0 and row.due_on < last_kept))
    return lines[::-1]


def counts_by_course(rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many promises stand where."""
    found: dict[str, int] = {}
    for course in rows.order_by().values_list("course", flat=True):
        found[course] = found.get(course, 0) + 1
    return found


def may_promise(enrolment: Enrolment) -> bool:
    """Tell whether the enrolment's category, in its scale, admits a promise."""
    return ScaleCategory.objects.filter(
        Q(scale=enrolment.scale_id),
        tenant_id=enrolment.tenant_id,
        code=enrolment.category,
        may_promise=True,
    ).exists()


def standing_promise(enrolment: Enrolment) -> Promise | None:
    """Return the enrolment's promise that is neither refused nor withdrawn."""
    rows = Promise.objects.filter(
        tenant_id=enrolment.tenant_id, enrolment=enrolment, withdrawn_on__isnull=True
    )
    return rows.exclude(state=Promise.State.REFUSED).first()
