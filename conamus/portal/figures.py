"""How the portal's figures are put together from counts: by federation, by unit, by year.

Pure: it takes the counts that selectors read and gives the shapes that pages and pictures
show. Rates are those of the yearly report (prudential/rules/annual_figures.py); a part
that is not known, or not shown to the reader, makes its sum unknown and never zero.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from operator import attrgetter
from typing import TypeVar

from membership.rules.insured import NOBODY, InsuredCount, InsuredTotals, total_insured
from membership.rules.past_years import years_covered
from membership.selectors import PastCount
from prudential.rules.annual_figures import Group, Membership, ratio

K = TypeVar("K")
#: A year for which nobody was counted: not known, which is not the same as nobody.
UNKNOWN = InsuredTotals(male_heads=None, female_heads=None, males=None, females=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a figure is asked for: a federation, or a mutuelle or section."""

    key: int
    name: str
    short_name: str
    code: str
    units: int = 1


def membership_by_federation(
    year: int, lines: Sequence[Line], counts: Iterable[InsuredCount]
) -> Membership:
    """Return the membership of a year by federation."""
    return _membership(year, lines, counts, attrgetter("tenant_id"), attrgetter("renewals"))


def membership_by_unit(
    year: int, lines: Sequence[Line], counts: Iterable[InsuredCount]
) -> Membership:
    """Return a federation's membership of a year by unit.

    A unit keeps the households that came back to it; the whole also those that moved from
    one of its units to another.
    """
    return _membership(year, lines, counts, attrgetter("unit_id"), attrgetter("same_unit_renewals"))


def _membership(
    year: int,
    lines: Sequence[Line],
    counts: Iterable[InsuredCount],
    key_of: Callable[[InsuredCount], int],
    renewed_of: Callable[[InsuredTotals], int | None],
) -> Membership:
    by_key = _sums(counts, lambda count: (key_of(count), count.year))
    counted = {of_year for _, of_year in by_key}
    missing = {y: NOBODY if y in counted else UNKNOWN for y in (year, year - 1)}
    # Who came back to a year that is not held cannot be told, whatever the enrolments say.
    is_before_known = year - 1 in counted
    groups = []
    for line in lines:
        now = by_key.get((line.key, year), missing[year])
        groups.append(
            Group(
                key=line.key,
                name=line.name,
                short_name=line.short_name,
                units=line.units,
                now=now,
                before=by_key.get((line.key, year - 1), missing[year - 1]),
                renewed=renewed_of(now) if is_before_known else None,
            )
        )
    renewed = total_insured(group.now for group in groups).renewals if is_before_known else None
    return Membership(year=year, groups=tuple(groups), renewed=renewed)


def _sums(
    counts: Iterable[InsuredCount], key_of: Callable[[InsuredCount], K]
) -> dict[K, InsuredTotals]:
    gathered: dict[K, list[InsuredTotals]] = {}
    for count in counts:
        gathered.setdefault(key_of(count), []).append(count)
    return {key: total_insured(parts) for key, parts in gathered.items()}


class Standing(Enum):
    """What is known of a year's insured by whoever reads: three states, never confused."""

    #: Nobody is enrolled for the year: there are no rows.
    NONE = "none"
    #: Somebody is, and how many is not shown to this reader.
    MASKED = "masked"
    #: A number.
    NUMBER = "number"


def standing_of(year: int, counts: Iterable[InsuredCount]) -> Standing:
    """Tell whether a year has no enrolment, a number, or one that is not shown.

    >>> standing_of(2025, [])
    <Standing.NONE: 'none'>
    """
    of_year = [count for count in counts if count.year == year]
    households = total_insured(of_year).households
    if households is None:
        return Standing.MASKED
    return Standing.NUMBER if households else Standing.NONE


def is_counted(year: int, counts: Iterable[InsuredCount]) -> bool:
    """Tell whether a year has counts, shown or hidden."""
    return any(count.year == year for count in counts)


