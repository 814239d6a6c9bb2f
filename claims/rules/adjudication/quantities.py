"""How much, how often, how soon again: step 10, on quantities.

What was already accepted counts: on the lines before, in the same claim, and in earlier claims
over the limit's scope or days, for the patient. The part above is cut pro rata of the price;
quantities keep their decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from claims.rules.adjudication.sheet import Row, Sheet
from claims.rules.cuts import CutCode
from claims.rules.package import Interval, Limit, Scope
from claims.rules.targets import is_about_act

_ZERO = Fraction(0)
_Taken = list[tuple[date, Fraction]]


def limit_quantities(sheet: Sheet) -> None:
    """Step 10: line by line, all limits, then all intervals; what passes counts for the next."""
    limits = [_LimitCount(sheet, c) for c in sheet.near.limits]
    intervals = [_Gap(sheet, c) for c in sheet.near.intervals]
    if not limits and not intervals:
        return
    for row in sheet.open_rows():
        own_limits = [one for one in limits if one.is_about(row)]
        own_intervals = [one for one in intervals if one.is_about(row)]
        for limit in own_limits:
            limit.cut(row)
        for interval in own_intervals:
            interval.cut(row)
        for limit in own_limits:
            limit.count(row)
        for interval in own_intervals:
            interval.count(row)


class _LimitCount:
    """A limit, and the days and quantities that count against it."""

    def __init__(self, sheet: Sheet, clause: Limit) -> None:
        self._clause = clause
        self._is_on = clause.days is not None or sheet.holds(clause.scope)
        scope = None if clause.days is not None else clause.scope
        self._taken: _Taken = [
            (one.care_on, one.quantity) for one in sheet.earlier(scope, clause.target)
        ]

    def is_about(self, row: Row) -> bool:
        """Tell whether the limit speaks of a line."""
        return self._is_on and is_about_act(self._clause.target, row.act, row.family)

    def cut(self, row: Row) -> None:
        """Keep what the limit has room for."""
        used = self._used(row.day)
        room = max(_ZERO, self._clause.quantity - used)
        if row.quantity <= room:
            return
        facts = {
            "limit": self._clause.quantity,
            "scope": "" if self._clause.days is not None else self._clause.scope,
            "days": self._clause.days or "",
            "used": used,
            "quantity": row.quantity,
        }
        if room:
            row.keep_quantity(room, CutCode.QUANTITY, self._clause.bearer, facts)
        else:
            row.cut_all(CutCode.QUANTITY, self._clause.bearer, facts)

    def count(self, row: Row) -> None:
        """Remember what was accepted of a line; one line's limit forgets it at once."""
        if self._clause.days is not None or self._clause.scope is not Scope.LINE:
            self._taken.append((row.day, row.quantity))

    def _used(self, on: date) -> Fraction:
        if self._clause.days is None:
            return sum((quantity for _, quantity in self._taken), _ZERO)
        return busiest_window(self._taken, on, self._clause.days)


def busiest_window(taken: Sequence[tuple[date, Fraction]], on: date, days: int) -> Fraction:
    """Return the most that was taken in any ``days`` consecutive days that hold ``on``.

    >>> one = Fraction(1)
    >>> taken = [(date(2025, 3, 1), one), (date(2025, 3, 13), one)]
    >>> busiest_window(taken, date(2025, 3, 7), 7), busiest_window(taken, date(2025, 3, 7), 13)
    (Fraction(1, 1), Fraction(2, 1))
    """
    width = timedelta(days=days)
    starts = {on, *(day for day, _ in taken if on - width < day <= on)}
    return max(
        sum((quantity for day, quantity in taken if start <= day < start + width), _ZERO)
        for start in starts
    )


@dataclass(slots=True)
class _Accepted:
    """A day on which what is targeted was accepted; ``is_own``: in this very claim."""

    day: date
    is_own: bool


class _Gap:
    """A minimum interval, and the days of the care that it is counted from."""

    def __init__(self, sheet: Sheet, clause: Interval) -> None:
        self._clause = clause
        self._accepted = [
            _Accepted(one.care_on, is_own=False)
            for one in sheet.earlier(None, clause.target)
            if one.quantity
        ]

    def is_about(self, row: Row) -> bool:
        """Tell whether the interval speaks of a line."""
        return is_about_act(self._clause.target, row.act, row.family)

    def cut(self, row: Row) -> None:
        """Refuse what comes too soon after, or before; one claim's day is one care."""
        near = [one.day for one in self._accepted if self._is_near(one, row.day)]
        if near and row.is_open:
            nearest = min(near, key=lambda day: (abs((day - row.day).days), day))
            facts = {"days": self._clause.days, "other_on": nearest}
            row.cut_all(CutCode.INTERVAL, self._clause.bearer, facts)

    def count(self, row: Row) -> None:
        """Remember a day on which something was accepted."""
        if row.is_open:
            self._accepted.append(_Accepted(row.day, is_own=True))

    def _is_near(self, one: _Accepted, on: date) -> bool:
        distance = abs((one.day - on).days)
        return distance < self._clause.days and not (one.is_own and distance == 0)
