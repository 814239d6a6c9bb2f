"""Writes of targets: the households of each unit's population in a year, from page or sheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.tenancy.actor import Actor
from membership.models import UnitTarget
from membership.selectors.campaigns import mutualist_year
from membership.selectors.progress import insuring_units
from membership.selectors.targets import targets_of

#: No unit's population is larger than the country's households.
MOST_HOUSEHOLDS = 3_000_000


@dataclass(frozen=True, slots=True)
class TargetChange:
    """How many targets were set, changed or removed."""

    changed: int


@transaction.atomic
def set_target(
    *, actor: Actor, unit_id: int, year: int, households: int, source: str
) -> UnitTarget:
    """Set a unit's target for a year; the same again changes nothing."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    mutualist_year(year)
    _check(households, field="households")
    is_own = Unit.objects.filter(
        tenant_id=actor.tenant_id, pk=unit_id, kind__in=Unit.INSURING
    ).exists()
    if not is_own:
        raise NotFound("Cette mutuelle ou section n’existe pas.", field="unit")
    row = targets_of(actor.tenant_id, year).get(unit_id)
    return _write(actor, row, unit_id=unit_id, year=year, households=households, source=source)


@transaction.atomic
def set_targets(
    *, actor: Actor, year: int, households: Mapping[int, int | None], source: str
) -> TargetChange:
    """Set the targets of several units at once (unit → households; None: no target)."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    mutualist_year(year)
    own = {unit.pk for unit in insuring_units(actor, on=clock.today())}
    before = targets_of(actor.tenant_id, year)
    changed = 0
    for unit_id, count in households.items():
        if unit_id not in own and unit_id not in before:
            raise NotFound("Cette mutuelle ou section n’existe pas.", field=f"unit-{unit_id}")
        changed += _apply(actor, before.get(unit_id), unit_id, year, count, source)
    return TargetChange(changed)


def _apply(
    actor: Actor, row: UnitTarget | None, unit_id: int, year: int, count: int | None, source: str
) -> int:
    if count is None:
        return row.delete()[0] if row is not None else 0
    if row is not None and row.households == count:
        return 0
    _check(count, field=f"unit-{unit_id}")
    _write(actor, row, unit_id=unit_id, year=year, households=count, source=source)
    return 1


def _write(
    actor: Actor, row: UnitTarget | None, *, unit_id: int, year: int, households: int, source: str
) -> UnitTarget:
    row = row or UnitTarget(tenant_id=actor.tenant_id, unit_id=unit_id, year_id=year)
    row.households, row.source = households, source.strip()
    save_checked(row, conflict_field="households")
    return row


def _check(households: int, *, field: str) -> None:
    if not 0 < households <= MOST_HOUSEHOLDS:
        raise DomainError(
            "Une cible compte au moins un ménage ; laissez vide pour n’en fixer aucune.",
            field=field,
        )
