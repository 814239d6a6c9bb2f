"""Decided claims cut into parts that can be decided one after the other, as if all at once.

A decision sees the care that its household, or the person elsewhere, had before. So claims of one
household stay in one part, and so do those of households that a person has passed between: then no
part depends on another, the parts may be done in any order, and what a preview says of each is
what the run will do.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim with whose ceilings it uses."""

    claim_id: int
    household: Hashable
    person: Hashable


def independent_parts(claims: Iterable[Placed], most: int) -> list[list[int]]:
    """Return the claims' ids in parts of about ``most``; a group larger than that stays whole.

    >>> moved = [Placed(1, "A", "p"), Placed(2, "B", "q"), Placed(3, "C", "p")]
    >>> independent_parts(moved, 1)
    [[1, 3], [2]]
    >>> independent_parts(moved, 3)
    [[1, 3, 2]]
    """
    parts: list[list[int]] = []
    for group in _groups(claims):
        if parts and len(parts[-1]) + len(group) <= most:
            parts[-1].extend(group)
        else:
            parts.append(group)
    return parts


def _groups(claims: Iterable[Placed]) -> Iterable[list[int]]:
    """Gather the claims that share a household or a person, directly or through others."""
    ties = _Ties()
    placed: list[tuple[int, Hashable]] = []
    for one in claims:
        household: Hashable = ("household", one.household)
        ties.tie(household, ("person", one.person))
        placed.append((one.claim_id, household))
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for claim_id, household in placed:
        groups[ties.root(household)].append(claim_id)
    return groups.values()


class _Ties:
    """Who is tied to whom: each points to another of its group, its root to itself."""

    def __init__(self) -> None:
        self._next: dict[Hashable, Hashable] = {}

    def root(self, one: Hashable) -> Hashable:
        """Return the one that stands for the group."""
        path = []
        while (above := self._next.setdefault(one, one)) != one:
            path.append(one)
            one = above
        for passed in path:
            self._next[passed] = one
        return one

    def tie(self, one: Hashable, other: Hashable) -> None:
        """Make one group of two."""
        self._next[self.root(other)] = self.root(one)
