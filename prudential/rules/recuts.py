"""Which units hang together by re-cuts: closed and opened in one, or one after the other."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def joined(groups: Iterable[Iterable[K]]) -> list[frozenset[K]]:
    """Join the groups that have members in common, one through the other; whoever is alone is none.

    >>> [sorted(found) for found in joined([{1, 2}, {5, 6}, {2, 3}, {9}])]
    [[5, 6], [1, 2, 3]]
    """
    found: list[frozenset[K]] = []
    for members in map(frozenset, groups):
        touching = [one for one in found if one & members]
        found = [one for one in found if not one & members] + [members.union(*touching)]
    return [one for one in found if len(one) > 1]
