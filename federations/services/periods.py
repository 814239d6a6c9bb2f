"""Locks of months: every service that writes a dated fact asks here first.

The books will close months through `lock_month`; until then a manager does. Whoever writes
a fact holds the month in common until the transaction ends, whoever closes it holds it alone:
nothing slips into a month between the question and the writing.
"""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotFound, PeriodClosed
from conamus.kernel.periods import month_of
from federations.models import PeriodLock, Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor


def require_open_month(*, tenant_id: int, unit_id: int, on_date: date, field: str) -> None:
    """Raise PeriodClosed when the month of ``on_date`` is closed for the unit."""
    month = month_of(on_date).start
    _hold_month("pg_advisory_xact_lock_shared", tenant_id, unit_id, month)
    closed = PeriodLock.objects.filter(
        tenant_id=tenant_id, unit_id=unit_id, month=month, lifted_at__isnull=True
    )
    if closed.exists():
        raise PeriodClosed(
            f"Le mois {month:%m/%Y} est fermé pour cette unité : choisissez une autre date, "
            "ou faites rouvrir le mois.",
            field=field,
        )


@transaction.atomic
def lock_month(*, actor: Actor, unit: Unit, month: date) -> PeriodLock:
    """Close a month that is over, for one unit."""
    require(actor, Permission.LOCK_PERIODS)
    _require_own(actor, unit)
    period = month_of(month)
    if period.end is None or period.end > clock.today():
        raise DomainError(
            "Ce mois n’est pas fini : il ne peut pas encore être fermé.", field="month"
        )
    _hold_month("pg_advisory_xact_lock", actor.tenant_id, unit.pk, period.start)
    lock, created = PeriodLock.objects.get_or_create(
        tenant_id=actor.tenant_id,
        unit=unit,
        month=period.start,
        lifted_at=None,
        defaults={"locked_by": actor.name},
    )
    if not created:
        raise Conflict("Ce mois est déjà fermé.", field="month")
    return lock


@transaction.atomic
def lift_lock(*, actor: Actor, lock_id: int, because: str) -> PeriodLock:
    """Reopen a closed month, saying why."""
    require(actor, Permission.LOCK_PERIODS)
    if not because.strip():
        raise DomainError("Dites pourquoi le mois est rouvert.", field="because")
    lock = (
        PeriodLock.objects.select_for_update()
        .filter(tenant_id=actor.tenant_id, pk=lock_id, lifted_at__isnull=True)
        .first()
    )
    if lock is None:
        raise NotFound("Ce mois n’est pas fermé.")
    lock.lifted_at, lock.lifted_by, lock.lifted_because = timezone.now(), actor.name, because[:200]
    lock.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    return lock


def _require_own(actor: Actor, unit: Unit) -> None:
    if unit.tenant_id != actor.tenant_id:
        raise NotFound("Cette unité n’existe pas.", field="unit")


def _hold_month(function: str, tenant_id: int, unit_id: int, month: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(hashtextextended(%s, 0))",
            [f"month:{tenant_id}:{unit_id}:{month}"],
        )
