"""The evolution of the insured households since 2013: published years, gaps, enrolments.

Up to 2019 the counts are published ones, by promoter and mutualist year (which until
2017 ran over two calendar years: "2013-2014"); from the first year with enrolments on
they are counted. A year that is in neither is a gap: not known, never zero. Where a
published count changes its perimeter (parameters/series_breaks.yaml) the series breaks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from membership.rules.past_years import years_covered

FIRST_YEAR = 2013


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedYear:
    """A promoter's published count, under the federation that carries it on (``group``)."""

    group: int
    promoter: str
    label: str
    starts_year: int
    #: None: known and not printed.
    households: int | None
    sections: int
    source: str


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """From ``label`` on, a promoter's published count is about another perimeter."""

    promoter: str
    label: str
    caption: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class EvolutionRow:
    """One year of the series: a count for each group, None where it is not known.

    ``hidden`` are the places of the values that are known and may not be printed.
    """

    label: str
    values: tuple[int | None, ...]
    hidden: frozenset[int] = frozenset()

    @property
    def total(self) -> int | None:
        """The sum of the groups; unknown as soon as one of them is."""
        known = [value for value in self.values if value is not None]
        return sum(known) if known and len(known) == len(self.values) else None

    @property
    def is_gap(self) -> bool:
        """Tell whether nothing at all is known of the year."""
        return all(value is None for value in self.values) and not self.hidden

    @property
    def cells(self) -> tuple[tuple[int | None, bool], ...]:
        """Each value, and whether it is known and may not be printed."""
        return tuple((value, place in self.hidden) for place, value in enumerate(self.values))


@cache
def series_breaks() -> tuple[SeriesBreak, ...]:
    """Return the known breaks, as the parameter file dates and explains them."""
    text = files("prudential.parameters").joinpath("series_breaks.yaml").read_text("utf-8")
    return tuple(SeriesBreak(**entry) for entry in yaml.safe_load(text))


def breaks_in(published: Collection[PublishedYear]) -> tuple[SeriesBreak, ...]:
    """Return the breaks that fall within the published counts given."""
    present = {(year.promoter, year.label) for year in published}
    return tuple(found for found in series_breaks() if (found.promoter, found.label) in present)


def evolution(
    groups: Sequence[int],
    published: Collection[PublishedYear],
    enrolled: Mapping[tuple[int, int], int | None],
    *,
    last_year: int,
) -> tuple[EvolutionRow, ...]:
    """Return the series of the groups (federations, by their key) up to ``last_year``.

    ``enrolled`` holds the counted households by (group, year). A published mutualist
    year over two calendar years fills both.

    >>> rows = evolution(
    ...     [1],
    ...     [
    ...         PublishedYear(
    ...             group=1,
    ...             promoter="P",
    ...             label="2013-2014",
    ...             starts_year=2013,
    ...             households=90,
    ...             sections=21,
    ...             source="",
    ...         )
    ...     ],
    ...     {(1, 2016): 70},
    ...     last_year=2016,
    ... )
    >>> [(row.label, row.total) for row in rows]
    [('2013-2014', 90), ('2015', None), ('2016', 70)]
    """
    counted_years = {year for _, year in enrolled}
    rows: dict[str, EvolutionRow] = {}
    covered: set[int] = set()
    for past in sorted(published, key=lambda entry: entry.starts_year):
        if past.label not in rows and past.starts_year not in counted_years:
            rows[past.label] = _published_row(groups, published, past.label)
        covered.update(years_covered(past.label, past.starts_year))
    for year in range(FIRST_YEAR, last_year + 1):
        if year in counted_years:
            rows[str(year)] = _counted_row(groups, enrolled, year)
        elif year not in covered:
            rows[str(year)] = EvolutionRow(str(year), (None,) * len(groups))
    return tuple(sorted(rows.values(), key=lambda row: row.label))


def published_sections(
    groups: Sequence[int], published: Collection[PublishedYear]
) -> tuple[EvolutionRow, ...]:
    """Return how many mutuelles and sections were published of each year, by group.

    >>> year = {"promoter": "P", "label": "2018", "starts_year": 2018, "source": ""}
    >>> past = [PublishedYear(group=1, households=90, sections=21, **year)]
    >>> [(row.label, row.values, row.total) for row in published_sections([1, 2], past)]
    [('2018', (21, None), None)]
    """
    labels = dict.fromkeys(past.label for past in sorted(published, key=lambda p: p.starts_year))
    return tuple(
        EvolutionRow(label, tuple(_sections_of(group, label, published) for group in groups))
        for label in labels
    )


def _sections_of(group: int, label: str, published: Collection[PublishedYear]) -> int | None:
    found = [past.sections for past in published if (past.group, past.label) == (group, label)]
    return sum(found) if found else None


def _counted_row(
    groups: Sequence[int], enrolled: Mapping[tuple[int, int], int | None], year: int
) -> EvolutionRow:
    values = tuple(enrolled.get((group, year)) for group in groups)
    hidden = frozenset(
        place
        for place, group in enumerate(groups)
        if values[place] is None and (group, year) in enrolled
    )
    return EvolutionRow(str(year), values, hidden)


def _published_row(
    groups: Sequence[int], published: Collection[PublishedYear], label: str
) -> EvolutionRow:
    by_group: dict[int, list[int | None]] = {}
    for past in published:
        if past.label == label:
            by_group.setdefault(past.group, []).append(past.households)
    sums = {
        group: None if None in counts else sum(count or 0 for count in counts)
        for group, counts in by_group.items()
    }
    hidden = frozenset(
        place for place, group in enumerate(groups) if group in sums and sums[group] is None
    )
    return EvolutionRow(label, tuple(sums.get(group) for group in groups), hidden)
