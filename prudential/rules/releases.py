"""Which of the day's figures are released to the regulator, and which wait.

The regulator's pages and editions hide small groups. Figures that followed each enrolment would
still tell, from one day to the next, of the one household that came or left. So the regulator
reads figures as they were last released, in parts: the households of one unit in one mutualist
year, with their people, by sex and by renewal. A part is released anew where it has moved by five
households at least and in no count by one to four, nor in its dependants (people less heads); else
it stays what it was. Whatever is had by subtracting a unit, a federation or the network from its
earlier self is then made of such movements.

What is hidden may not come and go either: of two units hidden together one day, the one that is
shown the next and has not moved gives the other's earlier self. A federation of which a unit would
be hidden or shown by turns stays what it was until that unit has moved (release_masks.py).

Two things follow the parts and are told only where that tells no more: how many households came
back to the unit itself (by unit), and in which communes they live (of the year as a whole). Of a
year that was never released there is nothing to subtract from: it is released as it is.

Who came back after a re-cut is counted in the unit that was left, and signed in the one that
replaced it. So of units that were re-cut together, those who came from elsewhere are had by
subtraction of all of them: they are judged as one too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from membership.rules.insured import NOBODY, InsuredCount
from prudential.rules.annual_figures import SMALLEST_SHOWN
from prudential.rules.release_masks import held_by_masks
from prudential.rules.suppression import (
    dependants_by_sex,
    dependants_of,
    heads_and_dependants,
    heads_by_sex,
)

#: A unit's households in one part of the country: the unit, the old commune, the new one.
Cell = tuple[int, int, int]
#: Two counts that are judged together.
Pair = tuple[int, int]
#: Units that re-cuts closed and opened, each group of those that hang together.
Recuts = Sequence[frozenset[int]]
_NOTHING: Pair = (0, 0)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A mutualist year: each unit's counts; households and people of each of its places."""

    units: Mapping[int, InsuredCount]
    places: Mapping[Cell, Pair]

    @property
    def has_small_places(self) -> bool:
        """Whether a unit and a commune have one to four households in common, or dependants."""
        shared: Counter[tuple[int, str, int, int]] = Counter()
        for (unit, old, new), pair in self.places.items():
            for part, count in enumerate(heads_and_dependants(*pair)):
                shared[unit, "old", old, part] += count
                shared[unit, "new", new, part] += count
        return has_small(shared.values())


@dataclass(frozen=True, slots=True)
class Released:
    """A year as it is released, and what was last told of the two things that follow it."""

    figures: YearFigures
    #: Of each unit, who came back to it and who came back from another unit (after a re-cut: who
    #: renewed in it, less the former).
    told_returns: Mapping[int, Pair]
    told_places: Mapping[Cell, Pair]

    @property
    def tells_places(self) -> bool:
        """Whether the communes may be shown."""
        return self.told_places == self.figures.places and not self.figures.has_small_places


NOT_COUNTED = Released(YearFigures({}, {}), {}, {})


def first_released(day: YearFigures, recuts: Recuts = ()) -> Released:
    """Release a year of which nothing was told before."""
    returns = {key: _returns(count) for key, count in day.units.items()}
    return Released(day, returns | _told_together({}, returns, recuts), day.places)


def released_anew(
    known: Released,
    day: YearFigures,
    *,
    year_before: tuple[YearFigures, YearFigures] = (NOT_COUNTED.figures, NOT_COUNTED.figures),
    recuts: Recuts = (),
) -> Released:
    """Take over from the day the units that moved enough; the others stay what they were.

    ``year_before``: the year before as it was released with ``known``, and as it is now: those who
    left since are a group too.
    """
    old, (before, now_before) = known.figures, year_before
    waiting = {key for key in old.units.keys() | day.units.keys() if _waits(key, old, day)}
    while True:
        units = _taken(old.units, day.units, waiting)
        known_years, years = (old.units, before.units), (units, now_before.units)
        held = held_by_masks(known_years, years) - waiting
        if not held:
            break
        waiting |= held
    places = {cell: pair for cell, pair in old.places.items() if cell[0] in waiting}
    places |= {cell: pair for cell, pair in day.places.items() if cell[0] not in waiting}
    return Released(
        YearFigures(units, places),
        _told_returns(known.told_returns, units, recuts),
        _told_places(known.told_places, places),
    )


