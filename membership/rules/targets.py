"""What penetration is counted over: target households of units, of places and of a whole.

A target is entered by unit. That of several units is the sum of theirs, where each has one; that
of a place is the sum of the units that act in it, where each acts nowhere else: a target is not
divided between places by a guess. With one missing, penetration would be passed off too high, so
there is none (n.d.).

A re-cut hands a population on, so that it has a target of the old units and one of the new: it is
counted once, as the new units tell it where each has a target, else as the old ones do.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Of a unit whose zone d'action is not entered.
NOWHERE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPart:
    """A unit's target in a group where it acts; None: not entered."""

    tenant_id: int
    unit_id: int
    group_key: str
    households: int | None


@dataclass(frozen=True, slots=True)
class Handover:
    """The insuring units that a re-cut closed and those that it opened: of one population."""

    closed: frozenset[int]
    opened: frozenset[int]


def each_population_once(
    rows: Iterable[TargetPart], handovers: Sequence[Handover]
) -> list[TargetPart]:
    """Return the targets without those of units for whose population others stand.

    ``handovers``: the earlier one first, where a unit was opened by one and closed by another.

    >>> def kept(handovers, **targets):
    ...     rows = [
    ...         TargetPart(tenant_id=1, unit_id=int(key[1]), group_key="", households=households)
    ...         for key, households in targets.items()
    ...     ]
    ...     return [(row.unit_id, row.households) for row in each_population_once(rows, handovers)]
    >>> one_for_two = Handover(frozenset({1}), frozenset({2, 3}))
    >>> kept([one_for_two], u1=100, u2=None), kept([one_for_two], u1=100, u2=60)
    ([(1, 100)], [(1, 100)])
    >>> kept([one_for_two], u1=100, u2=60, u3=50), kept([one_for_two], u1=None, u2=60, u3=50)
    ([(2, 60), (3, 50)], [(2, 60), (3, 50)])
    >>> again = [Handover(frozenset({1}), frozenset({2})), Handover(frozenset({2}), frozenset({3}))]
    >>> kept(again, u1=100, u2=None, u3=None), kept(again, u1=100, u2=None, u3=110)
    ([(1, 100)], [(3, 110)])
    >>> kept(again, u1=None, u2=None)
    [(1, None), (2, None)]
    """
    found = list(rows)
    told = {row.unit_id for row in found if row.households is not None}
    stood_for: set[int] = set()
    by_old = []
    for handover in reversed(handovers):
        if handover.opened <= told:
            stood_for |= handover.closed
            told |= handover.closed
        else:
            by_old.append(handover)
    for handover in reversed(by_old):
        if handover.closed <= told:
            stood_for |= handover.opened
            told |= handover.opened
    return [row for row in found if row.unit_id not in stood_for]


def targets_by_group(rows: Iterable[TargetPart]) -> dict[str, int]:
    """Return the target of each group of which it is known.

    >>> def unit(key, place, households):
    ...     return TargetPart(tenant_id=1, unit_id=key, group_key=place, households=households)
    >>> targets_by_group([unit(1, "Gitega", 300), unit(2, "Gitega", 200)])
    {'Gitega': 500}
    >>> targets_by_group([unit(1, "Gitega", 300), unit(2, "Ngozi", 200), unit(2, "Rutana", 200)])
    {'Gitega': 300}
    >>> targets_by_group([unit(1, "Gitega", 300), unit(2, "Gitega", None)])
    {}
    """
    groups, units = defaultdict(list), defaultdict(set)
    for row in rows:
        groups[row.group_key].append(row)
        units[row.unit_id].add(row.group_key)
    if NOWHERE in groups:
        return {}
    return {
        key: _sum(found)
        for key, found in groups.items()
        if all(row.households is not None and len(units[row.unit_id]) == 1 for row in found)
    }


def whole_target(rows: Iterable[TargetPart]) -> int:
    """Return the target of all units together; 0: one has none.

    >>> rows = [
    ...     TargetPart(tenant_id=1, unit_id=2, group_key=place, households=200)
    ...     for place in ("Ngozi", "Rutana")
    ... ]
    >>> whole_target(rows), whole_target([])
    (200, 0)
    """
    by_unit = {row.unit_id: row for row in rows}
    if any(row.households is None for row in by_unit.values()):
        return 0
    return _sum(by_unit.values())


def _sum(rows: Iterable[TargetPart]) -> int:
    return sum(row.households or 0 for row in rows)
