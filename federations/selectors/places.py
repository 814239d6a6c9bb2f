"""Reads of places in both divisions, of how communes correspond, and of health districts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from conamus.kernel.errors import NotFound
from federations.models import CommuneMapping, HealthDistrict, HealthFacility, Place, UnitZone
from federations.selectors.units import open_on, unclosed_on


def provinces(division: str) -> QuerySet[Place]:
    """Return a division's provinces with their number of communes."""
    found = Place.objects.filter(division=division, kind=Place.Kind.PROVINCE)
    return found.annotate(communes=Count("children")).order_by("sort_key")


def communes(division: str) -> QuerySet[Place]:
    """Return a division's communes, province by province."""
    found = Place.objects.filter(division=division, kind=Place.Kind.COMMUNE)
    return found.select_related("parent").order_by("parent__sort_key", "sort_key")


def place_by_id(place_id: int) -> Place:
    """Return a place with all that it lies in."""
    related = ("parent__parent__parent", "former_commune__parent")
    place = Place.objects.select_related(*related).filter(pk=place_id).first()
    if place is None:
        raise NotFound("Ce lieu n’existe pas.")
    return place


def lineage(place: Place) -> list[Place]:
    """Return what the place lies in, widest first."""
    above: list[Place] = []
    parent = place.parent
    while parent is not None:
        above.insert(0, parent)
        parent = parent.parent
    return above


def children(place: Place) -> list[Place]:
    """Return the places directly in this one."""
    found = Place.objects.filter(parent=place).select_related("former_commune")
    return list(found.order_by("sort_key"))


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A commune of the other division, and how much of this one lies in it."""

    place: Place
    share: object
    is_main: bool
    method: str


def correspondences(commune: Place) -> list[Correspondence]:
    """Return the communes of the other division that this one corresponds to, main first."""
    if commune.kind != Place.Kind.COMMUNE:
        return []
    if commune.division == Place.Division.UNTIL_2025:
        rows = CommuneMapping.objects.filter(former=commune).select_related("current__parent")
        return [_toward(row, row.current) for row in rows.order_by("-is_main", "-share")]
    rows = CommuneMapping.objects.filter(current=commune).select_related("former__parent")
    return [_toward(row, row.former) for row in rows.order_by("-is_main", "-share")]


def _toward(row: CommuneMapping, place: Place) -> Correspondence:
    return Correspondence(place, row.share, row.is_main, row.method)


def carried(zones: Iterable[Collection[int]], into: str) -> list[frozenset[int]]:
    """Return, for each zone d'action, the communes of a division that have collines in it.

    A zone keeps the communes it was declared with, of either division, and each figure counts
    by one: what is in one of them only is nobody's commune in the other. One query.
    """
    beside = "successors__current" if into == Place.Division.UNTIL_2025 else "predecessors__former"
    inside: dict[int, set[int]] = defaultdict(set)
    for commune, other in communes(into).order_by().values_list("pk", beside):
        inside[commune].add(commune)
        if other is not None:
            inside[other].add(commune)
    return [frozenset().union(*(inside.get(one, ()) for one in zone)) for zone in zones]


def units_working_in(commune: Place, on_date: date) -> list[UnitZone]:
    """Return the zones d'action in which this commune is on a day, one for each unit.

    They name it, or one of the other division that has collines in common with it.
    """
    beside = Q(commune__predecessors__former=commune) | Q(commune__successors__current=commune)
    zones = UnitZone.objects.filter(Q(commune=commune) | beside, open_on(on_date))
    one_each = ("unit__sort_key", "unit_id")
    return list(zones.select_related("unit__tenant").order_by(*one_each).distinct(*one_each))


def facilities_in(commune: Place) -> QuerySet[HealthFacility]:
    """Return the facilities of a commune of either division."""
    if commune.division == Place.Division.UNTIL_2025:
        return HealthFacility.objects.filter(former_commune=commune)
    return HealthFacility.objects.filter(commune=commune)


def districts() -> QuerySet[HealthDistrict]:
    """Return the health districts with their number of facilities."""
    here = HealthFacility.objects.order_by().filter(health_district=OuterRef("pk"))
    counted = here.values("health_district").annotate(count=Count("pk")).values("count")
    found = HealthDistrict.objects.select_related("former_province")
    return found.annotate(facilities=Coalesce(Subquery(counted), 0)).order_by("sort_key")


def unclosed_districts(day: date, *, had: int | None = None) -> QuerySet[HealthDistrict]:
    """Return the health districts that no day has ended by a day, and the one of key ``had``."""
    return HealthDistrict.objects.filter(unclosed_on(day) | Q(pk=had)).order_by("sort_key")


def district_by_id(district_id: int) -> HealthDistrict:
    """Return a health district."""
    district = (
        HealthDistrict.objects.select_related("former_province").filter(pk=district_id).first()
    )
    if district is None:
        raise NotFound("Ce district sanitaire n’existe pas.")
    return district
