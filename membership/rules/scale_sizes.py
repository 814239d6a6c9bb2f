"""Who pays what by a scale at each size of household, and the difference with last year."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from conamus.kernel.errors import DomainError
from membership.rules.scale import ORDINARY, Due, Scale, amount_due


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRow:
    """What a household of ``size`` pays, and another for it; None: last year's scale had nothing.

    ``payer_francs`` and ``household_francs`` share the contribution of a household that renews;
    ``new_household_francs`` is a new one's part of contribution and joining fee. ``before`` and
    ``difference`` are of what households pay themselves.
    """

    size: int
    contribution_francs: int
    payer_francs: int
    household_francs: int
    before_francs: int | None
    difference_francs: int | None
    joining_fee_francs: int
    new_household_francs: int
    new_difference_francs: int | None


class _Dues(NamedTuple):
    """What households of one size owe: one that renews, and a new one."""

    renewing: Due
    new: Due


def compare_scales(
    scale: Scale,
    last_year: Scale | None,
    sizes: Iterable[int] = range(1, 16),
    category: str = ORDINARY,
) -> list[SizeRow]:
    """Return who pays what at each size, and the difference with last year for the household.

    Sizes that the scale does not take have no row.
    """
    return [
        _size_row(size, now, _dues_or_none(last_year, size, category))
        for size in sizes
        if (now := _dues_or_none(scale, size, category)) is not None
    ]


def _size_row(size: int, now: _Dues, before: _Dues | None) -> SizeRow:
    paid_before = before.renewing.household_francs if before else None
    paid = now.renewing.household_francs
    new_paid = now.new.household_francs
    return SizeRow(
        size=size,
        contribution_francs=now.renewing.contribution_francs,
        payer_francs=now.renewing.payer_francs,
        household_francs=paid,
        before_francs=paid_before,
        difference_francs=None if paid_before is None else paid - paid_before,
        joining_fee_francs=now.new.joining_fee_francs,
        new_household_francs=new_paid,
        new_difference_francs=new_paid - before.new.household_francs if before else None,
    )


def _dues_or_none(scale: Scale | None, size: int, category: str) -> _Dues | None:
    """None: there is no scale, or it does not take such a household."""
    if scale is None:
        return None
    try:
        return _Dues(
            amount_due(scale, size=size, category=category, is_new=False),
            amount_due(scale, size=size, category=category, is_new=True),
        )
    except DomainError:
        return None
