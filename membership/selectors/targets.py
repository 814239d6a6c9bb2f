"""Reads of targets: how many households a unit's population counts, and the penetration by it."""

from collections import defaultdict
from fractions import Fraction

from federations.models import RecutUnit, Unit
from federations.selectors.units import NEVER_OPEN
from membership.models import UnitTarget
from membership.rules.targets import Handover


def targets_of(tenant_id: int, year: int) -> dict[int, UnitTarget]:
    """Return the targets of a year by unit."""
    found = UnitTarget.objects.filter(tenant_id=tenant_id, year_id=year)
    return {target.unit_id: target for target in found}


def handovers() -> list[Handover]:
    """Return what re-cuts handed on from units that insure to others, the earlier first."""
    units = Unit.objects.filter(kind__in=Unit.INSURING).exclude(NEVER_OPEN)
    parts = RecutUnit.objects.filter(unit__in=units).order_by("recut_id")
    by_recut: dict[int, dict[bool, set[int]]] = defaultdict(lambda: {False: set(), True: set()})
    for recut, is_new, unit in parts.values_list("recut_id", "is_new", "unit_id"):
        by_recut[recut][is_new].add(unit)
    # One side is missing where nobody insures there, or where the re-cut was taken back.
    return [
        Handover(frozenset(sides[False]), frozenset(sides[True]))
        for sides in by_recut.values()
        if sides[False] and sides[True]
    ]


def penetration(households: int, target: int | None) -> Fraction | None:
    """Return insured households over the target population; None, « n.d. », without one.

    >>> penetration(300, 1200)
    Fraction(1, 4)
    >>> penetration(300, None) is None
    True
    """
    return Fraction(households, target) if target else None
