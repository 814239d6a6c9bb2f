"""Which days are taken by the registers of units, facilities and districts, and terms of care.

A year typed wrongly (0001, 1800, 2099) would move the published counts at once, and a closing
decided for 2999 would never come. So no day before the network, and none further ahead than what
can be decided of.
"""

from datetime import date, timedelta

from conamus.kernel.errors import DomainError

#: The oldest mutuals of the network date from the nineties.
FIRST_YEAR = 1990
MOST_DAYS_AHEAD = 366


def require_near_day(day: date, *, today: date, act: str, field: str) -> None:
    """Raise for a day on which ``act`` (« Une ouverture ») cannot be.

    >>> today = date(2025, 6, 30)
    >>> require_near_day(date(2026, 7, 1), today=today, act="Une ouverture", field="valid_from")
    >>> require_near_day(date(2026, 7, 2), today=today, act="Une ouverture", field="valid_from")
    Traceback (most recent call last):
    ...
    conamus.kernel.errors.DomainError: Une ouverture se décide un an à l’avance au plus, donc \
jusqu’au 01/07/2026.
    """
    latest = today + timedelta(days=MOST_DAYS_AHEAD)
    if day.year < FIRST_YEAR:
        raise DomainError(
            f"Rien n’est inscrit d’avant {FIRST_YEAR} : donnez un jour depuis le "
            f"01/01/{FIRST_YEAR}.",
            field=field,
        )
    if day > latest:
        raise DomainError(
            f"{act} se décide un an à l’avance au plus, donc jusqu’au {latest:%d/%m/%Y}.",
            field=field,
        )
