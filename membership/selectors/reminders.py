"""Reads for reminders: whom one would reach, by which telephone, and what was sent before.

One message a telephone: the household's own number, else its head's, where it is a mobile one.
Who had a message today, of whatever purpose, has no second one. The days of messages are those
of the clock on the wall, even where the business date stands still.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from conamus.kernel.figures import format_francs
from federations.models import Federation, Unit
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Reminder
from membership.rules.text_messages import is_mobile
from membership.selectors.arrears import arrears
from membership.selectors.renewals import not_renewed, with_head

SEND_JOB = "reminders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A household to remind, with what a message may say of it."""

    household_id: int
    number: str
    phones: tuple[str, ...]
    unit_phone: str
    late_francs: int | None

    @property
    def mobile(self) -> str:
        """The number that receives the message; empty: none can."""
        return next((phone for phone in self.phones if is_mobile(phone)), "")


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a reminder reaches, and how many it does not, by cause."""

    reached: list[Candidate] = field(default_factory=list)
    without_mobile: int = 0
    same_phone: int = 0
    already_today: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How today's messages went, in the actor's sight."""

    sent: int
    failed: int
    waiting: int


def reminders(actor: Actor) -> QuerySet[Reminder]:
    """Return the messages to the households that the actor may see, the latest first."""
    in_units = in_sight(actor, "household__unit")
    return Reminder.objects.filter(in_units, tenant_id=actor.tenant_id).order_by("-pk")


def listed(rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """Add what the log shows."""
    return rows.select_related("household__unit")


def today_began_at() -> datetime:
    """Return the midnight that this day of the clock on the wall began with."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


def sent_today(actor: Actor) -> Sent:
    """Count today's messages."""
    states = list(
        reminders(actor).filter(asked_at__gte=today_began_at()).values_list("state", flat=True)
    )
    return Sent(
        sent=states.count(Reminder.State.SENT),
        failed=states.count(Reminder.State.FAILED),
        waiting=states.count(Reminder.State.WAITING),
    )


def audience(actor: Actor, *, purpose: str, year: int, unit_id: int | None, on: date) -> Audience:
    """Return whom a reminder reaches: late payers, or last year's households not enrolled."""
    found = _candidates(actor, purpose=purpose, year=year, unit_id=unit_id, on=on)
    return _reachable(found, reached_today=phones_of_today(actor))


def still_concerned(
    actor: Actor, *, purpose: str, year: int, household_ids: Iterable[int], on: date
) -> set[int]:
    """Return those of the households that there is still something to remind of."""
    wanted = set(household_ids)
    found = _candidates(actor, purpose=purpose, year=year, unit_id=None, on=on)
    return {one.household_id for one in found} & wanted


def phones_of_today(actor: Actor) -> set[str]:
    """Return the telephones of the federation that have, or await, a message of today."""
    had = Reminder.objects.filter(
        tenant_id=actor.tenant_id,
        asked_at__gte=today_began_at(),
        state__in=[Reminder.State.SENT, Reminder.State.WAITING],
    )
    return set(had.order_by().values_list("phone", flat=True))


def failed_today(actor: Actor) -> list[Reminder]:
    """Return today's failures whose telephone has had nothing since, the latest of each."""
    rows = reminders(actor).filter(
        asked_at__gte=today_began_at(), state=Reminder.State.FAILED, household__closed_on=None
    )
    done = phones_of_today(actor)
    kept: dict[str, Reminder] = {}
    for row in rows:
        if row.phone not in done:
            kept.setdefault(row.phone, row)
    return list(kept.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What messages say of the federation."""

    short_name: str
    phone: str


def office_of(tenant_id: int) -> Office:
    """Return the federation's short name, and its own telephone where one is written."""
    root = Unit.objects.filter(tenant_id=tenant_id, kind__in=("federation", "confederation"))
    return Office(
        short_name=Federation.objects.get(pk=tenant_id).short_name,
        phone=root.order_by("valid_from").values_list("phone", flat=True).first() or "",
    )


def facts_of(one: Candidate, year: int, office: Office) -> dict[str, str]:
    """Return what the names of a model stand for, for one household."""
    return {
        "federation": office.short_name,
        "menage": one.number,
        "annee": str(year),
        "reste": format_francs(one.late_francs) if one.late_francs is not None else "",
        "telephone": one.unit_phone or office.phone or "au bureau",
    }


def _reachable(found: Iterable[Candidate], *, reached_today: set[str]) -> Audience:
    counts = {"without_mobile": 0, "same_phone": 0, "already_today": 0}
    reached: dict[str, Candidate] = {}
    total = 0
    for one in found:
        total += 1
        if not one.mobile:
            counts["without_mobile"] += 1
        elif one.mobile in reached_today:
            counts["already_today"] += 1
        elif one.mobile in reached:
            counts["same_phone"] += 1
        else:
            reached[one.mobile] = one
    return Audience(reached=list(reached.values()), total=total, **counts)


def _candidates(
    actor: Actor, *, purpose: str, year: int, unit_id: int | None, on: date
) -> Iterator[Candidate]:
    if purpose == Reminder.Purpose.PAY:
        return _late(actor, year, unit_id, on)
    return _missing(actor, year, unit_id)


def _late(actor: Actor, year: int, unit_id: int | None, on: date) -> Iterator[Candidate]:
    heads = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("household"),
        relationship=Beneficiary.Relationship.HEAD,
        left_on__isnull=True,
    )
    rows = arrears(actor, year=year, on=on).filter(household__closed_on__isnull=True)
    rows = rows.filter(Q() if unit_id is None else Q(household__unit_id=unit_id))
    with_phone = rows.annotate(head_phone=Subquery(heads.values("phone")[:1]))
    for row in with_phone.select_related("household__unit"):
        yield Candidate(
            household_id=row.household_id,
            number=row.household.number,
            phones=(row.household.phone, row.head_phone or ""),
            unit_phone=row.household.unit.phone,
            late_francs=row.late_francs,
        )


def _missing(actor: Actor, year: int, unit_id: int | None) -> Iterator[Candidate]:
    rows = not_renewed(actor, year).filter(Q() if unit_id is None else Q(unit_id=unit_id))
    for row in with_head(actor, rows).select_related("unit"):
        yield Candidate(
            household_id=row.pk,
            number=row.number,
            phones=(row.phone, getattr(row, "head_phone", None) or ""),
            unit_phone=row.unit.phone,
            late_francs=None,
        )
