"""A facility over all the federations that it bills: each one's part, and the whole, among peers.

What each federation sees of it may be ordinary while the whole is not, and the other way round:
each part is compared with the same federation's facilities, the whole with the whole network's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from claims.rules.signals.facilities import FacilityMonth, peer_groups
from claims.rules.signals.funnels import Place, funnel_of


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of signals: how many wait, were confirmed, were dismissed."""

    opened: int = 0
    confirmed: int = 0
    dismissed: int = 0

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(
            self.opened + other.opened,
            self.confirmed + other.confirmed,
            self.dismissed + other.dismissed,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What one federation sees of a facility; ``federation`` names it."""

    federation: str
    care: FacilityMonth
    signals: Settled


@dataclass(frozen=True, slots=True)
class Standing:
    """A facility's care among its peers; without them, nothing is usual and nothing far."""

    care: FacilityMonth
    signals: Settled
    usual: int | None = None
    distance: Fraction | None = None
    is_far: bool = False

    @property
    def cost_francs(self) -> int | None:
        """Francs asked a case."""
        return round(self.care.asked_francs / self.care.cases) if self.care.cases else None


@dataclass(frozen=True, slots=True)
class Across:
    """A facility: the whole, and each federation's part, the largest first."""

    whole: Standing
    parts: Mapping[str, Standing]

    @property
    def is_to_see(self) -> bool:
        """Whether a signal waits, or the whole is above what its peers and chance explain."""
        return self.whole.is_far or self.whole.signals.opened > 0


def across_federations(
    parts: Iterable[Part], own: Mapping[str, Settled] | None = None
) -> list[Across]:
    """Return each facility's parts and whole, what is to be seen and farthest first.

    ``own``: by facility, the signals of who looks at the whole, which are no federation's.
    """
    by_facility: defaultdict[str, list[Part]] = defaultdict(list)
    by_federation: defaultdict[str, list[FacilityMonth]] = defaultdict(list)
    for part in sorted(parts, key=lambda one: (-one.care.cases, one.federation)):
        by_facility[part.care.facility].append(part)
        by_federation[part.federation].append(part.care)
    places = {name: _places(months) for name, months in by_federation.items()}
    wholes = {key: _added_up(found) for key, found in by_facility.items()}
    among, settled = _places(wholes.values()), own or {}
    told = []
    for key, found in by_facility.items():
        signals = sum((part.signals for part in found), settled.get(key, Settled()))
        each = {
            part.federation: _standing(part.care, part.signals, places[part.federation])
            for part in found
        }
        told.append(Across(_standing(wholes[key], signals, among), each))
    return sorted(told, key=_order)


def _order(one: Across) -> tuple[bool, Fraction, str]:
    return not one.is_to_see, -(one.whole.distance or Fraction(0)), one.whole.care.name


#: Of facilities among peers: where each stands, and what is usual there.
_Places = Mapping[str, tuple[Place, int]]


def _places(months: Iterable[FacilityMonth]) -> _Places:
    funnels = [funnel_of(group) for group in peer_groups(months)]
    return {
        place.month.facility: (place, funnel.usual)
        for funnel in funnels
        if funnel is not None
        for place in funnel.places
    }


def _standing(care: FacilityMonth, signals: Settled, places: _Places) -> Standing:
    found = places.get(care.facility)
    if found is None:
        return Standing(care, signals)
    place, usual = found
    return Standing(care, signals, usual, place.distance, place.is_far)


def _added_up(parts: Iterable[Part]) -> FacilityMonth:
    months = [part.care for part in parts]
    return replace(
        months[0],
        cases=sum(month.cases for month in months),
        asked_francs=sum(month.asked_francs for month in months),
        asked_squares=sum(month.asked_squares for month in months),
    )
