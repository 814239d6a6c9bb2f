"""A facility against its peers: robust, shrunk for few cases, with the limits of a funnel.

Each facility has a number of cases n, a value (francs a case) and the variance of one case. On
the logarithm, the peers' centre is the median, their own spread the MAD less what chance explains,
floored: a few facilities that bill anything move neither. A value is then far where it leaves
centre ± k·√(spread² + variance/n): wide for few cases, narrow for many. (The additive funnel of
Spiegelhalter, Statistics in Medicine 24, 2005.) Of shares: `claims.rules.signals.shares`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import median

#: Peers that have cases, at least: fewer are no crowd to stand out of.
FEWEST_PEERS = 5
#: Cases that a facility has at least to count among the peers, or to be told far from them.
FEWEST_CASES = 5
#: Limits at which a facility is watched, and signalled.
WATCHED, FAR = 2.0, 3.0
#: Peers differ by some percent for reasons of their own.
LEAST_SPREAD = 0.05
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Measure:
    """One facility's value over ``cases``; ``variance`` is one case's, relative to the mean."""

    key: str
    cases: int
    value: float
    variance: float


def mean_measure(key: str, cases: int, total: float, squares: float) -> Measure | None:
    """Return the mean a case with its relative variance; None: nothing to take a logarithm of.

    >>> mean_measure("F1", 4, 4_000, 4_000_000)
    Measure(key='F1', cases=4, value=1000.0, variance=0.0)
    """
    if not cases or total <= 0:
        return None
    mean = total / cases
    return Measure(key, cases, mean, max(0.0, squares / cases - mean**2) / mean**2)


@dataclass(frozen=True, slots=True)
class Peers:
    """What a group of facilities has in common: the centre and the spreads of the funnel."""

    centre: float
    spread: float
    variance: float

    def limits(self, cases: float, k: float = FAR) -> tuple[float, float]:
        """Return the values between which a facility of so many cases is among its peers."""
        width = k * self._sigma(cases)
        return exp(self.centre - width), exp(self.centre + width)

    def distance(self, one: Measure) -> float:
        """Return how far a value is from the centre, in sigmas of the funnel; above: positive."""
        return (log(one.value) - self.centre) / self._sigma(one.cases)

    def shrunk(self, one: Measure) -> float:
        """Return the value drawn to the centre by as much as few cases leave to chance."""
        chance = self.variance / one.cases
        share = self.spread**2 / (self.spread**2 + chance)
        return exp(self.centre + (log(one.value) - self.centre) * share)

    @property
    def usual(self) -> float:
        """The peers' median value."""
        return exp(self.centre)

    def _sigma(self, cases: float) -> float:
        return sqrt(self.spread**2 + self.variance / cases)


def peers_of(measures: Sequence[Measure]) -> Peers | None:
    """Return the funnel of a group; None: too few have enough cases.

    >>> group = [Measure(f"F{n}", 100, 1000.0 + n, 0.25) for n in range(9)]
    >>> funnel = peers_of(group)
    >>> funnel.spread, round(funnel.usual)
    (0.05, 1004)
    >>> [round(limit) for limit in funnel.limits(100)]
    [812, 1241]
    """
    counted = [one for one in measures if one.cases >= FEWEST_CASES]
    if len(counted) < FEWEST_PEERS:
        return None
    logs = [log(one.value) for one in counted]
    centre = median(logs)
    variance = median(one.variance for one in counted)
    apart = MAD_TO_SIGMA * median(abs(value - centre) for value in logs)
    by_chance = median(variance / one.cases for one in counted)
    spread = sqrt(max(LEAST_SPREAD**2, apart**2 - by_chance))
    return Peers(centre, spread, variance)


def is_far(one: Measure, peers: Peers) -> bool:
    """Tell whether a value is above what its peers and chance explain."""
    return one.cases >= FEWEST_CASES and peers.distance(one) >= FAR