def womens_share(totals: InsuredTotals) -> Fraction | None:
    """Return the women's part of the insured people.

    >>> womens_share(InsuredTotals(male_heads=1, female_heads=0, males=3, females=1))
    Fraction(1, 4)
    """
    return ratio(totals.females, totals.people)


def lost(group: Group) -> int | None:
    """Return last year's households that did not come back."""
    if group.before.households is None or group.renewed is None:
        return None
    return group.before.households - group.renewed


@dataclass(frozen=True, slots=True)
class Evolution:
    """Households by year and by name; None: not known, or not shown to the reader."""

    years: tuple[str, ...]
    series: dict[str, tuple[int | None, ...]]
    promoters: frozenset[str] = frozenset()
    #: (name, year) of what is not shown to the reader: the year's sum cannot be either.
    hidden: frozenset[tuple[str, str]] = frozenset()
    #: Mutuelles and sections that were published beside the households, by year.
    sections: tuple[int | None, ...] = ()

    @property
    def total(self) -> tuple[int | None, ...]:
        """The sum of each year where every series is known, as the yearly report has it."""
        columns = zip(*self.series.values(), strict=True)
        return tuple(self._sum(values) for values in columns)

    def _sum(self, values: Iterable[int | None]) -> int | None:
        parts = list(values)
        known = [value for value in parts if value is not None]
        return sum(known) if known and len(known) == len(parts) else None

    @property
    def hidden_years(self) -> frozenset[str]:
        """The years of which a part is not shown to the reader."""
        return frozenset(year for _, year in self.hidden)

    def is_gap(self, place: int) -> bool:
        """Tell whether nothing is known of the year at that place."""
        unknown = all(values[place] is None for values in self.series.values())
        return unknown and self.years[place] not in self.hidden_years


def evolution(
    past: Sequence[PastCount], counts: Sequence[InsuredCount], names: dict[int, str], year: int
) -> Evolution:
    """Put published past years and counted years on one axis, with the gap between them.

    A federation carries on its promoter's series. Years between the last published and the
    first counted one stay on the axis without a value.
    """
    labels = _labels(past, counts, year)
    values: dict[str, dict[int, int | None]] = {label: dict.fromkeys(names) for label in labels}
    hidden = set()
    for one in past:
        if one.tenant_id in names and one.label in values:
            row, name = values[one.label], names[one.tenant_id]
            if one.households is None:
                hidden.add((name, one.label))
            if (name, one.label) in hidden:
                row[one.tenant_id] = None
            else:
                row[one.tenant_id] = (row[one.tenant_id] or 0) + (one.households or 0)
    for (tenant, counted), totals in _sums(counts, lambda c: (c.tenant_id, c.year)).items():
        if tenant in names and str(counted) in values:
            values[str(counted)][tenant] = totals.households
            if totals.households is None:
                hidden.add((names[tenant], str(counted)))
    return Evolution(
        years=labels,
        series={name: tuple(values[y][key] for y in labels) for key, name in names.items()},
        promoters=frozenset(one.promoter for one in past if one.tenant_id in names),
        hidden=frozenset(hidden),
        sections=tuple(_sections(past, names, label) for label in labels),
    )


def _sections(past: Sequence[PastCount], names: dict[int, str], label: str) -> int | None:
    published = [one.sections for one in past if one.label == label and one.tenant_id in names]
    return sum(published) if published else None


def _labels(
    past: Sequence[PastCount], counts: Sequence[InsuredCount], year: int
) -> tuple[str, ...]:
    published = {one.label: one.starts_year for one in past if one.starts_year < year}
    ordered = sorted(published, key=lambda label: published[label])
    first = min((count.year for count in counts), default=year)
    if ordered:
        first = max(years_covered(*last)[-1] for last in published.items()) + 1
    return (*ordered, *(str(y) for y in range(first, year + 1)))
