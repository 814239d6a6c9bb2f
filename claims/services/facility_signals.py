"""Signals of facilities: a month against the peers, once the month is over. Safe to run twice."""

from datetime import date, timedelta

from claims.models import FacilitySignal
from claims.rules.signals.facilities import facility_signals_of
from claims.selectors.facility_months import facility_months
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import month_of
from federations.models import Federation
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope

TASK = "signaux du mois"
#: Attestations of a month come in during the following ones: it is looked at again.
MONTHS_BACK = 3
_DAY = timedelta(days=1)


def raise_facility_signals(*, actor: Actor, month: date, on: date) -> int:
    """Raise what is unusual in the facilities' month; return how many signals are new.

    ``month`` is any day of it; DomainError while it is not over on ``on``.
    """
    require(actor, Permission.CHECK_CLAIMS)
    days = month_of(month)
    if days.end is None or days.end > on:
        raise DomainError("Ce mois n’est pas fini.", field="month")
    found = facility_signals_of(facility_months(actor.tenant_id, since=days.start, until=days.end))
    known = FacilitySignal.objects.filter(tenant_id=actor.tenant_id, month=days.start)
    before = set(known.values_list("facility_id", "rule"))
    fresh = [one for one in found if (int(one.facility), one.rule) not in before]
    FacilitySignal.objects.bulk_create(
        (
            FacilitySignal(
                tenant_id=actor.tenant_id,
                facility_id=int(one.facility),
                month=days.start,
                rule=one.rule,
                facts=dict(one.facts),
            )
            for one in fresh
        ),
        ignore_conflicts=True,
    )
    return len(fresh)


def raise_all_facility_signals(*, on: date) -> int:
    """Look at the last months of every federation, one after the other; return the new signals."""
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION)
    return sum(_raise_months(pk, on) for pk in federations.values_list("pk", flat=True))


def _raise_months(tenant_id: int, on: date) -> int:
    actor = system_actor(tenant_id, TASK)
    raised, month = 0, on.replace(day=1)
    with open_scope(actor, source="tâche périodique"):
        for _ in range(MONTHS_BACK):
            month = (month - _DAY).replace(day=1)
            raised += raise_facility_signals(actor=actor, month=month, on=on)
    return raised
