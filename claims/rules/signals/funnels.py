"""The funnel of a group of peers, as a picture takes it: marks, limits along the cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from claims.rules.signals.facilities import (
    COST,
    FacilityMonth,
    FacilityRule,
    PeerGroup,
    measured,
)
from claims.rules.signals.peers import FAR, WATCHED, Measure, Peers, is_far, peers_of

#: Points along which the limits are drawn.
STEPS = 24
_TENTH = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A facility on the funnel; ``distance`` in sigmas, to a tenth; ``limit`` the outer one."""

    month: FacilityMonth
    value: int
    distance: Fraction
    limit: int
    shrunk: int
    is_far: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits at a number of cases."""

    cases: int
    low: int
    inner_low: int
    inner_high: int
    high: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """A group of peers: the farthest first; ``usual`` is the peers' median."""

    places: tuple[Place, ...]
    bounds: tuple[Bounds, ...]
    usual: int

    @property
    def far(self) -> tuple[Place, ...]:
        """Those above the outer limit."""
        return tuple(place for place in self.places if place.is_far)


def funnel_of(group: PeerGroup, rule: FacilityRule = COST) -> Funnel | None:
    """Return the funnel of the facilities judged; None: too few have enough cases."""
    peers = peers_of(measured(rule, group.peers))
    if peers is None:
        return None
    months = {month.facility: month for month in group.judged}
    measures = measured(rule, group.judged)
    places = [_place(months[one.key], one, peers) for one in measures]
    return Funnel(
        places=tuple(sorted(places, key=lambda one: (-one.distance, one.month.name))),
        bounds=tuple(_bounds(peers, measures)),
        usual=round(peers.usual),
    )


def _place(month: FacilityMonth, one: Measure, peers: Peers) -> Place:
    return Place(
        month=month,
        value=round(one.value),
        distance=Fraction(round(peers.distance(one) * _TENTH), _TENTH),
        limit=round(peers.limits(one.cases)[1]),
        shrunk=round(peers.shrunk(one)),
        is_far=is_far(one, peers),
    )


def _bounds(peers: Peers, measures: Sequence[Measure]) -> Iterator[Bounds]:
    """Yield the limits from the fewest cases to the most, evenly on the logarithm."""
    fewest = min(one.cases for one in measures)
    most = max(one.cases for one in measures)
    ratio = (most / fewest) ** (1 / STEPS)
    for cases in sorted({round(fewest * ratio**step) for step in range(STEPS + 1)}):
        low, high = peers.limits(cases, FAR)
        inner_low, inner_high = peers.limits(cases, WATCHED)
        yield Bounds(cases, *map(round, (low, inner_low, inner_high, high)))
