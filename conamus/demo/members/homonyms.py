"""Homonyms: some heads of a colline bear one name, as happens everywhere, and are two people.

Drawn after everything else from a stream of its own: names alone change, so counts, ages and days
stay those of the published figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from conamus.demo.members.people import PersonRow

#: Households whose head bears the name of another head of the colline.
HOMONYM_SHARE = 0.006


def with_homonyms(
    rng: Random, people: Sequence[PersonRow], collines: Sequence[str]
) -> list[PersonRow]:
    """Return the people with some heads renamed; ``collines`` by household position."""
    renamed = dict(_renamed(rng, _alike(people, collines)))
    return [renamed.get(index, row) for index, row in enumerate(people)]


def _alike(
    people: Sequence[PersonRow], collines: Sequence[str]
) -> Iterable[list[tuple[int, PersonRow]]]:
    """The heads of one colline and sex, each with its place among the people."""
    groups: defaultdict[tuple[str, str], list[tuple[int, PersonRow]]] = defaultdict(list)
    for index, row in enumerate(people):
        household, sex, relationship = row[0], row[6], row[9]
        if relationship == "head":
            groups[collines[household], sex].append((index, row))
    return groups.values()


def _renamed(
    rng: Random, groups: Iterable[list[tuple[int, PersonRow]]]
) -> Iterator[tuple[int, PersonRow]]:
    """Give a head the name of one before them, never of one who was renamed."""
    for heads in groups:
        own_name = heads[:1]
        for index, row in heads[1:]:
            if rng.random() < HOMONYM_SHARE:
                yield index, _named_like(row, rng.choice(own_name)[1])
            else:
                own_name.append((index, row))


def _named_like(row: PersonRow, other: PersonRow) -> PersonRow:
    """The row with the other's names and the keys that are made of them (see PersonRow)."""
    return (*row[:2], *other[2:6], *row[6:11], *other[11:13], *row[13:])
