"""The register of health facilities: added by any manager, changed by the confederation's.

The register is the whole network's (federations/rules/facilities.py says why), and so is its
history (decision 0036).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError, Gathering, NotAllowed, NotFound
from conamus.kernel.phones import clean_phone
from federations.models import HealthFacility
from federations.rules.days import require_near_day
from federations.rules.facilities import SHARED_REGISTER, may_change_facility
from federations.rules.roles import Permission
from federations.rules.standings import Standing, periods_of
from federations.selectors.facilities import is_closed_by
from federations.selectors.standings import words_on
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.ground import (
    require_district,
    require_district_in_force,
    require_one_ground,
)
from federations.services.repetition import once
from federations.services.standings import words_for, write_standing
from federations.services.versions import ChangedMeanwhile, folded, require_read, version_of
from federations.tenancy.actor import Actor


class FacilityChanged(ChangedMeanwhile):
    """The facility is not any more what its second writer has read."""

    thing = "cette formation sanitaire"


class SituationChanged(ChangedMeanwhile):
    """The same, of how the facility stands: contracted, suspended, closed or about to close."""

    thing = "la situation de cette formation sanitaire"


@dataclass(frozen=True, kw_only=True)
class FacilityDetails:
    """What a person says of a facility."""

    name: str
    code: str
    facility_type: str
    ownership: str
    commune_id: int
    former_commune_id: int
    health_district_id: int
    contracted_on: date
    phone: str = ""

    @property
    def standing(self) -> Standing:
        """What the rules of care ask of it."""
        return Standing(self.facility_type, self.ownership)

    def as_fields(self) -> dict[str, Any]:
        """Return the values as the model's own fields."""
        return {
            **vars(self),
            "name": self.name.strip(),
            "code": self.code.strip().upper(),
            "phone": clean_phone(self.phone),
        }


@transaction.atomic
def add_facility(
    *, actor: Actor, details: FacilityDetails, submission_key: str = ""
) -> HealthFacility:
    """Add a facility that the register misses."""
    require(actor, Permission.MANAGE_FACILITIES)

    def create() -> HealthFacility:
        facility = HealthFacility()
        _save(facility, details)
        return facility

    return once(
        tenant_id=actor.tenant_id,
        key=submission_key,
        content=["facility", details.as_fields()],
        create=create,
        # Not held: who may add to the register may not always change what is in it.
        find=lambda pk: HealthFacility.objects.get(pk=pk),
    )


@transaction.atomic
def change_facility(
    *,
    actor: Actor,
    facility_id: int,
    details: FacilityDetails,
    version: str,
    changed_on: date | None = None,
) -> HealthFacility:
    """Correct what the register says of a facility; ``version`` is the one that was read.

    ``changed_on``: since when it has this type and ownership, asked where either changes.
    """
    _require_keeper(actor)
    facility = _facility(facility_id)
    is_read = version == facility_version(facility)
    if not is_read and not _is_so(facility, details, changed_on):
        raise FacilityChanged(facility)
    write_standing(
        facility, details.standing, contracted_on=details.contracted_on, since=changed_on
    )
    _save(facility, details)
    return facility


def facility_version(facility: HealthFacility) -> str:
    """Return what tells this state of a facility from another, and since when it is so."""
    columns = version_of(facility, FacilityDetails.__dataclass_fields__)
    return folded([columns, periods_of(words_on(facility))])


def _is_so(facility: HealthFacility, details: FacilityDetails, changed_on: date | None) -> bool:
    """Tell whether a facility is what is wanted already, and since that day."""
    if any(getattr(facility, name) != value for name, value in details.as_fields().items()):
        return False
    return not words_for(
        facility, details.standing, contracted_on=details.contracted_on, since=changed_on
    )


def situation_version(facility: HealthFacility) -> str:
    """Return what tells how a facility stands, and until when, from another situation."""
    return version_of(facility, ("status", "closed_on"))


@transaction.atomic
def suspend_facility(*, actor: Actor, facility_id: int, version: str) -> HealthFacility:
    """Suspend a contracted facility; a closing that is decided stays.

    ``version`` here and below: the situation that was read.
    """
    _require_keeper(actor)
    facility = _facility(facility_id)
    _require_not_closed(facility)
    return _turn(facility, HealthFacility.Status.SUSPENDED, facility.closed_on, version)


