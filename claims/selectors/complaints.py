"""Reads of members' complaints, within the actor's tenant and units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import F, QuerySet

from claims.models import Complaint
from claims.rules.complaints import days_taken, standing_of
from conamus.kernel.errors import NotFound
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor


def visible_complaints(actor: Actor) -> QuerySet[Complaint]:
    """Return the complaints in the actor's sight: heard at its units, or of their households."""
    seen = in_sight(actor, "unit", "household__unit")
    found = Complaint.objects.filter(seen, tenant_id=actor.tenant_id)
    return found.select_related("unit", "facility", "household", "answer", "follows")


def complaint_by_id(actor: Actor, complaint_id: int) -> Complaint:
    """Return a complaint in the actor's sight; NotFound for any other."""
    found = visible_complaints(actor).filter(pk=complaint_id).first()
    if found is None:
        raise NotFound("Cette réclamation n’existe pas, ou n’est pas de votre unité.")
    return found


def answered_on(complaint: Complaint) -> date | None:
    """Return the day of the answer; None while it waits."""
    answer = getattr(complaint, "answer", None)
    return answer.answered_on if answer else None


def with_standing(rows: Iterable[Complaint], on: date) -> list[Any]:
    """Tell of each complaint where it stands on a day, and the days that it took."""
    told: list[Any] = list(rows)
    for row in told:
        answered = answered_on(row)
        row.standing = standing_of(row.due_on, answered, on)
        row.days = days_taken(row.received_on, answered, on)
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How complaints stand: those that wait, those late, those answered and in how many days."""

    waiting: int
    late: int
    answered: int
    in_time: int
    days: int

    @property
    def mean_days(self) -> Fraction | None:
        """How many days an answer takes, on average."""
        return Fraction(self.days, self.answered) if self.answered else None

    @property
    def in_time_rate(self) -> Fraction | None:
        """Which part of the answers was given in time."""
        return Fraction(self.in_time, self.answered) if self.answered else None


def delays(rows: QuerySet[Complaint], on: date) -> Delays:
    """Sum up the delays of some complaints on a day."""
    waiting = rows.filter(answer__isnull=True)
    answered = rows.filter(answer__isnull=False)
    days = answered.values_list("received_on", "answer__answered_on")
    return Delays(
        waiting=waiting.count(),
        late=waiting.filter(due_on__lt=on).count(),
        answered=answered.count(),
        in_time=answered.filter(answer__answered_on__lte=F("due_on")).count(),
        days=sum((given - received).days for received, given in days),
    )
