"""Who insures whom, and where: federations with their zones, units, counts of the insured."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Q, QuerySet

from conamus.kernel.text import sort_key
from conamus.portal.desk import Desk
from conamus.portal.figures import Line
from federations.models import Place, Unit
from federations.rules.roles import Role
from federations.rules.units import without_parents
from federations.selectors.places import carried
from federations.selectors.units import open_on, visible_unit_ids
from membership.selectors import (
    InsuredCount,
    PastCount,
    insured_by_unit,
    network_insured,
    past_years,
)
from prudential.selectors.past_years import shown_past_years
from prudential.selectors.releases import released_insured

#: The last year that was published without households behind it is 2019.
FIRST_COUNTED_YEAR = 2020

_FEDERATIONS = """
SELECT f.id, f.code, f.name, f.short_name,
       array_remove(array_agg(DISTINCT u.id), NULL) AS units,
       array_agg(DISTINCT u.parent_id) AS parents,
       array_agg(DISTINCT z.commune_id) FILTER (WHERE z.commune_id IS NOT NULL) AS communes
FROM federations_federation f
LEFT JOIN federations_unit u
       ON u.tenant_id = f.id AND u.kind = ANY(%(kinds)s)
      AND u.valid_from <= %(day)s AND (u.valid_to IS NULL OR u.valid_to > %(day)s)
LEFT JOIN federations_unitzone z
       ON z.tenant_id = f.id AND z.unit_id = u.id
      AND z.valid_from <= %(day)s AND (z.valid_to IS NULL OR z.valid_to > %(day)s)
WHERE f.kind = 'federation'
GROUP BY f.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationLine(Line):
    """A federation with the communes in its units' zones d'action, all of one division."""

    communes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine(Line):
    """A mutuelle or section with the communes of its zone d'action, as it names them."""

    kind: str
    parent: int | None = None
    communes: tuple[str, ...] = ()
    commune_ids: frozenset[int] = frozenset()


def federations(on_date: date, division: Place.Division) -> list[FederationLine]:
    """Return every federation, by short name: how many units it has, where they work.

    Two queries: the zones d'action are carried to the division.
    """
    kinds = [kind.value for kind in Unit.INSURING]
    with connection.cursor() as cursor:
        cursor.execute(_FEDERATIONS, {"kinds": kinds, "day": on_date})
        rows = cursor.fetchall()
    zones = carried([row[-1] or () for row in rows], division)
    lines = [
        FederationLine(
            key=key, code=code, name=name, short_name=short_name, communes=zone,
            units=len(without_parents(units, parents)),
        )
        for (key, code, name, short_name, units, parents, _), zone in zip(rows, zones, strict=True)
    ]  # fmt: skip
    return sorted(lines, key=lambda line: sort_key(line.short_name))


def unit_lines(
    tenant_id: int,
    on_date: date,
    *,
    unit_ids: Collection[int] | None = None,
) -> list[UnitLine]:
    """Return a tenant's mutuelles and sections open on a day, perhaps some of them only."""
    units = Unit.objects.filter(open_on(on_date), tenant_id=tenant_id, kind__in=Unit.INSURING)
    if unit_ids is not None:
        units = units.filter(pk__in=unit_ids)
    return _lines(units, on_date)


def closed_unit_lines(
    tenant_id: int, on_date: date, counts: Sequence[InsuredCount], known: Sequence[UnitLine]
) -> list[UnitLine]:
    """Return the units that insured somebody and are not among those open on the day.

    A unit that is closed or re-cut keeps what it insured: no household leaves the figures.
    """
    # Of the year after a re-cut a closed unit has who it kept, and no household any more.
    insuring = {count.unit_id for count in counts if count.households != 0}
    missing = insuring - {line.key for line in known}
    if not missing:
        return []
    units = Unit.objects.filter(pk__in=missing, tenant_id=tenant_id, kind__in=Unit.INSURING)
    return [
        replace(line, name=f"{line.name} (fermée)", short_name=f"{line.short_name} (fermée)")
        for line in _lines(units, on_date)
    ]


def _lines(units: QuerySet[Unit], on_date: date) -> list[UnitLine]:
    unended = Q(zones__valid_to__isnull=True) | Q(zones__valid_to__gt=on_date)
    inside = unended & Q(zones__valid_from__lte=on_date)
    rows = units.values("pk", "name", "code", "kind", "parent_id").annotate(
        communes=ArrayAgg("zones__commune__name", filter=inside, default=[]),
        commune_ids=ArrayAgg("zones__commune_id", filter=inside, default=[]),
    )
    return [
        UnitLine(
            key=row["pk"],
            name=row["name"],
            short_name=row["name"],
            code=row["code"],
            kind=row["kind"],
            parent=row["parent_id"],
            communes=tuple(sorted(row["communes"])),
            commune_ids=frozenset(row["commune_ids"]),
        )
        for row in rows.order_by("sort_key")
    ]


def own_unit_lines(desk: Desk) -> list[UnitLine]:
    """Return the insuring units that the actor works for: all of the tenant's, or some."""
    visible = visible_unit_ids(desk.actor)
    return unit_lines(desk.actor.tenant_id, desk.on_date, unit_ids=visible)


def network_counts(desk: Desk) -> list[InsuredCount]:
    """Count the insured of all federations, by unit and year: the regulator's, as released."""
    of_network = released_insured if desk.role is Role.REGULATOR else network_insured
    return of_network(FIRST_COUNTED_YEAR, desk.latest_year)


def past_counts(desk: Desk, tenant_ids: Collection[int] | None = None) -> list[PastCount]:
    """Return the published past years that the reader may see, all of them or some tenants'.

    What is hidden from the regulator is judged on the whole network's.
    """
    if desk.role is not Role.REGULATOR:
        return past_years(tenant_ids)
    shown = shown_past_years()
    return [one for one in shown if tenant_ids is None or one.tenant_id in tenant_ids]


def tenant_counts(
    desk: Desk, tenant_id: int, unit_ids: Sequence[int] | None = None
) -> list[InsuredCount]:
    """Count a tenant's insured: from its own rows, or from the network's counts."""
    if unit_ids is None:
        desk.require_figures_of(tenant_id)
    else:
        desk.require_units_of(tenant_id)
    if desk.sees_own(tenant_id):
        return insured_by_unit(tenant_id, _years(desk), unit_ids)
    counts = [count for count in network_counts(desk) if count.tenant_id == tenant_id]
    return [count for count in counts if unit_ids is None or count.unit_id in unit_ids]


def _years(desk: Desk) -> list[int]:
    return list(range(FIRST_COUNTED_YEAR, desk.latest_year + 1))
