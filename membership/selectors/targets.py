"""Reads of targets: how many households a unit's population counts, and the penetration by it."""

from fractions import Fraction

from membership.models import UnitTarget


def targets_of(tenant_id: int, year: int) -> dict[int, UnitTarget]:
    """Return the targets of a year by unit."""
    found = UnitTarget.objects.filter(tenant_id=tenant_id, year_id=year)
    return {target.unit_id: target for target in found}


def penetration(households: int, target: int | None) -> Fraction | None:
    """Return insured households over the target population; None, « n.d. », without one.

    >>> penetration(300, 1200)
    Fraction(1, 4)
    >>> penetration(300, None) is None
    True
    """
    return Fraction(households, target) if target else None
