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
from federations.services.versions import ChangedMeanwhile, folded
from federations.tenancy.actor import Actor
from membership.models import UnitTarget
from membership.selectors.campaigns import mutualist_year
from membership.selectors.progress import insuring_units
from membership.selectors.targets import targets_of

#: No unit's population is larger than the country's households.
MOST_HOUSEHOLDS = 3_000_000


class TargetsChanged(ChangedMeanwhile):
    """The year's targets are not any more what their second writer has read."""

    thing = "ces cibles"


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
    *, actor: Actor, year: int, households: Mapping[int, int | None], source: str, version: str
) -> TargetChange:
    """Set the targets of several units at once (unit → households; None: no target).

    ``version`` is that of the targets that were read.
    """
    require(actor, Permission.MANAGE_CAMPAIGNS)
    mutualist_year(year)
    _require_read(actor, year, households, version)
    own = {unit.pk for unit in insuring_units(actor, on=clock.today())}
    before = targets_of(actor.tenant_id, year)
    changed = 0
    for unit_id, count in households.items():
        if unit_id not in own and unit_id not in before:
            raise NotFound("Cette mutuelle ou section n’existe pas.", field=f"unit-{unit_id}")
        changed += _apply(actor, before.get(unit_id), unit_id, year, count, source)
    return TargetChange(changed)


def targets_version(tenant_id: int, year: int) -> str:
    """Return what tells these targets of a year from others."""
    rows = targets_of(tenant_id, year)
    return folded(sorted((unit_id, row.households) for unit_id, row in rows.items()))


def _require_read(
    actor: Actor, year: int, households: Mapping[int, int | None], version: str
) -> None:
    """Hold the year's targets; raise unless they are those read, or as wanted already."""
    list(UnitTarget.objects.select_for_update().filter(tenant_id=actor.tenant_id, year_id=year))
    there = targets_of(actor.tenant_id, year)
    wanted = {unit_id: count for unit_id, count in households.items() if count is not None}
    is_there = wanted == {unit_id: row.households for unit_id, row in there.items()}
    if not is_there and version != targets_version(actor.tenant_id, year):
        raise TargetsChanged(there)


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
