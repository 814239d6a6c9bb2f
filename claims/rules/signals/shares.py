"""A facility's share (of stays, of round amounts) against its peers': how surely it is above.

A share of few cases has no logarithm to speak of. Its distance is the signed root of the deviance,
√(2n·D), D the divergence of the facility's share from the peers': sigmas, where chance alone
plays. Peers that differ by more than chance widen it (Spiegelhalter's multiplicative funnel), by
their median, and who stands out is left out of the pool: few move neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import median

from claims.rules.signals.peers import FEWEST_CASES, FEWEST_PEERS, MAD_TO_SIGMA

#: From here a share is signalled. Many facilities are looked at each month: three sigmas would
#: name one in seven hundred by chance, on each rule.
FAR = 3.5
_OUT_OF_POOL = 3.0
_POOLINGS = 3


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a facility's cases have something."""

    key: str
    cases: int
    having: int

    @property
    def value(self) -> float:
        """The share."""
        return self.having / self.cases


@dataclass(frozen=True, slots=True)
class UsualShare:
    """The peers' share, and how many times more than by chance they differ around it."""

    value: float
    spread: float = 1.0

    def distance(self, one: Share) -> float:
        """Return how far a share is from the peers', in sigmas; above: positive."""
        away = sqrt(2 * one.cases * divergence(one.value, self.value)) / self.spread
        return away if one.value > self.value else -away


def divergence(share: float, usual: float) -> float:
    """Return how unlikely a share is where another is usual: n times it is −ln of the chance.

    >>> divergence(0.2, 0.2), round(divergence(1.0, 0.5), 4), round(divergence(0.0, 0.5), 4)
    (0.0, 0.6931, 0.6931)
    """
    return _part(share, usual) + _part(1 - share, 1 - usual)


def _part(share: float, usual: float) -> float:
    return share * log(share / usual) if share else 0.0


def usual_share(shares: Sequence[Share]) -> UsualShare | None:
    """Return what is usual among peers; None: too few have enough cases.

    >>> usual_share([Share(f"F{n}", 100, 10) for n in range(9)]).value
    0.1004994450610433
    """
    counted = [one for one in shares if one.cases >= FEWEST_CASES]
    if len(counted) < FEWEST_PEERS:
        return None
    usual = _pooled(counted)
    for _ in range(_POOLINGS):
        near = [one for one in counted if usual.distance(one) < _OUT_OF_POOL]
        usual = _pooled(near or counted)
    apart = MAD_TO_SIGMA * median(abs(usual.distance(one)) for one in counted)
    return UsualShare(usual.value, max(1.0, apart))


def _pooled(shares: Sequence[Share]) -> UsualShare:
    having, cases = (
        sum(values) for values in zip(*((s.having, s.cases) for s in shares), strict=True)
    )
    return UsualShare((having + 0.5) / (cases + 1))


def is_far(one: Share, usual: UsualShare) -> bool:
    """Tell whether a share is above what peers and chance explain."""
    return one.cases >= FEWEST_CASES and usual.distance(one) >= FAR
