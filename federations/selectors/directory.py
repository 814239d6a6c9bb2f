"""Reads of the directory beyond units and places: one facility, partners."""

from datetime import date

from django.db.models import QuerySet

from conamus.kernel.errors import NotFound
from federations.models import HealthFacility, Partner, Unit, UnitZone
from federations.selectors.facilities import facilities
from federations.selectors.units import open_on
from federations.tenancy.actor import Actor


def facility_by_id(facility_id: int) -> HealthFacility:
    """Return a facility of the register."""
    facility = facilities().filter(pk=facility_id).first()
    if facility is None:
        raise NotFound("Cette formation sanitaire n’existe pas.")
    return facility


def units_around(facility: HealthFacility, on_date: date) -> list[Unit]:
    """Return the units whose zone d'action holds the facility on a day, of every federation."""
    zones = zones_around(facility, on_date)
    found = Unit.objects.filter(pk__in=zones.values("unit_id")).select_related("tenant")
    return list(found.order_by("tenant__sort_key", "sort_key"))


def zones_around(facility: HealthFacility, on_date: date) -> QuerySet[UnitZone]:
    """Return the zones d'action that hold the facility on a day, named in either division."""
    here = (facility.commune_id, facility.former_commune_id)
    return UnitZone.objects.filter(open_on(on_date), commune_id__in=here)


def partners() -> QuerySet[Partner]:
    """Return every tenant's partners: they are part of the directory."""
    return Partner.objects.select_related("tenant")


def own_partner(actor: Actor, partner_id: int) -> Partner:
    """Return a partner of the actor's own tenant."""
    found = Partner.objects.filter(tenant_id=actor.tenant_id, pk=partner_id).first()
    if found is None:
        raise NotFound("Ce partenaire n’existe pas dans votre fédération.")
    return found
