"""The series of a report since 2013: published years, and enrolments counted since."""

from collections import defaultdict
from collections.abc import Collection

from membership.rules.insured import InsuredCount, total_insured
from membership.selectors import past_years
from prudential.rules.evolution import EvolutionRow, PublishedYear, evolution
from prudential.rules.suppression import shown_counts
from prudential.selectors.annual_facts.reading import Reading
from prudential.selectors.past_years import shown_past_years


def published_years(reading: Reading) -> list[PublishedYear]:
    """Return the published past years: the network's through what answers the regulator."""
    past = shown_past_years() if reading.is_network else past_years([reading.unit.tenant_id])
    return [
        PublishedYear(
            group=one.tenant_id,
            promoter=one.promoter,
            label=one.label,
            starts_year=one.starts_year,
            households=one.households,
            source=one.source,
            sections=one.sections,
        )
        for one in past
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
