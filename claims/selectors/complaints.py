"""Reads of members' complaints, within the actor's tenant and units."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import F, QuerySet

from claims.models import Complaint
from claims.rules.complaints import Standing, days_taken, standing_of
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


def standing_on(complaint: Complaint, on: date) -> Standing:
    """Return where a complaint stands on a day."""
    if complaint.cancelled_on is not None:
        return Standing.CANCELLED
    return standing_of(complaint.due_on, answered_on(complaint), on)


def days_on(complaint: Complaint, on: date) -> int | None:
    """Return how many days its answer took, or has taken; None: written by error, it takes none."""
    if complaint.cancelled_on is not None:
        return None
    return days_taken(complaint.received_on, answered_on(complaint), on)


def waiting_ones(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Return those of some complaints that are to be answered."""
    return rows.filter(answer__isnull=True, cancelled_on__isnull=True)


def answered_ones(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Return those of some complaints that were answered, and not written by error."""
    return rows.filter(answer__isnull=False, cancelled_on__isnull=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How complaints stand: those that wait, those late, those answered and in how many days.

    ``cancelled`` are counted apart, in none of the others.
    """

    waiting: int
    late: int
    answered: int
    in_time: int
    days: int
    cancelled: int

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
    waiting, answered = waiting_ones(rows), answered_ones(rows)
    days = answered.values_list("received_on", "answer__answered_on")
    return Delays(
        waiting=waiting.count(),
        late=waiting.filter(due_on__lt=on).count(),
        answered=answered.count(),
        in_time=answered.filter(answer__answered_on__lte=F("due_on")).count(),
        days=sum((given - received).days for received, given in days),
        cancelled=rows.filter(cancelled_on__isnull=False).count(),
    )
