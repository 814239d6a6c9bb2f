"""Draws people, where their second records are, and what those suffer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

from bench.corruptions.facts import FACTS
from bench.corruptions.mix import GROUPS, HOW_MANY, MIX, WHERE, Kind, Where
from bench.corruptions.names import NAMES, swapped
from bench.corruptions.record import Change, Planted, Record, Surroundings

SEED = "conamus-corruptions-1"
#: A near colline is at most so many places away in the unit's list, which goes commune by commune.
NEAR = 3
CHANGES: dict[Kind, Change] = {**NAMES, **FACTS}

_Choice = TypeVar("_Choice")


def plant(
    register: Sequence[Record], around: Surroundings, *, count: int, seed: str = SEED
) -> list[Planted]:
    """Return ``count`` second records, of as many people; keys go on after the register's."""
    rng = Random(seed)  # noqa: S311 - drawn to be repeated, not to be secret
    homes = _Homes(register)
    free = 1 + max(record.key for record in register)
    chosen = rng.sample(register, count)
    return [
        _second_record(rng, homes, around, original, key)
        for key, original in enumerate(chosen, start=free)
    ]


def _second_record(
    rng: Random, homes: "_Homes", around: Surroundings, original: Record, key: int
) -> Planted:
    where, moved = homes.move(rng, original)
    changed, kinds = corrupt(rng, moved, around, count=_weighted(rng, HOW_MANY))
    return Planted(original, replace(changed, key=key), kinds, where)


def corrupt(
    rng: Random, record: Record, around: Surroundings, *, count: int
) -> tuple[Record, tuple[Kind, ...]]:
    """Return the record with ``count`` different corruptions, and which.

    Names are exchanged last, so that the others still know which one is the given name. A
    change that would lead back to a spelling already left is drawn again.
    """
    left, kinds, seen = dict(MIX), list[Kind](), [record]
    while len(kinds) < count and left:
        kind = _weighted(rng, left)
        changed = CHANGES[kind](rng, seen[-1], around)
        del left[kind]
        if changed is None or changed in seen:
            continue
        kinds.append(kind)
        for group in GROUPS:
            if kind in group:
                left = {other: weight for other, weight in left.items() if other not in group}
        if kind is not Kind.SWAPPED:
            seen.append(changed)
    last = seen[-1]
    return (swapped(rng, last, around) if Kind.SWAPPED in kinds else last), tuple(kinds)


def _weighted(rng: Random, weights: dict[_Choice, int]) -> _Choice:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


class _Homes:
    """The register's households by place, to find one for a second record."""

    def __init__(self, register: Sequence[Record]) -> None:
        homes = {r.household: (r.federation, r.unit, r.colline) for r in register}
        self._units: dict[str, list[str]] = defaultdict(list)
        self._collines: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for household, (federation, unit, colline) in homes.items():
            if unit not in self._collines:
                self._units[federation].append(unit)
            self._collines[unit][colline].append(household)

    def move(self, rng: Random, record: Record) -> tuple[Where, Record]:
        """Draw where the second record is; what the register does not offer is drawn again."""
        left = dict(WHERE)
        while True:
            where = _weighted(rng, left)
            found = self._find(rng, record, where)
            if found is not None:
                return where, found
            del left[where]

    def _find(self, rng: Random, record: Record, where: Where) -> Record | None:
        if where is Where.HOUSEHOLD:
            return record
        places = list(self._places(rng, record, where))
        return self._settled(rng, record, *rng.choice(places)) if places else None

    def _places(self, rng: Random, record: Record, where: Where) -> Iterator[tuple[str, str]]:
        """The units and collines where such a second record may be."""
        if where is Where.COLLINE:
            yield record.unit, record.colline
        elif where is Where.NEAR:
            listed = sorted(self._collines[record.unit])
            at = listed.index(record.colline)
            near = listed[max(0, at - NEAR) : at] + listed[at + 1 : at + 1 + NEAR]
            yield from ((record.unit, colline) for colline in near)
        elif units := [one for one in self._units[record.federation] if one != record.unit]:
            unit = rng.choice(units)
            yield from ((unit, colline) for colline in self._collines[unit])

    def _settled(self, rng: Random, record: Record, unit: str, colline: str) -> Record | None:
        """The record in another household of the colline, if there is one."""
        others = [home for home in self._collines[unit][colline] if home != record.household]
        if not others:
            return None
        return replace(record, unit=unit, colline=colline, household=rng.choice(others))
