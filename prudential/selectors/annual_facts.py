"""Read everything that a yearly report says, in one open scope.

The confederation's report reads the other federations through the network's counting
functions only, or the figures released to the regulator; a federation's report reads its
own enrolments. The rest of both is the
tenant's own register, expenses and texts, and the network's directory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from conamus.kernel.text import sort_key
from federations.models import Federation, HealthFacility, Place, Unit
from federations.selectors.facilities import FacilityCount, contracted_counts
from membership.rules.insured import InsuredCount, InsuredTotals, total_insured
from membership.selectors import (
    CommuneCount,
    insured_by_commune,
    insured_by_unit,
    past_years,
)
from prudential.rules.annual_facts import (
    FIRST_REPORT_YEAR,
    BodyCount,
    Member,
    Organisation,
    ProvinceFact,
    ReportFacts,
    UnitFact,
)
from prudential.rules.annual_figures import CrossTable, Group, Membership, cross_table
from prudential.rules.evolution import EvolutionRow, PublishedYear, breaks_in, evolution
from prudential.rules.releases import NOT_COUNTED, Pair, Released
from prudential.rules.suppression import (
    hidden_below,
    hidden_past,
    shown_counts,
    shown_membership,
    shown_provinces,
)
from prudential.selectors.own_records import activities_of, expenses_of, narrative_of
from prudential.selectors.releases import as_counted
from prudential.selectors.territory import (
    DIVISION_NOTES,
    Zones,
    communes_of,
    division_of_year,
    insuring_leaves,
    open_units,
    province_facts,
    zones_of,
)

_BODIES = (
    Unit.Kind.MANAGEMENT_CENTRE,
    Unit.Kind.PROVINCIAL_ANTENNA,
    Unit.Kind.COMMUNAL_ANTENNA,
    Unit.Kind.DISTRICT_UNION,
)


@dataclass(frozen=True)
class _Reading:
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


@dataclass(frozen=True, slots=True)
class _UnitCount:
    """What is printed of a unit; None where the network's report may not."""

    households: int | None
    people: int | None


def annual_facts(
    unit: Unit,
    year: int,
    *,
    produced_on: date,
    settled_on: date,
    released: Mapping[int, Released] | None = None,
) -> ReportFacts:
    """Read the facts of a unit's report of an activity year.

    The network's counts are the day's, or those given: as they are released, by mutualist year.
    """
    reading = _read(unit, year, released)
    facilities = _facility_counts(reading)
    published = _published(reading)
    return ReportFacts(
        organisation=_organisation(unit),
        year=year,
        produced_on=produced_on,
        settled_on=settled_on,
        membership=_membership(reading),
        members=_members(reading),
        bodies=_bodies(reading),
        provinces=_provinces(reading, facilities),
        division_note=DIVISION_NOTES[reading.division],
        facilities=_facility_table(facilities),
        expenses=expenses_of(unit.tenant_id, year),
        activities=activities_of(unit.tenant_id, year),
        narrative=narrative_of(unit.tenant_id, year),
        series_groups=tuple(federation.short_name for federation in reading.federations),
        series=_series(reading, published),
        series_breaks=breaks_in(published),
        series_sources=tuple(dict.fromkeys(past.source for past in published if past.source)),
        first_counted_year=min((count.year for count in reading.counts), default=year + 1),
        units=_units(reading),
        is_demo=settings.DEMO_MODE,
        is_as_released=released is not None,
    )


