"""The bodies of a report: who publishes it, federations, centres, facilities, provinces."""

from collections.abc import Collection, Iterable
from datetime import date

from federations.models import HealthFacility, Unit
from federations.selectors.facilities import FacilityCount, contracted_counts
from prudential.rules.annual_facts import BodyCount, Member, Organisation, ProvinceFact
from prudential.rules.annual_figures import CrossTable, cross_table
from prudential.rules.suppression import shown_provinces
from prudential.selectors.annual_facts.reading import Reading
from prudential.selectors.territory import communes_of, province_facts

_BODIES = (
    Unit.Kind.MANAGEMENT_CENTRE,
    Unit.Kind.PROVINCIAL_ANTENNA,
    Unit.Kind.COMMUNAL_ANTENNA,
    Unit.Kind.DISTRICT_UNION,
)


def organisation_of(unit: Unit) -> Organisation:
    """Return who publishes the report."""
    tenant = unit.tenant
    return Organisation(
        code=tenant.code,
        name=tenant.name,
        short_name=tenant.short_name,
        is_confederation=unit.kind == Unit.Kind.CONFEDERATION,
        address=tenant.address or unit.address,
        email=tenant.email,
        website=tenant.website,
        founded_year=tenant.founded_year,
        working_since=tenant.working_since,
    )


def members_of(reading: Reading) -> tuple[Member, ...]:
    """Return the federations of the confederation; none in a federation's report."""
    if not reading.is_network:
        return ()
    provinces = {
        place.pk: place.parent.name for place in communes_of(reading.division) if place.parent
    }
    members = []
    for federation in reading.federations:
        communes = reading.zones.by_tenant.get(federation.pk, set())
        own = [unit for unit in reading.units if unit.tenant_id == federation.pk]
        members.append(
            Member(
                name=federation.name,
                working_since=federation.working_since,
                provinces=tuple(sorted({provinces[pk] for pk in communes})),
                units=len([unit for unit in reading.insuring if unit.tenant_id == federation.pk]),
                centres=len([u for u in own if u.kind == Unit.Kind.MANAGEMENT_CENTRE]),
            )
        )
    return tuple(members)


def bodies_of(reading: Reading) -> tuple[BodyCount, ...]:
    """Return how many centres, antennas and unions are at the units' service."""
    counted = [
        BodyCount(
            kind=Unit.Kind(kind).value, count=len([u for u in reading.units if u.kind == kind])
        )
        for kind in _BODIES
    ]
    return tuple(body for body in counted if body.count)


def facility_counts(reading: Reading) -> list[FacilityCount]:
    """Count the facilities under contract at the end of the year, where the units act."""
    return contracted_counts(
        date(reading.year, 12, 31),
        division=reading.division,
        commune_ids=None if reading.is_network else reading.zones.declared,
    )


def provinces_of(
    reading: Reading, facilities: Collection[FacilityCount]
) -> tuple[ProvinceFact, ...]:
    """Return what is said of each province, as far as it may be printed."""
    found = province_facts(
        communes_of(reading.division),
        reading.zones,
        reading.communes,
        facilities,
        {federation.pk: federation.code for federation in reading.federations},
        only_present=not reading.is_network,
    )
    if not reading.is_network:
        return tuple(found)
    return shown_provinces(found, has_small_parts=not reading.tells_communes)


def facility_table(counts: Iterable[FacilityCount]) -> CrossTable:
    """Return the facilities by type and ownership."""
    found = list(counts)
    present = {count.facility_type for count in found}
    return cross_table(
        ((count.facility_type, count.ownership, count.count) for count in found),
        rows=[kind for kind in HealthFacility.Type.values if kind in present],
        columns=HealthFacility.Ownership.values,
    )
