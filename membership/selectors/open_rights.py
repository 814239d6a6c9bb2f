"""Reads of open rights: whom to count on a day, and what was counted."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from federations.selectors.statements import rows_of
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import OpenRights
from membership.rules.open_rights import AGE, CATEGORY, COLLINE, SEX, Figures, InsuredPerson
from membership.rules.rights import coverage_on
from membership.selectors.indicators import Breakdown, InsuredGroup, sees_network
from membership.selectors.rights import own_people

COUNT_JOB = "open_rights"
#: People read at a time, so that the bar moves and memory stays small.
BATCH = 2_000
_INSURED = (
    "SELECT beneficiary_id, unit_id, colline_id, category, sex, birth_date, is_head"
    " FROM insured_people_on(%s) WHERE tenant_id = %s ORDER BY beneficiary_id"
)
_KINDS = {Breakdown.SEX: SEX, Breakdown.AGE: AGE, Breakdown.CATEGORY: CATEGORY}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """The insured of a day with open rights, by group; of which tenants, and counted since when."""

    groups: list[InsuredGroup]
    tenants: frozenset[int]
    counted_at: datetime


def insured_people(tenant_id: int, day: date) -> list[InsuredPerson]:
    """Return the people insured in the open scope's tenant on a day."""
    return [InsuredPerson(**row) for row in rows_of(_INSURED, day, tenant_id)]


def with_open_rights(
    tenant_id: int, people: Sequence[InsuredPerson], day: date
) -> Iterator[tuple[int, list[InsuredPerson]]]:
    """Yield, batch by batch, how many were read and those whose rights are open on the day."""
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        found = own_people(tenant_id, [one.beneficiary_id for one in batch], day)
        covered = {one.beneficiary_id for one in found if coverage_on(one.facts, day).is_open}
        yield start + len(batch), [one for one in batch if one.beneficiary_id in covered]


def is_counted(tenant_id: int, day: date) -> bool:
    """Tell whether a day was counted."""
    return OpenRights.objects.filter(tenant_id=tenant_id, day=day).exists()


def open_rights_on(actor: Actor, day: date, by: Breakdown) -> OpenCount | None:
    """Return what was counted for a day, in the units that the actor may see; None: nothing."""
    rows = _counted(actor, day)
    if not rows:
        return None
    places = _places(by) if by.is_place else {}
    unit_ids = None if sees_network(actor) else visible_unit_ids(actor)
    groups = [
        group
        for tenant_id, _, figures in rows
        for group in _groups(tenant_id, figures, by, places)
        if unit_ids is None or group.unit_id in unit_ids
    ]
    return OpenCount(
        groups=groups,
        tenants=frozenset(tenant_id for tenant_id, _, _ in rows),
        counted_at=min(counted_at for _, counted_at, _ in rows),
    )


def _counted(actor: Actor, day: date) -> list[tuple[int, datetime, Figures]]:
    """Tenant, moment and figures: of one's own, or of every federation by the narrow function."""
    if sees_network(actor):
        rows = rows_of("SELECT tenant_id, counted_at, figures FROM network_open_rights(%s)", day)
        return [(row["tenant_id"], row["counted_at"], json.loads(row["figures"])) for row in rows]
    found = OpenRights.objects.filter(tenant_id=actor.tenant_id, day=day)
    return list(found.values_list("tenant_id", "counted_at", "figures"))


def _groups(
    tenant_id: int, figures: Figures, by: Breakdown, places: dict[str, str]
) -> Iterator[InsuredGroup]:
    for unit, groups in figures.get(_KINDS.get(by, COLLINE), {}).items():
        for group, (male_heads, female_heads, males, females) in groups.items():
            yield InsuredGroup(
                tenant_id=tenant_id,
                unit_id=int(unit),
                group_key=places.get(group, "") if by.is_place else _own_key(by, unit, group),
                male_heads=male_heads,
                female_heads=female_heads,
                males=males,
                females=females,
            )


def _own_key(by: Breakdown, unit: str, group: str) -> str:
    return unit if by is Breakdown.UNIT else group


def _places(by: Breakdown) -> dict[str, str]:
    rows = rows_of("SELECT colline_id, place_id FROM collines_by_place(%s)", by.value)
    return {str(row["colline_id"]): str(row["place_id"]) for row in rows}
