"""The year a person looks at, and its month: the year is chosen in the frame, kept in the session.

The network's published figures begin in 2013. A year not begun yet has nothing to show, unless
households are enrolled for it already: from the day on which its campaign opens, the federation's
own or CONAMUS's.
"""

import json
from datetime import date

from django.http import HttpRequest

from conamus import clock
from conamus.kernel.figures import MONTHS
from conamus.kernel.text import read_number
from federations.tenancy.scope import is_scope_open, told_with_scope

FIRST_YEAR = 2013
#: What a page's scope is told: the first day of each campaign, by year.
CAMPAIGNS = "campaigns"
SESSION_KEY = "year"


def offered_years(today: date) -> list[int]:
    """Return the years that can be chosen, latest first.

    >>> offered_years(date(2015, 6, 30))
    [2015, 2014, 2013]
    """
    last = max(today.year, collected_year(today) or 0)
    return list(range(last, FIRST_YEAR - 1, -1))


def collected_year(today: date) -> int | None:
    """Return the latest year whose campaign has opened where the actor is; None: no scope, none."""
    if not is_scope_open():
        return None
    days = json.loads(told_with_scope(CAMPAIGNS))
    begun = (int(year) for year, day in days.items() if date.fromisoformat(day) <= today)
    return max(begun, default=None)


def chosen_year(request: HttpRequest) -> int:
    """Return the year in use: the one kept in the session, else the business date's."""
    return kept_year(request) or clock.today().year


def kept_year(request: HttpRequest) -> int | None:
    """Return the year that the person chose; None: they chose none, or it is not offered."""
    kept = request.session.get(SESSION_KEY)
    return kept if kept in offered_years(clock.today()) else None


def asked_year(request: HttpRequest) -> int:
    """Return the year that the address names (``?annee=``), else the one in use."""
    return offered_year(request.GET.get("annee", "")) or chosen_year(request)


def offered_year(typed: str) -> int | None:
    """Return a year that was typed, or is in an address; None: it is not offered."""
    year = read_number(typed)
    return year if year in offered_years(clock.today()) else None


def asked_month(request: HttpRequest) -> int:
    """Return the month that the address names (``?mois=``); 0: the whole year."""
    month = read_number(request.GET.get("mois", "")) or 0
    return month if month <= len(MONTHS) else 0


def keep_year(request: HttpRequest, typed: str) -> bool:
    """Keep a year that was typed; False, and nothing kept, when it is not offered."""
    year = offered_year(typed)
    if year is None:
        return False
    request.session[SESSION_KEY] = year
    return True
