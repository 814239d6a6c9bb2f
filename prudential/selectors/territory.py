"""Reads of the report's territory: units with their zones, communes covered, provinces.

Until 2024 a report counts by the 18 provinces and 119 communes; from 2025 on by the 5 and
42. A unit keeps its zone d'action in the communes it was declared with: the mapping
between the divisions translates where the report wants the other one.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from federations.models import Place, Unit, UnitZone
from federations.rules.units import without_parents
from federations.selectors.facilities import FacilityCount
from federations.selectors.heirs import hang_as_on
from federations.selectors.places import carried
from federations.selectors.units import open_on
from membership.selectors import CommuneCount
from prudential.rules.annual_facts import ProvinceFact

FIRST_YEAR_OF_NEW_DIVISION = 2025
DIVISION_NOTES = {
    Place.Division.UNTIL_2025: (
        "Découpage administratif en vigueur jusqu’à la mi-2025 : 18 provinces, 119 communes."
    ),
    Place.Division.SINCE_2025: (
        "Découpage administratif en vigueur depuis la mi-2025 : 5 provinces, 42 communes."
    ),
}


def division_of_year(year: int) -> Place.Division:
    """Return the administrative division that the report of an activity year uses."""
    if year < FIRST_YEAR_OF_NEW_DIVISION:
        return Place.Division.UNTIL_2025
    return Place.Division.SINCE_2025


@dataclass(frozen=True)
class Zones:
    """Which communes each unit's zone d'action covers, in the report's division.

    ``declared`` holds the communes as the zones name them, of either division: a facility has
    one of both.
    """

    by_unit: dict[int, set[int]]
    by_tenant: dict[int, set[int]]
    declared: set[int]

    @property
    def communes(self) -> set[int]:
        """Every commune that some unit covers."""
        return set().union(*self.by_unit.values()) if self.by_unit else set()


def open_units(on_date: date, *, tenant_id: int | None) -> list[Unit]:
    """Return the units open on a day: a tenant's, or the whole network's directory.

    Never to be saved: each is said to hang from what it hangs from on that day.
    """
    found = Unit.objects.filter(open_on(on_date))
    if tenant_id is not None:
        found = found.filter(tenant_id=tenant_id)
    found = found.select_related("management_centre").order_by("tenant_id", "sort_key", "pk")
    units = list(found)
    hang_as_on(units, on_date)
    return units


def insuring_leaves(units: Collection[Unit]) -> list[Unit]:
    """Return the units that insure households: a mutuelle made of sections counts by these."""
    insuring = [unit for unit in units if unit.kind in Unit.INSURING]
    leaves = without_parents([unit.pk for unit in insuring], [unit.parent_id for unit in insuring])
    return [unit for unit in insuring if unit.pk in leaves]


def zones_of(units: Collection[Unit], on_date: date, division: Place.Division) -> Zones:
    """Return the zones d'action of units on a day, translated into the division."""
    tenants = {unit.pk: unit.tenant_id for unit in units}
    declared: dict[int, set[int]] = defaultdict(set)
    rows = UnitZone.objects.filter(open_on(on_date), unit_id__in=tenants)
    for unit_id, commune_id in rows.values_list("unit_id", "commune_id"):
        declared[unit_id].add(commune_id)
    by_unit = {
        unit_id: set(communes)
        for unit_id, communes in zip(declared, carried(declared.values(), division), strict=True)
    }
    by_tenant: dict[int, set[int]] = defaultdict(set)
    for unit_id, communes in by_unit.items():
        by_tenant[tenants[unit_id]] |= communes
    return Zones(by_unit, dict(by_tenant), set().union(*declared.values()))


def communes_of(division: Place.Division) -> list[Place]:
    """Return every commune of a division with its province, in alphabetical order."""
    found = Place.objects.filter(kind=Place.Kind.COMMUNE, division=division)
    return list(found.select_related("parent").order_by("parent__sort_key", "sort_key"))


def province_facts(
    communes: Collection[Place],
    zones: Zones,
    insured: Collection[CommuneCount],
    facilities: Collection[FacilityCount],
    tenant_names: dict[int, str],
    *,
    only_present: bool,
) -> tuple[ProvinceFact, ...]:
    """Put together what is said of each province, perhaps only where the tenant is present."""
    covered = zones.communes
    by_province: dict[Place, list[Place]] = defaultdict(list)
    for commune in communes:
        if commune.parent is not None:
            by_province[commune.parent].append(commune)
    facts = [
        _province(province, places, zones, insured, facilities, tenant_names)
        for province, places in by_province.items()
        if not only_present or any(place.pk in covered for place in places)
    ]
    return tuple(facts)


def _province(
    province: Place,
    places: list[Place],
    zones: Zones,
    insured: Collection[CommuneCount],
    facilities: Collection[FacilityCount],
    tenant_names: dict[int, str],
) -> ProvinceFact:
    ids = {place.pk for place in places}
    covered = zones.communes
    here = [count for count in insured if count.commune_id in ids]
    present = [
        name for tenant, name in tenant_names.items() if zones.by_tenant.get(tenant, set()) & ids
    ]
    return ProvinceFact(
        key=province.pk,
        name=province.name,
        covered=tuple(place.name for place in places if place.pk in covered),
        uncovered=tuple(place.name for place in places if place.pk not in covered),
        federations=tuple(present),
        households=sum(count.households or 0 for count in here),
        people=sum(count.people or 0 for count in here),
        facilities=sum(f.count for f in facilities if f.province_id == province.pk),
    )
