"""Runs of equal amounts: more attestations of one amount close together than chance puts there.

Who writes a book in one go repeats himself; honest care may stand between. So every stretch of
stubs that begins and ends with an amount is looked at: ``count`` of its ``stretch`` attestations
ask the same. What chance gives is known from the peers: how often they ask this very amount, or
two attestations of one of them the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp
from statistics import median

from claims.rules.signals.shares import divergence

#: A run is told from this many, and where chance would give as surprising a one this rarely a
#: month.
SHORTEST_RUN = 5
BY_CHANCE = 0.0001
#: A facility may ask an amount so many times as often as its peers for reasons of its own.
_OWN_MIX = 2


@dataclass(frozen=True, slots=True)
class Run:
    """``count`` attestations of ``francs`` within ``stretch`` of them; ``expected`` by chance."""

    francs: int
    count: int
    stretch: int
    expected: float


@dataclass(frozen=True, slots=True)
class UsualAmounts:
    """What peers ask: each amount, how often, and the chance that two ask the same."""

    asked: Counter[int]
    alike: float

    def chance(self, francs: int, own: Counter[int]) -> float:
        """Return the chance of an amount at a facility, told by the others."""
        others = self.asked.total() - own.total()
        share = (self.asked[francs] - own[francs] + 1) / (others + 1)
        return min(0.99, max(self.alike, _OWN_MIX * share))


def usual_amounts(peers: Sequence[Sequence[int]]) -> UsualAmounts:
    """Return what peers ask; ``peers``: each one's amounts."""
    asked: Counter[int] = Counter()
    for amounts in peers:
        asked.update(amounts)
    return UsualAmounts(asked, median(_alike(amounts) for amounts in peers))


def _alike(amounts: Sequence[int]) -> float:
    """The chance that two of them are the same.

    >>> _alike([500, 500, 700])
    0.3333333333333333
    """
    pairs = len(amounts) * (len(amounts) - 1) / 2
    same = sum(n * (n - 1) / 2 for n in Counter(amounts).values())
    return same / pairs if pairs else 0.0


def surprising_run(amounts: Sequence[int], usual: UsualAmounts) -> Run | None:
    """Return the run that chance explains least; None where it explains each.

    ``amounts`` are in the order of the stubs.

    >>> usual = UsualAmounts(Counter(range(1_000)), 0.02)
    >>> run = surprising_run([1, 2, 3, 900, 900, 4, 900, 900, 900, 900, 900, 5], usual)
    >>> (run.francs, run.count, run.stretch)
    (900, 7, 8)
    """
    least = min(_runs(amounts, usual), key=lambda run: run.expected, default=None)
    return least if least is not None and least.expected < BY_CHANCE else None


def _runs(amounts: Sequence[int], usual: UsualAmounts) -> Iterator[Run]:
    own = Counter(amounts)
    for francs, places in _places(amounts, own).items():
        chance = usual.chance(francs, own)
        for first, last in _stretches(len(places)):
            count, stretch = last - first + 1, places[last] - places[first] + 1
            expected = _expected(len(amounts), count, stretch, chance)
            yield Run(francs, count, stretch, expected)


def _places(amounts: Iterable[int], own: Counter[int]) -> dict[int, list[int]]:
    """Where each amount that comes often enough stands."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, francs in enumerate(amounts):
        if own[francs] >= SHORTEST_RUN:
            places[francs].append(place)
    return places


def _stretches(count: int) -> Iterator[tuple[int, int]]:
    for first in range(count - SHORTEST_RUN + 1):
        for last in range(first + SHORTEST_RUN - 1, count):
            yield first, last


def _expected(cases: int, count: int, stretch: int, chance: float) -> float:
    """At most how many stretches as full chance gives (Chernoff's bound), from any of the cases."""
    share = (count - 1) / (stretch - 1)
    if share <= chance:
        return float(cases)
    return cases * exp(-(stretch - 1) * divergence(share, chance))
