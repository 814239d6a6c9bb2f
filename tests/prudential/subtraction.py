"""What can be had by adding and subtracting what was told: every group, tried by brute force.

What was told is an equation over the smallest groups, the atoms. Of the space that the equations
span, every vector of zeros and ones is a group whose size can be computed.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from membership.rules.insured import InsuredTotals
from prudential.rules.suppression import is_small

#: What somebody is told, or not (None): of whom, and how many.
Told = tuple[Iterable[Hashable], int | None]
Row = list[Fraction]
#: People of a group: its key, their sex, whether they are heads who came back or are new.
People = tuple[int, str, str]
BACK, NEW, DEPENDANT = "back", "new", "dependant"


def insured_told(
    people: Collection[People], count: InsuredTotals, renewed: int | None = None
) -> list[Told]:
    """Return what the tables of the insured tell of some people."""
    heads = [atom for atom in people if atom[2] != DEPENDANT]
    told: list[Told] = [
        (heads, count.households),
        (people, count.people),
        ([atom for atom in people if atom[2] == BACK], renewed),
    ]
    for sex, of_heads, of_all in (
        ("M", count.male_heads, count.males), ("F", count.female_heads, count.females)
    ):  # fmt: skip
        told.append(([atom for atom in heads if atom[1] == sex], of_heads))
        told.append(([atom for atom in people if atom[1] == sex], of_all))
    return told


def small_groups(told: Iterable[Told], truth: Mapping[Hashable, int]) -> list[list[Hashable]]:
    """Return the groups of one to four that can be computed; a larger one may be made of them."""
    atoms = list(truth)
    found = []
    for rows in _apart(_solved(told, atoms)):
        for places in _groups_told(rows, len(atoms)):
            group = [atoms[place] for place in places]
            if is_small(sum(truth[atom] for atom in group)):
                found.append(group)
    return found


def _solved(told: Iterable[Told], atoms: Sequence[Hashable]) -> list[Row]:
    """Return the reduced rows of the equations; an empty group has no members at all."""
    rows = []
    for members, count in told:
        group = frozenset(members)
        if count is not None:
            rows.append([Fraction(atom in group) for atom in atoms])
        if count == 0:
            rows += [[Fraction(atom == one) for atom in atoms] for one in group]
    reduced: list[Row] = []
    for column in range(len(atoms)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows = [_without(row, pivot, column) for row in rows]
        reduced = [*(_without(row, pivot, column) for row in reduced), pivot]
    return reduced


def _without(row: Row, pivot: Row, column: int) -> Row:
    times = row[column]
    return (
        [value - times * other for value, other in zip(row, pivot, strict=True)] if times else row
    )


def _apart(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows in sets that have no atom in common: a group is made of one of each."""
    sets: list[tuple[set[int], list[Row]]] = []
    for row in rows:
        places, together = {place for place, value in enumerate(row) if value}, [row]
        for one in [one for one in sets if one[0] & places]:
            places, together = places | one[0], [*one[1], *together]
            sets.remove(one)
        sets.append((places, together))
    return [together for _, together in sets]


def _groups_told(rows: Sequence[Row], width: int) -> Iterator[list[int]]:
    """Yield every group whose size can be computed: the places of its atoms."""
    sums = [[Fraction(0)] * width]
    for number, row in enumerate(rows, start=1):
        sums += [[a + b for a, b in zip(one, row, strict=True)] for one in sums]
        final = [place for place in range(width) if not any(one[place] for one in rows[number:])]
        sums = [one for one in sums if all(one[place] in (0, 1) for place in final)]
    for one in sums:
        yield [place for place, value in enumerate(one) if value]
