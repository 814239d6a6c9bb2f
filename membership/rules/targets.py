"""What penetration is counted over: target households of units, of places and of a whole.

A target is entered by unit. That of several units is the sum of theirs, where each has one; that
of a place is the sum of the units that act in it, where each acts nowhere else: a target is not
divided between places by a guess. With one missing, penetration would be passed off too high, so
there is none (n.d.).
"""

from collections import defaultdict
from collections.abc import Iterable
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
