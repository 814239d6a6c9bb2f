"""Days of enrolment, registration and birth, drawn as ordinals (days are added and compared).

The campaign for year N runs from 1 September to 31 December of N−1; a few sign late, up to the
end of March of N. Some older people know only their year of birth: it is written as 1 January.
"""

from datetime import date
from random import Random

YEAR_DAYS = 365.25
LATE_SHARE = 0.03
LATE_DAYS = 90
CAMPAIGN_DAYS = 122
#: Nobody born from this day on has an estimated birth year.
_BIRTHS_KNOWN_FROM = date(1995, 1, 1).toordinal()
ESTIMATED_SHARE = 0.30

_FIRST = date(1920, 1, 1).toordinal()
_LAST = date(2025, 12, 31).toordinal()
_ISO = [(date.fromordinal(day)).isoformat() for day in range(_FIRST, _LAST + 1)]
_FIRST_OF_YEAR = {year: date(year, 1, 1).toordinal() for year in range(1920, 2027)}
_CAMPAIGN_START = {year: date(year - 1, 9, 1).toordinal() for year in range(1990, 2027)}


def iso(day: int) -> str:
    """Return an ordinal day as an ISO date (the table spares a million formattings).

    >>> iso(date(2024, 2, 29).toordinal())
    '2024-02-29'
    """
    return _ISO[day - _FIRST]


def campaign_day(rng: Random, year: int) -> int:
    """Return a day within the campaign for ``year``."""
    return _CAMPAIGN_START[year] + int(rng.random() * CAMPAIGN_DAYS)


def enrolment_day(rng: Random, year: int) -> int:
    """Return a day in the campaign for ``year``, for a few after it."""
    if rng.random() < LATE_SHARE:
        return _FIRST_OF_YEAR[year] + int(rng.random() * LATE_DAYS)
    return campaign_day(rng, year)


def years_before(day: int, years: float) -> int:
    """Return the day ``years`` years before ``day``."""
    return day - int(years * YEAR_DAYS)


def between(rng: Random, first: int, last: int) -> int:
    """Return a day from ``first`` to ``last``, both included."""
    return first + int(rng.random() * (last - first + 1))


def with_estimate(rng: Random, birth: int) -> tuple[str, bool]:
    """Return the birth date to write and whether only its year is known."""
    if birth >= _BIRTHS_KNOWN_FROM or rng.random() >= ESTIMATED_SHARE:
        return iso(birth), False
    return f"{iso(birth)[:4]}-01-01", True
