"""Do the places that one thing names lie on the same ground?

A facility names its commune in both divisions, and a health district; a unit names the
commune of its seat, perhaps a district, and a zone d'action that may use both divisions.
The correspondence of communes (CommuneMapping) and the district's province until 2025 say
which go together. A commune whose correspondence is not known is not judged. A district is one
that is in force.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import CommuneMapping, HealthDistrict, HealthFacility, Place, Unit


def require_one_ground(facility: HealthFacility) -> None:
    """Raise unless the facility's communes of the two divisions overlap."""
    former, current = facility.former_commune, facility.commune
    known = _overlapping([former.pk])[former.pk]
    if known and current.pk not in known:
        raise DomainError(
            f"{former.name} (avant 2025) n’a aucune colline dans {current.name} (depuis 2025) ; "
            f"elle est dans : {_names(known)}.",
            field="commune",
        )


def require_district(facility: HealthFacility) -> None:
    """Raise unless the facility's district is of its former commune's province."""
    _require_province(facility.health_district, {facility.former_commune.parent_id})


def require_district_of_seat(unit: Unit) -> None:
    """Raise unless a unit's district is of a province that its seat was or is in."""
    if unit.health_district is not None and unit.place is not None:
        _require_province(unit.health_district, _former_provinces(unit.place))


def require_district_in_force(
    district: HealthDistrict | None, *, was: int | None, begins_on: date
) -> None:
    """Raise for a district not in force today, or on the first day of what is to begin.

    ``was`` is the key of the one it had: that stays, though it has ended since.
    """
    day = max(clock.today(), begins_on)
    if district is None or district.pk == was or is_in_force(district, day):
        return
    raise DomainError(
        f"Le district {district.name} n’est pas en vigueur le {day:%d/%m/%Y} : choisissez celui "
        "qui l’est ce jour-là.",
        field="health_district",
    )


def is_in_force(district: HealthDistrict, day: date) -> bool:
    """Tell whether a health district is in force on a day."""
    has_begun = district.valid_from is None or district.valid_from <= day
    return has_begun and (district.valid_to is None or day < district.valid_to)


def require_one_zone(commune_ids: Collection[int]) -> None:
    """Raise where a zone names communes of both divisions that have nothing in common."""
    communes = Place.objects.in_bulk(list(commune_ids))
    if len({place.division for place in communes.values()}) < 2:
        return
    overlapping = _overlapping(communes)
    for key, place in communes.items():
        if overlapping[key] and not overlapping[key] & communes.keys():
            raise DomainError(
                f"{place.name} n’a aucune colline dans les communes de l’autre découpage que vous "
                "nommez : nommez toute la zone dans un seul découpage, ou les mêmes lieux dans "
                "les deux.",
                field="communes",
            )


def _require_province(district: HealthDistrict, province_ids: Collection[int | None]) -> None:
    known = {key for key in province_ids if key is not None}
    if known and district.former_province_id not in known:
        raise DomainError(
            f"Le district {district.name} est dans la province {district.former_province.name} "
            f"(avant 2025), la commune dans : {_names(known)}.",
            field="health_district",
        )


def _former_provinces(place: Place) -> set[int | None]:
    """The provinces until 2025 of a commune of either division; of another place, none."""
    if place.kind != Place.Kind.COMMUNE:
        return set()
    if place.division == Place.Division.UNTIL_2025:
        return {place.parent_id}
    former = Place.objects.filter(pk__in=_overlapping([place.pk])[place.pk])
    return set(former.values_list("parent_id", flat=True))


def _overlapping(commune_ids: Collection[int]) -> dict[int, set[int]]:
    """Return, by commune, those of the other division that it has collines in common with."""
    found: dict[int, set[int]] = defaultdict(set)
    for key, other in (("former_id", "current_id"), ("current_id", "former_id")):
        rows = CommuneMapping.objects.filter(**{f"{key}__in": list(commune_ids)})
        for commune, overlapped in rows.values_list(key, other):
            found[commune].add(overlapped)
    return found


def _names(place_ids: Collection[int]) -> str:
    names = Place.objects.filter(pk__in=place_ids).order_by("sort_key")
    return ", ".join(names.values_list("name", flat=True))
