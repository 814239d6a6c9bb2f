"""The delay in which a complaint is answered."""

from datetime import date, timedelta
from enum import StrEnum

#: Days given to answer, until a federation's own rule says otherwise (docs/questions.md).
ANSWER_DAYS = 15


class Standing(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    LATE = "late"
    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The standing, in French."""
        return _LABELS[self]


_LABELS = {
    Standing.OPEN: "à répondre",
    Standing.LATE: "en retard",
    Standing.ANSWERED: "répondue à temps",
    Standing.ANSWERED_LATE: "répondue en retard",
    Standing.CANCELLED: "annulée",
}


def due_on(received_on: date) -> date:
    """Return the last day on which the answer is in time.

    >>> due_on(date(2025, 6, 20))
    datetime.date(2025, 7, 5)
    """
    return received_on + timedelta(days=ANSWER_DAYS)


def standing_of(due: date, answered_on: date | None, on: date) -> Standing:
    """Return where a complaint stands on a day.

    >>> standing_of(date(2025, 7, 5), None, date(2025, 7, 6)).label
    'en retard'
    >>> standing_of(date(2025, 7, 5), date(2025, 7, 5), date(2025, 7, 6)).label
    'répondue à temps'
    """
    if answered_on is None:
        return Standing.LATE if on > due else Standing.OPEN
    return Standing.ANSWERED_LATE if answered_on > due else Standing.ANSWERED


def days_taken(received_on: date, answered_on: date | None, on: date) -> int:
    """Return how many days the answer took, or has taken so far."""
    return ((answered_on or on) - received_on).days
