"""Care as the regulator reads it: groups of released attestations, small ones hidden.

What is released: care_releases.py; what is hidden of it: prudential/sql/released_care.sql.
"""

from dataclasses import dataclass
from fractions import Fraction

from conamus.kernel.figures import round_half_up

#: From how many cases on a mean is told: the rounding of parts moves it by little.
ENOUGH_CASES = 500
#: What is told of a group.
AGGREGATED = ("cases", "stays", "decided", "rejected", "asked_francs", "mutuelle_francs")


@dataclass(frozen=True, slots=True, kw_only=True)
class CareAggregate:
    """A group of attestations as the regulator reads it; None: not shown."""

    key: str
    cases: int | None
    stays: int | None
    decided: int | None
    rejected: int | None
    asked_francs: int | None
    mutuelle_francs: int | None

    @property
    def cost_francs(self) -> Fraction | None:
        """Francs asked a case, to the nearest hundred; None: not shown, or too few cases.

        >>> CareAggregate(
        ...     key="3",
        ...     cases=1_000,
        ...     stays=100,
        ...     decided=900,
        ...     rejected=9,
        ...     asked_francs=6_400_000,
        ...     mutuelle_francs=3_600_000,
        ... ).cost_francs
        Fraction(6400, 1)
        """
        return _mean(self.asked_francs, self.cases)

    @property
    def mutuelle_cost_francs(self) -> Fraction | None:
        """The mutuelle's part of a case decided, to the nearest hundred."""
        return _mean(self.mutuelle_francs, self.decided)

    @property
    def stay_rate(self) -> Fraction | None:
        """The share of stays."""
        return _share(self.stays, self.cases)

    @property
    def rejection_rate(self) -> Fraction | None:
        """The share rejected of those decided."""
        return _share(self.rejected, self.decided)


def _mean(francs: int | None, cases: int | None) -> Fraction | None:
    if francs is None or cases is None or cases < ENOUGH_CASES:
        return None
    return 100 * round_half_up(Fraction(francs, 100 * cases))


def _share(part: int | None, whole: int | None) -> Fraction | None:
    return Fraction(part, whole) if part is not None and whole else None


def whole_of(groups: list[CareAggregate], key: str = "") -> CareAggregate:
    """Return the sum of groups that do not overlap; unknown as soon as a part is.

    >>> some = {"stays": 5, "decided": 9, "rejected": 0, "asked_francs": 0, "mutuelle_francs": 0}
    >>> whole_of(
    ...     [CareAggregate(key="1", cases=9, **some), CareAggregate(key="2", cases=None, **some)]
    ... )
    ... # doctest: +ELLIPSIS
    CareAggregate(key='', cases=None, stays=10, ...)
    """
    return CareAggregate(key=key, **{name: _sum(groups, name) for name in AGGREGATED})


def _sum(groups: list[CareAggregate], name: str) -> int | None:
    parts = [getattr(one, name) for one in groups]
    return None if None in parts else sum(parts)