def _read(unit: Unit, year: int, released: Mapping[int, Released] | None) -> _Reading:
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
    return _Reading(
        unit=unit,
        year=year,
        division=division,
        federations=_federations(unit),
        units=units,
        insuring=insuring,
        counts=counts,
        communes=communes,
        tells_communes=not is_network or last.tells_places,
        zones=zones_of(insuring, opening, division),
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


def _organisation(unit: Unit) -> Organisation:
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


# --- membership ---------------------------------------------------------------------


def _membership(reading: _Reading) -> Membership:
    groups = _federation_groups(reading) if reading.is_network else _unit_groups(reading)
    renewed = total_insured(reading.counts_of(reading.membership_year)).renewals
    membership = Membership(year=reading.membership_year, groups=tuple(groups), renewed=renewed)
    return shown_membership(membership) if reading.is_network else membership


def _federation_groups(reading: _Reading) -> list[Group]:
    units: dict[int, int] = defaultdict(int)
    for unit in reading.insuring:
        units[unit.tenant_id] += 1
    groups = []
    for federation in reading.federations:
        now = _total(reading.counts_of(reading.membership_year), tenant_id=federation.pk)
        groups.append(
            Group(
                key=federation.pk,
                name=federation.name,
                short_name=federation.short_name,
                units=units[federation.pk],
                now=now,
                before=_total(reading.counts_of(reading.year), tenant_id=federation.pk),
                renewed=now.renewals,
            )
        )
    return groups


def _unit_groups(reading: _Reading) -> list[Group]:
    groups = []
    for unit in reading.insuring:
        now = _total(reading.counts_of(reading.membership_year), unit_id=unit.pk)
        groups.append(
            Group(
                key=unit.pk,
                name=unit.name,
                short_name=unit.name,
                units=1,
                now=now,
                before=_total(reading.counts_of(reading.year), unit_id=unit.pk),
                renewed=now.same_unit_renewals,
            )
        )
    return groups


def _total(counts: Iterable[InsuredCount], **wanted: int) -> InsuredTotals:
    return total_insured(
        count
        for count in counts
        if all(getattr(count, name) == value for name, value in wanted.items())
    )


# --- the network's bodies and territory ---------------------------------------------


def _members(reading: _Reading) -> tuple[Member, ...]:
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


def _bodies(reading: _Reading) -> tuple[BodyCount, ...]:
    counted = [
        BodyCount(
            kind=Unit.Kind(kind).value, count=len([u for u in reading.units if u.kind == kind])
        )
        for kind in _BODIES
    ]
    return tuple(body for body in counted if body.count)


def _facility_counts(reading: _Reading) -> list[FacilityCount]:
    return contracted_counts(
        date(reading.year, 12, 31),
        division=reading.division,
        former_commune_ids=None if reading.is_network else reading.zones.former,
    )


def _provinces(
    reading: _Reading, facilities: Collection[FacilityCount]
) -> tuple[ProvinceFact, ...]:
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


def _facility_table(counts: Iterable[FacilityCount]) -> CrossTable:
    found = list(counts)
    present = {count.facility_type for count in found}
    return cross_table(
        ((count.facility_type, count.ownership, count.count) for count in found),
        rows=[kind for kind in HealthFacility.Type.values if kind in present],
        columns=HealthFacility.Ownership.values,
    )


def _units(reading: _Reading) -> tuple[UnitFact, ...]:
    communes = {place.pk: place.name for place in communes_of(reading.division)}
    insured = {
        count.unit_id: _UnitCount(count.households, count.people)
        for count in reading.counts_of(reading.membership_year)
    }
    if reading.is_network:
        insured = _shown(reading, insured)
    return tuple(
        _unit_fact(unit, federation, reading.zones, communes, insured)
        for federation in reading.federations
        for unit in reading.insuring
        if unit.tenant_id == federation.pk
    )


def _unit_fact(
    unit: Unit,
    federation: Federation,
    zones: Zones,
    communes: dict[int, str],
    insured: dict[int, _UnitCount],
) -> UnitFact:
    count = insured.get(unit.pk, _UnitCount(0, 0))
    return UnitFact(
        group=federation.short_name,
        name=unit.name,
        code=unit.code,
        kind=unit.get_kind_display(),
        communes=tuple(sorted(communes[pk] for pk in zones.by_unit.get(unit.pk, ()))),
        centre=unit.management_centre.name if unit.management_centre else "",
        households=count.households,
        people=count.people,
    )


def _shown(reading: _Reading, insured: dict[int, _UnitCount]) -> dict[int, _UnitCount]:
    """Hide from the network's readers what a household could be recognised by.

    All units with enrolments count, also one that has closed since and has no line.
    """
    households: dict[int, dict[int, list[int]]] = defaultdict(dict)
    people: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for count in reading.counts_of(reading.membership_year):
        households[count.tenant_id][count.unit_id] = [count.households or 0]
        people[count.tenant_id][count.unit_id] = [count.people or 0]
    no_households, no_people = hidden_below(households), hidden_below(people)
    return {
        key: _UnitCount(
            None if key in no_households else count.households,
            None if key in no_people else count.people,
        )
        for key, count in insured.items()
    }


# --- the series since 2013 ----------------------------------------------------------


def _published(reading: _Reading) -> list[PublishedYear]:
    tenant_ids = None if reading.is_network else [reading.unit.tenant_id]
    past = past_years(tenant_ids)
    told = [(one.label, one.tenant_id, one.households or 0) for one in past]
    hidden = hidden_past(told) if reading.is_network else frozenset()
    return [
        PublishedYear(
            group=one.tenant_id,
            promoter=one.promoter,
            label=one.label,
            starts_year=one.starts_year,
            households=None if place in hidden else one.households,
            source=one.source,
        )
        for place, one in enumerate(past)
        if one.starts_year <= reading.membership_year
    ]


def _series(reading: _Reading, published: Collection[PublishedYear]) -> tuple[EvolutionRow, ...]:
    return evolution(
        [federation.pk for federation in reading.federations],
        published,
        _households_by_year(reading),
        last_year=reading.membership_year,
    )


def _households_by_year(reading: _Reading) -> dict[tuple[int, int], int | None]:
    by_group: dict[tuple[int, int], list[InsuredCount]] = defaultdict(list)
    for count in reading.counts:
        by_group[count.tenant_id, count.year].append(count)
    counted = {key: total_insured(counts).households for key, counts in by_group.items()}
    if not reading.is_network:
        return counted
    shown: dict[tuple[int, int], int | None] = {}
    for year in {year for _, year in counted}:
        of_year = {group: count for (group, its_year), count in counted.items() if its_year == year}
        shown |= {(group, year): count for group, count in shown_counts(of_year).items()}
    return shown
