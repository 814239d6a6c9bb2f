"""The days of care and of what follows them, for a year seen on 30 June 2025.

The rains come from October to May, malaria after them. A facility sends its month at the
beginning of the next; what a rule or signal touches waits for a reader; what is decided is final
once nobody may contest it, is then invoiced for payment, and paid.
"""

from datetime import date, timedelta

from conamus.kernel.periods import last_day

#: The demonstration's day.
TODAY = date(2025, 6, 30)
MONTHS = tuple(
    date(2024 + number // 12, number % 12 + 1, 1) for number in range(6, 18)
)  # fmt: skip
#: How many come for care, and how much of it is malaria, by month of the year (ours).
VISITS = {
    1: 1.1, 2: 0.95, 3: 1.0, 4: 1.15, 5: 1.2, 6: 1.05,
    7: 0.85, 8: 0.8, 9: 0.85, 10: 0.95, 11: 1.15, 12: 1.2,
}  # fmt: skip
MALARIA = {
    1: 1.3, 2: 1.0, 3: 1.1, 4: 1.5, 5: 1.7, 6: 1.2,
    7: 0.6, 8: 0.45, 9: 0.5, 10: 0.8, 11: 1.4, 12: 1.6,
}  # fmt: skip
#: Care from this month on is entered by the facilities themselves, day by day.
LIVE_FROM = date(2025, 6, 1)
CONTEST_DAYS = 30


def month_of(day: date) -> date:
    """Return the first of a day's month."""
    return day.replace(day=1)


def final_on(decided_on: date) -> date:
    """Return the first day on which nobody may contest a decision any more."""
    return decided_on + timedelta(days=CONTEST_DAYS + 1)


def demo_seed(tenant_id: int, month: date) -> str:
    """Return by what the demonstration's sample of a month is drawn: the same at each loading."""
    return f"{tenant_id}:{month:%Y-%m}"


def latest_stay(day: date, days: int) -> int:
    """Return how many days a stay from that day may take: it ends in its month and by today."""
    return max(1, min(days, (min(last_day(day), TODAY) - day).days + 1))
