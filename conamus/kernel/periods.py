"""Half-open periods of days, the calendar years that the mutuals live by, months and ages."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``start`` (included) to ``end`` (excluded); no ``end``: still open.

    >>> date(2024, 12, 31) in calendar_year(2024), date(2025, 1, 1) in calendar_year(2024)
    (True, False)
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a period ends after it starts: {self.start} – {self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two periods have a day in common."""
        starts_before = other.end is None or self.start < other.end
        return starts_before and (self.end is None or other.start < self.end)


def read_day(written: str | None) -> date | None:
    """Read a day as JSON carries it; None for none.

    >>> read_day("2025-03-10"), read_day(None)
    (datetime.date(2025, 3, 10), None)
    """
    return None if written is None else date.fromisoformat(written)


def calendar_year(year: int) -> Period:
    """Return the calendar year, which since 2018 is the mutualist year too (source: S19)."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def month_of(day: date) -> Period:
    """Return the calendar month that holds ``day``.

    >>> month_of(date(2024, 2, 29)).end
    datetime.date(2024, 3, 1)
    """
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1))


def next_month(day: date, months: int = 1) -> date:
    """Return the first of the month that comes so many months after a day's; before: negative.

    >>> next_month(date(2024, 11, 20), 3), next_month(date(2025, 2, 20), -3)
    (datetime.date(2025, 2, 1), datetime.date(2024, 11, 1))
    """
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def last_day(month: date) -> date:
    """Return the last day of a day's month.

    >>> last_day(date(2024, 2, 10))
    datetime.date(2024, 2, 29)
    """
    return next_month(month) - timedelta(days=1)


def age_on(birth_date: date, on: date) -> int:
    """Return the age in whole years; who is born on 29 February ages on 1 March.

    >>> age_on(date(2008, 2, 29), date(2025, 2, 28)), age_on(date(2008, 2, 29), date(2025, 3, 1))
    (16, 17)
    """
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
