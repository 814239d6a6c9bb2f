"""Corrections to the lists of places and health districts, by the confederation.

The lists are brought in whole (federations/services/places.py); what is done here is one
place at a time: a name spelt wrongly, a colline that is missing, the former commune of a
colline that was only an estimate, a health district that was split.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError, Gathering, NotFound
from federations.models import HealthDistrict, Place
from federations.rules.days import require_near_day
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.services.versions import ChangedMeanwhile, require_read, version_of
from federations.tenancy.actor import Actor

#: Levels that can be added, by the level that they are added under.
ADDED_UNDER = {Place.Kind.COMMUNE: Place.Kind.ZONE, Place.Kind.ZONE: Place.Kind.COLLINE}


class PlaceChanged(ChangedMeanwhile):
    """The place is not any more what its second writer has read."""

    thing = "ce lieu"


class DistrictChanged(ChangedMeanwhile):
    """The same, of a health district."""

    thing = "ce district sanitaire"


@dataclass(frozen=True, kw_only=True)
class DistrictDetails:
    """What a person says of a health district."""

    name: str
    code: str
    former_province_id: int
    valid_from: date | None = None
    valid_to: date | None = None


@transaction.atomic
def correct_place(
    *,
    actor: Actor,
    place_id: int,
    version: str,
    name: str,
    seat: str = "",
    former_commune_id: int | None = None,
) -> Place:
    """Correct a place's name or seat and, for a colline, the commune where it used to lie.

    ``version`` is the one that was read.
    """
    require(actor, Permission.MANAGE_PLACES)
    place = _place(place_id)
    wanted = {"name": name, "seat": seat, "former_commune_id": former_commune_id}
    require_read(place, wanted, version=version, changed=PlaceChanged)
    place.name, place.seat = name.strip(), seat.strip()
    if place.kind == Place.Kind.COLLINE and former_commune_id != place.former_commune_id:
        _require_former_commune(former_commune_id)
        # Told by a person: no longer an estimate, nor derived from a name.
        place.former_commune_id, place.former_method = former_commune_id, ""
    save_checked(place, conflict_field="name")
    return place


def place_version(place: Place) -> str:
    """Return what tells this state of a place from another."""
    return version_of(place, ("name", "seat", "former_commune_id"))


@transaction.atomic
def add_place(
    *,
    actor: Actor,
    parent_id: int,
    name: str,
    former_commune_id: int | None = None,
    submission_key: str = "",
) -> Place:
    """Add a zone to a commune, or a colline to a zone; its code is the next free number."""
    require(actor, Permission.MANAGE_PLACES)
    parent = _place(parent_id)
    kind = ADDED_UNDER.get(Place.Kind(parent.kind))
    if kind is None or parent.division != Place.Division.SINCE_2025:
        raise DomainError("Rien ne s’ajoute sous ce lieu.")
    if former_commune_id is not None:
        _require_former_commune(former_commune_id)

    def create() -> Place:
        place = Place(
            kind=kind,
            division=parent.division,
            parent=parent,
            name=name.strip(),
            code=_next_code(parent),
            former_commune_id=former_commune_id if kind == Place.Kind.COLLINE else None,
            valid_from=parent.valid_from,
        )
        save_checked(place, conflict_field="name")
        return place

    return once(
        tenant_id=actor.tenant_id,
        key=submission_key,
        content=["place", parent_id, name, former_commune_id],
        create=create,
        find=lambda pk: _place(int(pk)),
    )


@transaction.atomic
def add_district(
    *, actor: Actor, details: DistrictDetails, submission_key: str = ""
) -> HealthDistrict:
    """Add a health district."""
    require(actor, Permission.MANAGE_PLACES)

    def create() -> HealthDistrict:
        district = HealthDistrict()
        _save_district(district, details)
        return district

    return once(
        tenant_id=actor.tenant_id,
        key=submission_key,
        content=["district", vars(details)],
        create=create,
        find=lambda pk: _district(int(pk)),
    )


@transaction.atomic
def change_district(
    *, actor: Actor, district_id: int, details: DistrictDetails, version: str
) -> HealthDistrict:
    """Correct a health district, or close it by giving its last day.

    ``version`` is the one that was read.
    """
    require(actor, Permission.MANAGE_PLACES)
    district = _district(district_id)
    require_read(district, vars(details), version=version, changed=DistrictChanged)
    _save_district(district, details)
    return district


def district_version(district: HealthDistrict) -> str:
    """Return what tells this state of a health district from another."""
    return version_of(district, DistrictDetails.__dataclass_fields__)


def _place(place_id: int) -> Place:
    place = Place.objects.select_for_update().filter(pk=place_id).first()
    if place is None:
        raise NotFound("Ce lieu n’existe pas.")
    return place


def _district(district_id: int) -> HealthDistrict:
    district = HealthDistrict.objects.select_for_update().filter(pk=district_id).first()
    if district is None:
        raise NotFound("Ce district sanitaire n’existe pas.")
    return district


def _save_district(district: HealthDistrict, details: DistrictDetails) -> None:
    for name, value in vars(details).items():
        setattr(district, name, value.strip() if isinstance(value, str) else value)
    gathering = Gathering()
    for field, act in (("valid_from", "Un découpage"), ("valid_to", "La fin d’un district")):
        day = getattr(details, field)
        with gathering.part():
            if day is not None:
                require_near_day(day, today=clock.today(), act=act, field=field)
    begins, ends = details.valid_from, details.valid_to
    if not gathering.found and begins and ends and ends <= begins:
        raise DomainError("La fin vient après le début.", field="valid_to")
    save_checked(district, conflict_field="code", gathered=gathering)


def _require_former_commune(place_id: int | None) -> None:
    communes = Place.objects.filter(kind=Place.Kind.COMMUNE, division=Place.Division.UNTIL_2025)
    if place_id is None or not communes.filter(pk=place_id).exists():
        raise DomainError("Choisissez une commune d’avant 2025.", field="former_commune")


def _next_code(parent: Place) -> str:
    """Return the code after the highest one given under the parent; none is used twice."""
    codes = Place.objects.filter(division=parent.division, parent=parent).values_list(
        "code", flat=True
    )
    numbers = [
        int(code.rpartition("-")[2]) for code in codes if code.rpartition("-")[2].isdecimal()
    ]
    return f"{parent.code}-{max(numbers, default=0) + 1:02d}"