def _taken(
    old: Mapping[int, InsuredCount], day: Mapping[int, InsuredCount], waiting: Set[int]
) -> dict[int, InsuredCount]:
    """Return the units that wait as they were, the others as they are."""
    units = {key: count for key, count in old.items() if key in waiting}
    return units | {key: count for key, count in day.items() if key not in waiting}


def moved_little(before: Sequence[int], after: Sequence[int]) -> bool:
    """Tell whether counts, households first, moved so little that somebody could be recognised.

    >>> [moved_little([40, 200], after) for after in ([40, 200], [45, 226], [41, 206], [40, 201])]
    [False, False, True, True]

    Two women among five new heads of household are a small movement too.

    >>> moved_little([40, 30, 10], [45, 33, 12])
    True
    """
    moved = movements(before, after)
    return any(moved) and (moved[0] < SMALLEST_SHOWN or has_small(moved))


def _waits(unit: int, known: YearFigures, day: YearFigures) -> bool:
    """Tell whether a unit moved too little, or stands and few of its households are others."""
    before, now = _counts(known.units.get(unit)), _counts(day.units.get(unit))
    if before != now:
        return moved_little(before, now)
    if has_small(movements(_returns(known.units.get(unit)), _returns(day.units.get(unit)))):
        return True
    cells = {cell for cell in (*known.places, *day.places) if cell[0] == unit}
    return _some_moved_little(cells, known.places, day.places)


def _some_moved_little(
    cells: Iterable[Cell], before: Mapping[Cell, Pair], after: Mapping[Cell, Pair]
) -> bool:
    return any(
        moved_little(_told_of(before.get(cell, _NOTHING)), _told_of(after.get(cell, _NOTHING)))
        for cell in cells
    )


def _told_of(place: Pair) -> tuple[int, int, int]:
    """Return what is told of a place, and what the one less the other tells."""
    households, people = place
    return households, people, people - households


def _told_returns(
    known: Mapping[int, Pair], units: Mapping[int, InsuredCount], recuts: Recuts
) -> dict[int, Pair]:
    """Households that came from another unit are few: they do not keep their unit waiting."""
    returns = {key: _returns(count) for key, count in units.items()}
    told = {}
    for key, now in returns.items():
        before = known.get(key, _NOTHING)
        told[key] = before if has_small(movements(before, now)) else now
    return told | _told_together(known, returns, recuts)


def _told_together(
    known: Mapping[int, Pair], returns: Mapping[int, Pair], recuts: Recuts
) -> dict[int, Pair]:
    """Return what stays told of units re-cut together of which few came from elsewhere."""
    kept: dict[int, Pair] = {}
    for units in recuts:
        counted = units & returns.keys()
        before, now = _sum(known, counted), _sum(returns, counted)
        if has_small([*movements(before, now), *now]):
            kept |= {key: known.get(key, _NOTHING) for key in counted}
    return kept


def _sum(pairs: Mapping[int, Pair], keys: Iterable[int]) -> Pair:
    found = [pairs.get(key, _NOTHING) for key in keys]
    return sum(same for same, _ in found), sum(others for _, others in found)


def _told_places(known: Mapping[Cell, Pair], places: Mapping[Cell, Pair]) -> Mapping[Cell, Pair]:
    """Some households in another commune hide the map; they do not keep their unit waiting."""
    return known if _some_moved_little({*known, *places}, known, places) else places


def _counts(count: InsuredCount | None) -> list[int]:
    """Return what is told of a unit, households first; what the printed less another tells too."""
    one = count or NOBODY
    households, renewals = one.households or 0, one.renewals or 0
    return [
        households, one.people or 0, one.males or 0, one.females or 0, *heads_by_sex(one),
        *dependants_of(one), *dependants_by_sex(one), renewals, households - renewals,
    ]  # fmt: skip


def _returns(count: InsuredCount | None) -> Pair:
    same, renewals = (count.same_unit_renewals or 0, count.renewals or 0) if count else _NOTHING
    return same, renewals - same


def movements(before: Sequence[int], after: Sequence[int]) -> list[int]:
    """Return by how much each count moved, up or down."""
    return [abs(new - old) for old, new in zip(before, after, strict=True)]


def has_small(counts: Iterable[int]) -> bool:
    """Tell whether one of the counts is of one to four."""
    return any(0 < count < SMALLEST_SHOWN for count in counts)
