"""What is counted of insured households and people, and how counts are summed.

Decides the shape in which every selector, page and report receives the insured: by unit
and year, by sex of the head (households) and of the person (people), as in the tables of
the published yearly report. A count that is not shown to the reader is None, and a sum
with an unknown part is unknown: never zero, never a part passed off as the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredTotals:
    """Insured households and people of one group in one mutualist year.

    ``renewals`` are households of the group's federation that were enrolled the year before too;
    ``elsewhere``: of these, now enrolled in another federation, and not among the households.
    ``shown_households`` and ``shown_people`` are the totals that a reader may see although
    their parts by sex are suppressed; elsewhere the totals are the sums of the parts.
    """

    male_heads: int | None
    female_heads: int | None
    males: int | None
    females: int | None
    renewals: int | None = None
    same_unit_renewals: int | None = None
    elsewhere: int | None = None
    shown_households: int | None = None
    shown_people: int | None = None

    @property
    def households(self) -> int | None:
        """Insured households, whatever the sex of the head."""
        return _sum_or(self.shown_households, self.male_heads, self.female_heads)

    @property
    def newcomers(self) -> int | None:
        """Households that the federation did not have the year before.

        >>> one = InsuredTotals(
        ...     male_heads=3, female_heads=1, males=6, females=7, renewals=5, elsewhere=2
        ... )
        >>> one.newcomers
        1
        """
        return _less(self.households, _less(self.renewals, self.elsewhere))

    @property
    def people(self) -> int | None:
        """Insured people, subscribers and dependants.

        >>> InsuredTotals(male_heads=2, female_heads=1, males=6, females=7).people
        13
        """
        return _sum_or(self.shown_people, self.males, self.females)

    @property
    def dependants(self) -> int | None:
        """Insured people who are not head of their household.

        >>> one = InsuredTotals(male_heads=2, female_heads=1, males=6, females=None, shown_people=9)
        >>> one.dependants, one.male_dependants, one.female_dependants
        (6, 4, None)
        """
        return _less(self.people, self.households)

    @property
    def male_dependants(self) -> int | None:
        """Insured men and boys who are not head of their household."""
        return _less(self.males, self.male_heads)

    @property
    def female_dependants(self) -> int | None:
        """Insured women and girls who are not head of their household."""
        return _less(self.females, self.female_heads)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredCount(InsuredTotals):
    """The insured of one unit in one mutualist year."""

    tenant_id: int
    unit_id: int
    year: int


NOBODY = InsuredTotals(
    male_heads=0, female_heads=0, males=0, females=0, renewals=0, same_unit_renewals=0,
    elsewhere=0,
)  # fmt: skip


def total_insured(counts: Iterable[InsuredTotals]) -> InsuredTotals:
    """Sum counts; a part that is not known makes that sum unknown.

    >>> known = InsuredTotals(male_heads=8, female_heads=5, males=30, females=33, renewals=9)
    >>> hidden = InsuredTotals(
    ...     male_heads=None, female_heads=None, males=9, females=8, shown_households=6
    ... )
    >>> whole = total_insured([known, hidden])
    >>> whole.male_heads, whole.households, whole.people
    (None, 19, 80)
    >>> total_insured([]).households
    0
    """
    rows = list(counts)
    return InsuredTotals(
        male_heads=_sum(row.male_heads for row in rows),
        female_heads=_sum(row.female_heads for row in rows),
        males=_sum(row.males for row in rows),
        females=_sum(row.females for row in rows),
        renewals=_sum(row.renewals for row in rows),
        same_unit_renewals=_sum(row.same_unit_renewals for row in rows),
        elsewhere=_sum(row.elsewhere for row in rows),
        shown_households=_sum(row.households for row in rows),
        shown_people=_sum(row.people for row in rows),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = 0
    for value in values:
        if value is None:
            return None
        known += value
    return known


def _less(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None else whole - part


def _sum_or(shown: int | None, first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return shown
    return first + second
