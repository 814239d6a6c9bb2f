"""What all parts of a yearly report are read from, fetched once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from conamus.kernel.text import sort_key
from federations.models import Federation, Place, Unit
from membership.rules.insured import InsuredCount
from membership.selectors import CommuneCount, insured_by_commune, insured_by_unit
from prudential.rules.annual_facts import FIRST_REPORT_YEAR
from prudential.rules.releases import NOT_COUNTED, Pair, Released
from prudential.selectors.releases import as_counted
from prudential.selectors.territory import (
    Zones,
    division_of_year,
    insuring_leaves,
    open_units,
    zones_of,
)


@dataclass(frozen=True)
class Reading:
    """What the parts of the report are read from, fetched once."""

    unit: Unit
    year: int
    division: Place.Division
    federations: list[Federation]
    units: list[Unit]
    insuring: list[Unit]
    counts: list[InsuredCount]
    communes: list[CommuneCount]
    tells_communes: bool
    zones: Zones

    @property
    def is_network(self) -> bool:
        return self.unit.kind == Unit.Kind.CONFEDERATION

    @property
    def membership_year(self) -> int:
        return self.year + 1

    def counts_of(self, year: int) -> list[InsuredCount]:
        return [count for count in self.counts if count.year == year]


def read(unit: Unit, year: int, released: Mapping[int, Released] | None) -> Reading:
    """Fetch what the report is read from, from the day's counts or those released."""
    is_network = unit.kind == Unit.Kind.CONFEDERATION
    opening = date(year + 1, 1, 1)
    division = division_of_year(year)
    units = open_units(opening, tenant_id=None if is_network else unit.tenant_id)
    insuring = insuring_leaves(units)
    years = range(FIRST_REPORT_YEAR, year + 2)
    if is_network:
        network = as_counted() if released is None else released
        counts = [c for one in years if one in network for c in network[one].figures.units.values()]
        last = network.get(year + 1, NOT_COUNTED)
        communes = _communes(last, division)
    else:
        counts = insured_by_unit(unit.tenant_id, years)
        communes = insured_by_commune(unit.tenant_id, year + 1, division)
    return Reading(
        unit=unit,
        year=year,
        division=division,
        federations=_federations(unit),
        units=units,
        insuring=insuring,
        counts=counts,
        communes=communes,
        tells_communes=not is_network or last.tells_places,
        # A mutuelle made of sections counts by these, and still works where its own zone says.
        zones=zones_of([u for u in units if u.kind in Unit.INSURING], opening, division),
    )


def _communes(released: Released, division: Place.Division) -> list[CommuneCount]:
    """Sum a year's places by federation and commune of the division."""
    figures = released.figures
    sums: dict[tuple[int, int], Pair] = defaultdict(lambda: (0, 0))
    for (unit_id, former, current), (households, people) in figures.places.items():
        commune = former if division == Place.Division.UNTIL_2025 else current
        key = figures.units[unit_id].tenant_id, commune
        sums[key] = sums[key][0] + households, sums[key][1] + people
    return [
        CommuneCount(tenant_id=tenant, commune_id=commune, households=households, people=people)
        for (tenant, commune), (households, people) in sums.items()
    ]


def _federations(unit: Unit) -> list[Federation]:
    found = Federation.objects.filter(kind=Federation.Kind.FEDERATION)
    if unit.kind != Unit.Kind.CONFEDERATION:
        found = found.filter(pk=unit.tenant_id)
    return sorted(found, key=lambda federation: sort_key(federation.short_name))
