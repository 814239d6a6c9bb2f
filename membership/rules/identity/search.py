"""Duplicates in a whole register: candidates by key, compared once, in bounded memory.

One pass per kind of key, so that only one kind is held at a time. A key that very many people
share (a placeholder telephone, a date nobody knew) says nothing and is passed over.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from membership.rules.identity.keys import PASSES
from membership.rules.identity.match import Match, Verdict, compare
from membership.rules.identity.person import Person

#: People sharing one key beyond which it tells nothing.
MOST_SHARING = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person."""

    one: Person
    other: Person
    match: Match


def find_pairs(people: Sequence[Person], *, among: Sequence[Person] | None = None) -> list[Pair]:
    """Return the pairs that are certain or probable, the likeliest first.

    ``among``: compare ``people`` with these only (and not with one another).
    """
    pairs = [
        Pair(one, other, match)
        for one, other in _candidates(people, among)
        if (match := compare(one, other)).verdict is not Verdict.NONE
    ]
    return sorted(pairs, key=lambda pair: -pair.match.score)


def _candidates(
    people: Sequence[Person], among: Sequence[Person] | None
) -> Iterator[tuple[Person, Person]]:
    """Each two records that share a key, once."""
    everybody = [*people, *among] if among is not None else people
    first_other = len(people) if among is not None else 0
    seen: set[int] = set()
    for number in range(len(PASSES)):
        for ranks in _sharing(everybody, number):
            for position, rank in enumerate(ranks):
                for other in ranks[position + 1 :]:
                    if among is not None and (rank < first_other) == (other < first_other):
                        continue
                    pair = rank * len(everybody) + other
                    if rank != other and pair not in seen:
                        seen.add(pair)
                        yield everybody[rank], everybody[other]


def _sharing(people: Sequence[Person], number: int) -> Iterator[list[int]]:
    """The ranks of those who share a key of one kind."""
    keys_of = PASSES[number]
    holders: defaultdict[object, list[int]] = defaultdict(list)
    for rank, person in enumerate(people):
        for key in keys_of(person):
            holders[key].append(rank)
    return (ranks for ranks in holders.values() if 1 < len(ranks) <= MOST_SHARING)
