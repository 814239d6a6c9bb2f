"""Reads of closed months: the year of every unit, month by month."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from conamus.kernel.errors import NotFound
from federations.models import PeriodLock, Unit
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of one unit: closed by a lock, open, or not over yet."""

    month: date
    lock: PeriodLock | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A unit and its twelve months."""

    unit: Unit
    months: tuple[MonthCell, ...]


def months_of(year: int) -> list[date]:
    """Return the first days of a year's months."""
    return [date(year, number, 1) for number in range(1, 13)]


def locks_of_year(actor: Actor, year: int) -> QuerySet[PeriodLock]:
    """Return the year's locks that hold."""
    return PeriodLock.objects.filter(
        tenant_id=actor.tenant_id, month__year=year, lifted_at__isnull=True
    )


def lifted_locks_of_year(actor: Actor, year: int) -> QuerySet[PeriodLock]:
    """Return the year's locks that were lifted, latest first."""
    return (
        PeriodLock.objects.filter(
            tenant_id=actor.tenant_id, month__year=year, lifted_at__isnull=False
        )
        .select_related("unit")
        .order_by("-lifted_at")
    )


def year_of_units(actor: Actor, year: int, *, today: date) -> list[UnitYear]:
    """Return the months of every unit that was open in the year; two queries."""
    locks = {(lock.unit_id, lock.month): lock for lock in locks_of_year(actor, year)}
    this_month = today.replace(day=1)
    return [
        UnitYear(
            unit,
            tuple(
                MonthCell(month, locks.get((unit.pk, month)), month < this_month)
                for month in months_of(year)
            ),
        )
        for unit in _units_of_year(actor, year)
    ]


def own_lock(actor: Actor, lock_id: int) -> PeriodLock:
    """Return a lock that holds, of the actor's tenant; NotFound for any other."""
    lock = (
        PeriodLock.objects.select_related("unit")
        .filter(tenant_id=actor.tenant_id, pk=lock_id, lifted_at__isnull=True)
        .first()
    )
    if lock is None:
        raise NotFound("Ce mois n’est pas fermé.")
    return lock


def _units_of_year(actor: Actor, year: int) -> QuerySet[Unit]:
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gt=date(year, 1, 1))
    units = Unit.objects.filter(
        still_open, tenant_id=actor.tenant_id, valid_from__lt=date(year + 1, 1, 1)
    )
    return units.order_by("sort_key", "pk")
