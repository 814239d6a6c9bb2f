"""Signals of facilities: a month against the peers, once the month is over. Safe to run twice."""

from datetime import date, timedelta

from claims.models import FacilitySignal
from claims.rules.signals.facilities import FacilityMonth, facility_signals_of
from claims.selectors.facility_months import facility_months, network_months
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import month_of
from federations.models import Federation
from federations.rules.roles import Permission
from federations.selectors.tenants import is_confederation
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
    found = facility_signals_of(_months(actor.tenant_id, days.start, days.end))
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


def _months(tenant_id: int, since: date, until: date) -> list[FacilityMonth]:
    """What a federation pays of each facility; CONAMUS's advisers look at all of it together."""
    if is_confederation(tenant_id):
        return network_months(since=since, until=until)
    return facility_months(tenant_id, since=since, until=until)


def raise_all_facility_signals(*, on: date) -> int:
    """Look at the last months of each federation and of the network; return the new signals."""
    tenants = Federation.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_raise_months(pk, on) for pk in tenants)


def _raise_months(tenant_id: int, on: date) -> int:
    actor = system_actor(tenant_id, TASK)
    raised, month = 0, on.replace(day=1)
    with open_scope(actor, source="tâche périodique"):
        for _ in range(MONTHS_BACK):
            month = (month - _DAY).replace(day=1)
            raised += raise_facility_signals(actor=actor, month=month, on=on)
    return raised