@transaction.atomic
def resume_facility(*, actor: Actor, facility_id: int, version: str) -> HealthFacility:
    """Take a suspended facility back, whose closing to come stays; or one that has closed."""
    _require_keeper(actor)
    facility = _facility(facility_id)
    closed_on = None if is_closed_by(facility, clock.today()) else facility.closed_on
    return _turn(facility, HealthFacility.Status.CONTRACTED, closed_on, version)


@transaction.atomic
def take_back_closing(*, actor: Actor, facility_id: int, version: str) -> HealthFacility:
    """Take back a closing that is decided for a day to come; a suspension stays."""
    _require_keeper(actor)
    facility = _facility(facility_id)
    _require_not_closed(facility)
    return _turn(facility, facility.status, None, version)


@transaction.atomic
def close_facility(
    *, actor: Actor, facility_id: int, closed_on: date, version: str
) -> HealthFacility:
    """Close a facility from a day on, perhaps to come; it stays in the register.

    Until that day it is what it was: contracted, or suspended.
    """
    _require_keeper(actor)
    facility = _facility(facility_id)
    _require_not_closed(facility)
    today = clock.today()
    require_near_day(closed_on, today=today, act="Une fermeture", field="closed_on")
    status = facility.status if closed_on > today else HealthFacility.Status.CLOSED
    return _turn(facility, status, closed_on, version)


def _turn(
    facility: HealthFacility, status: str, closed_on: date | None, version: str
) -> HealthFacility:
    wanted = {"status": status, "closed_on": closed_on}
    require_read(facility, wanted, version=version, changed=SituationChanged)
    # As the column keeps it, for its version.
    facility.status, facility.closed_on = str(status), closed_on
    _require_order(facility, field="closed_on")
    save_checked(facility)
    return facility


def _require_keeper(actor: Actor) -> None:
    require(actor, Permission.MANAGE_FACILITIES)
    if not may_change_facility(actor.role):
        raise NotAllowed(SHARED_REGISTER)


def _require_not_closed(facility: HealthFacility) -> None:
    """Raise for one that another has closed meanwhile: the page offers it for open ones only."""
    if is_closed_by(facility, clock.today()):
        raise DomainError(
            f"Cette formation sanitaire est fermée depuis le {facility.closed_on:%d/%m/%Y} : "
            "reprenez-la d’abord."
        )


def _facility(facility_id: int) -> HealthFacility:
    facility = HealthFacility.objects.select_for_update().filter(pk=facility_id).first()
    if facility is None:
        raise NotFound("Cette formation sanitaire n’existe pas.")
    return facility


def _save(facility: HealthFacility, details: FacilityDetails) -> None:
    had_district = facility.health_district_id
    for name, value in details.as_fields().items():
        setattr(facility, name, value)
    gathering = Gathering()
    with gathering.part():
        require_contracting(facility.contracted_on)
        _require_order(facility, field="contracted_on")
    with gathering.part():
        _require_divisions(facility)
        require_one_ground(facility)
    with gathering.part():
        require_district(facility)
        require_district_in_force(
            facility.health_district, was=had_district, begins_on=facility.contracted_on
        )
    save_checked(facility, conflict_field="code", gathered=gathering)


def require_contracting(day: date) -> None:
    """Raise for a day on which no facility is contracted."""
    require_near_day(day, today=clock.today(), act="Une convention", field="contracted_on")


def _require_order(facility: HealthFacility, *, field: str) -> None:
    if facility.closed_on is not None and facility.closed_on <= facility.contracted_on:
        raise DomainError(
            "La fermeture vient après la date de la convention, le "
            f"{facility.contracted_on:%d/%m/%Y}.",
            field=field,
        )


def _require_divisions(facility: HealthFacility) -> None:
    """Each commune must be of its own division: reports choose between the two."""
    for field, division in (("commune", "since_2025"), ("former_commune", "until_2025")):
        place = getattr(facility, field)
        if place.kind != "commune" or place.division != division:
            raise DomainError("Choisissez une commune de ce découpage.", field=field)
