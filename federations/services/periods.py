"""Locks of months: every service that writes a dated fact asks here first.

The books will close months through `lock_month`; until then a manager does. Whoever writes
a fact holds the month in common until the transaction ends, whoever closes it holds it alone:
nothing slips into a month between the question and the writing.

A month is closed, or reopened, for a unit together with what hangs from it, unless asked
otherwise: the question stays one of a unit and a month, whatever stands above. So a unit that
opens, or is reopened, in the past takes over the months that are closed above it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotFound, PeriodClosed
from conamus.kernel.periods import Period, month_of
from conamus.kernel.reasons import told_reason
from federations.models import PeriodLock, Unit
from federations.rules.roles import Permission
from federations.selectors.units import visible_unit_ids
from federations.services.access import require
from federations.services.holds import days_of_unit, days_of_units, hold_alone, hold_in_common
from federations.tenancy.actor import Actor

#: The network's figures begin here: no month before it holds anything to close.
FIRST_MONTH = date(2013, 1, 1)


def require_open_month(*, tenant_id: int, unit_id: int, on_date: date, field: str) -> None:
    """Raise PeriodClosed when the month of ``on_date`` is closed for the unit."""
    month = month_of(on_date).start
    _hold_for_fact(tenant_id, {(unit_id, month)})
    closed = PeriodLock.objects.filter(
        tenant_id=tenant_id, unit_id=unit_id, month=month, lifted_at__isnull=True
    )
    if closed.exists():
        raise closed_month(month, field=field)


def hold_months(*, tenant_id: int, days: Iterable[tuple[int, date]]) -> set[tuple[int, date]]:
    """Hold the months of many units' days in common; return those closed, as (unit, first day).

    What ``require_open_month`` asks of one day, for whoever writes many facts at once.
    """
    months = {(unit_id, month_of(day).start) for unit_id, day in days}
    if not months:
        return set()
    _hold_for_fact(tenant_id, months)
    closed = PeriodLock.objects.filter(
        tenant_id=tenant_id,
        unit_id__in={unit_id for unit_id, _ in months},
        month__in={month for _, month in months},
        lifted_at__isnull=True,
    )
    return months & set(closed.values_list("unit_id", "month"))


def closed_month(month: date, *, field: str) -> PeriodClosed:
    """Return the refusal of a closed month."""
    return PeriodClosed(
        f"Le mois {month:%m/%Y} est fermé pour cette unité : choisissez une autre date, "
        "ou faites rouvrir le mois.",
        field=field,
    )


@transaction.atomic
def lock_month(
    *, actor: Actor, unit: Unit, month: date, with_dependents: bool = True
) -> list[PeriodLock]:
    """Close a month that is over, for a unit and what hangs from it; return the new locks."""
    require(actor, Permission.LOCK_PERIODS)
    _require_own(actor, unit)
    period = month_of(month)
    _require_closable(unit, period)
    hold_alone(days_of_units(actor.tenant_id))
    unit_ids = _units_meant(actor, unit.pk, period, with_dependents)
    hold_alone(*(_month_word(actor.tenant_id, unit_id, period.start) for unit_id in unit_ids))
    locked = set(_locks_held(actor, period.start, unit_ids).values_list("unit_id", flat=True))
    if not unit_ids - locked:
        raise Conflict("Ce mois est déjà fermé.", field="month")
    return PeriodLock.objects.bulk_create(
        PeriodLock(
            tenant_id=actor.tenant_id, unit_id=unit_id, month=period.start, locked_by=actor.name
        )
        for unit_id in sorted(unit_ids - locked)
    )


@transaction.atomic
def lift_lock(
    *, actor: Actor, lock_id: int, because: str, with_dependents: bool = True
) -> list[PeriodLock]:
    """Reopen a closed month, saying why, for its unit and what hangs from it."""
    require(actor, Permission.LOCK_PERIODS)
    reason = told_reason(because, most=200, missing="Dites pourquoi le mois est rouvert.")
    hold_alone(days_of_units(actor.tenant_id))
    lock = PeriodLock.objects.filter(
        tenant_id=actor.tenant_id, pk=lock_id, lifted_at__isnull=True
    ).first()
    if lock is None:
        raise NotFound("Ce mois n’est pas fermé.")
    unit_ids = _units_meant(actor, lock.unit_id, month_of(lock.month), with_dependents)
    held = _locks_held(actor, lock.month, unit_ids).select_for_update().order_by("pk")
    lifted = list(held)
    if lock not in lifted:
        raise Conflict("Ce mois vient d’être rouvert par quelqu’un d’autre.")
    for one in lifted:
        one.lifted_at, one.lifted_by = timezone.now(), actor.name
        one.lifted_because = reason
    PeriodLock.objects.bulk_update(lifted, ["lifted_at", "lifted_by", "lifted_because"])
    return lifted


def close_as_in(
    unit: Unit, others: Iterable[int | None], days: Period, *, since: datetime | None = None
) -> None:
    """Close, for the days that a unit has won, the months that are closed for any of ``others``.

    In the name of who closed them: their total would move otherwise. Whoever closes or reopens a
    month in the meantime waits, and then meets the unit as it has become. ``since``: only what
    was closed after this moment.
    """
    hold_in_common(days_of_units(unit.tenant_id))
    there = PeriodLock.objects.filter(
        tenant_id=unit.tenant_id, unit_id=unit.pk, lifted_at__isnull=True
    )
    found = PeriodLock.objects.filter(
        tenant_id=unit.tenant_id,
        unit_id__in=[key for key in others if key],
        month__gte=month_of(days.start).start,
        lifted_at__isnull=True,
    ).exclude(month__in=there.values("month"))
    if days.end is not None:
        found = found.filter(month__lt=days.end)
    if since is not None:
        found = found.filter(locked_at__gt=since)
    names = dict(found.order_by("month", "pk").values_list("month", "locked_by"))
    PeriodLock.objects.bulk_create(
        PeriodLock(tenant_id=unit.tenant_id, unit_id=unit.pk, month=month, locked_by=name)
        for month, name in names.items()
    )


def _require_own(actor: Actor, unit: Unit) -> None:
    if unit.tenant_id != actor.tenant_id:
        raise NotFound("Cette unité n’existe pas.", field="unit")


def _require_closable(unit: Unit, period: Period) -> None:
    """Refuse a month that is not over, or in which the unit could have written nothing."""
    if period.end is None or period.end > clock.today():
        raise DomainError(
            "Ce mois n’est pas fini : il ne peut pas encore être fermé.", field="month"
        )
    if period.start < FIRST_MONTH:
        raise DomainError(
            f"Rien n’est inscrit avant {FIRST_MONTH.year} : choisissez un mois plus récent.",
            field="month",
        )
    if period.end <= unit.valid_from:
        raise DomainError(
            f"Cette unité n’est ouverte que depuis le {unit.valid_from:%d/%m/%Y} : "
            "choisissez un mois plus récent.",
            field="month",
        )


def _units_meant(actor: Actor, unit_id: int, period: Period, with_dependents: bool) -> set[int]:
    """Return the unit and, if asked, those beneath it that were open in the month."""
    if not with_dependents:
        return {unit_id}
    # What hangs from a unit is what somebody limited to it would see.
    beneath = visible_unit_ids(replace(actor, unit_id=unit_id)) or frozenset()
    open_then = Unit.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=period.start),
        tenant_id=actor.tenant_id,
        pk__in=beneath,
        valid_from__lt=period.end,
    )
    return {unit_id, *open_then.values_list("pk", flat=True)}


def _locks_held(actor: Actor, month: date, unit_ids: Iterable[int]) -> QuerySet[PeriodLock]:
    return PeriodLock.objects.filter(
        tenant_id=actor.tenant_id, month=month, unit_id__in=unit_ids, lifted_at__isnull=True
    )


def _hold_for_fact(tenant_id: int, months: set[tuple[int, date]]) -> None:
    """Hold units and their months in common: who would close either sees what is written."""
    hold_in_common(
        *{days_of_unit(tenant_id, unit_id) for unit_id, _ in months},
        *(_month_word(tenant_id, unit_id, month) for unit_id, month in months),
    )


def _month_word(tenant_id: int, unit_id: int, month: date) -> str:
    return f"month:{tenant_id}:{unit_id}:{month}"
