"""The series of a report since 2013: published years, and enrolments counted since."""

from collections import defaultdict
from collections.abc import Collection

from membership.rules.insured import InsuredCount, total_insured
from membership.selectors import past_years
from prudential.rules.evolution import EvolutionRow, PublishedYear, evolution
from prudential.rules.suppression import hidden_past, shown_counts
from prudential.selectors.annual_facts.reading import Reading


def published_years(reading: Reading) -> list[PublishedYear]:
    """Return the published past years, those to hide made unknown."""
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
            sections=one.sections,
        )
        for place, one in enumerate(past)
        if one.starts_year <= reading.membership_year
    ]


def series_of(reading: Reading, published: Collection[PublishedYear]) -> tuple[EvolutionRow, ...]:
    """Return the households of each year, published ones and then counted ones."""
    return evolution(
        [federation.pk for federation in reading.federations],
        published,
        _households_by_year(reading),
        last_year=reading.membership_year,
    )


def _households_by_year(reading: Reading) -> dict[tuple[int, int], int | None]:
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
