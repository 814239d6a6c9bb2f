"""Read everything that a yearly report says, in one open scope.

The confederation's report reads the other federations through the network's counting
functions only, or the figures released to the regulator (its care: always); a federation's
report reads its own enrolments and its members' care. The rest of both is the tenant's own
register, expenses and texts, and the network's directory.
"""

from collections.abc import Mapping
from datetime import date

from django.conf import settings

from federations.models import Unit
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.evolution import breaks_in, published_sections
from prudential.rules.releases import Released
from prudential.selectors.annual_facts.care import care_facts
from prudential.selectors.annual_facts.groups import membership_of, units_of
from prudential.selectors.annual_facts.network import (
    bodies_of,
    facility_counts,
    facility_table,
    members_of,
    organisation_of,
    provinces_of,
)
from prudential.selectors.annual_facts.reading import read
from prudential.selectors.annual_facts.series import published_years, series_of
from prudential.selectors.own_records import activities_of, expenses_of, narrative_of
from prudential.selectors.territory import DIVISION_NOTES

__all__ = ["annual_facts"]


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
    reading = read(unit, year, released)
    facilities = facility_counts(reading)
    published = published_years(reading)
    return ReportFacts(
        organisation=organisation_of(unit),
        year=year,
        produced_on=produced_on,
        settled_on=settled_on,
        membership=membership_of(reading),
        members=members_of(reading),
        bodies=bodies_of(reading),
        provinces=provinces_of(reading, facilities),
        division_note=DIVISION_NOTES[reading.division],
        facilities=facility_table(facilities),
        care=care_facts(unit, year, counted_on=settled_on),
        expenses=expenses_of(unit.tenant_id, year),
        activities=activities_of(unit.tenant_id, year),
        narrative=narrative_of(unit.tenant_id, year),
        series_groups=tuple(federation.short_name for federation in reading.federations),
        series=series_of(reading, published),
        series_sections=published_sections([one.pk for one in reading.federations], published),
        series_breaks=breaks_in(published),
        series_sources=tuple(dict.fromkeys(past.source for past in published if past.source)),
        first_counted_year=min((count.year for count in reading.counts), default=year + 1),
        units=units_of(reading),
        is_demo=settings.DEMO_MODE,
        is_as_released=released is not None,
    )
