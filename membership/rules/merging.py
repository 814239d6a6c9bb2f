"""What two records of one person would lose in rights when they are made one."""

from collections.abc import Iterable
from datetime import timedelta

from conamus.kernel.periods import Period
from membership.rules.sentences import day


def days_lost(before: Iterable[Period], after: Iterable[Period]) -> list[Period]:
    """Return the days that were covered and are not any more.

    >>> from datetime import date
    >>> year = Period(date(2025, 1, 1), date(2026, 1, 1))
    >>> half = Period(date(2025, 7, 1), date(2026, 1, 1))
    >>> days_lost([half], [year]), days_told(days_lost([year], [half]))
    ([], 'du 01/01/2025 au 30/06/2025')
    """
    left = list(before)
    for covered in after:
        left = [rest for period in left for rest in _without(period, covered)]
    return left


def days_told(periods: Iterable[Period]) -> str:
    """Write periods with their last days included; nothing where there are none."""
    return ", ".join(_told(period) for period in periods)


def _without(period: Period, other: Period) -> list[Period]:
    if not period.overlaps(other):
        return [period]
    parts = []
    if period.start < other.start:
        parts.append(Period(period.start, other.start))
    if other.end is not None and (period.end is None or other.end < period.end):
        parts.append(Period(other.end, period.end))
    return parts


def _told(period: Period) -> str:
    if period.end is None:
        return f"depuis le {day(period.start)}"
    return f"du {day(period.start)} au {day(period.end - timedelta(days=1))}"
