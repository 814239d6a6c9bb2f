"""What a facility was on a day: its type and ownership, of which the latest word counts.

A word says what the facility is from a day on, over whatever was said before of those days; so a
day that was written wrongly is mended by another word, and nothing is rewritten.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from conamus.kernel.errors import DomainError


class Standing(NamedTuple):
    """A facility's type and ownership, as the register stores them."""

    facility_type: str
    ownership: str


#: What is said of a facility from a day on; in the order in which it was said.
Words = Sequence[tuple[date, Standing]]


def standing_on(words: Words, today: Standing, on: date) -> Standing:
    """Return what a facility was on a day; ``today`` is what it is where nothing was said.

    >>> public, private = Standing("CDS", "public"), Standing("CDS", "private")
    >>> words = [(date.min, public), (date(2025, 6, 1), private)]
    >>> standing_on(words, private, date(2025, 5, 31)) == public
    True
    >>> standing_on(words, private, date(2025, 6, 1)) == standing_on([], private, date(2025, 1, 1))
    True
    """
    said = [standing for since, standing in words if since <= on]
    return said[-1] if said else today


def periods_of(words: Words) -> list[tuple[date, Standing]]:
    """Return what a facility was, each with its first day, the earliest first.

    >>> public, private = Standing("CDS", "public"), Standing("CDS", "private")
    >>> june, april = date(2025, 6, 1), date(2025, 4, 1)
    >>> periods_of([(date.min, public), (june, private), (april, private)])[1:] == [
    ...     (april, private)
    ... ]
    True
    """
    periods: list[tuple[date, Standing]] = []
    for since, standing in words:
        periods = [one for one in periods if one[0] < since]
        if not periods or periods[-1][1] != standing:
            periods.append((since, standing))
    return periods


def words_to_add(
    words: Words, was: Standing, wanted: Standing, since: date
) -> list[tuple[date, Standing]]:
    """Return what is to be said so that a facility is what is wanted since a day.

    The first word tells what it ``was`` from the beginning. A day later than the one written takes
    that word back: what was said before it is said again.

    >>> public, private = Standing("CDS", "public"), Standing("CDS", "private")
    >>> june, april = date(2025, 6, 1), date(2025, 4, 1)
    >>> begun = words_to_add([], public, private, april)
    >>> begun == [(date.min, public), (april, private)]
    True
    >>> words_to_add(begun, private, private, june) == [(date.min, public), (june, private)]
    True
    >>> wrong = [*begun, *words_to_add(begun, private, private, date.min)]
    >>> words_to_add(wrong, private, private, june) == [(date.min, public), (june, private)]
    True
    >>> words_to_add(begun, private, private, april), words_to_add([], public, public, june)
    ([], [])
    """
    periods = periods_of(words) or [(date.min, was)]
    begun_on, last = periods[-1]
    if last != wanted or since < begun_on:
        return [*([] if words else periods), (since, wanted)]
    before = periods_of(_before(words, wanted))
    if since == begun_on or not before:
        return []
    return [*before, (since, wanted)]


def _before(words: Words, wanted: Standing) -> Words:
    """Return what was said before a facility was last said to be what is wanted."""
    before = list(words)
    while before and before[-1][1] == wanted:
        before.pop()
    return before


def check_since(since: date | None, *, contracted_on: date, today: date) -> date:
    """Return the day from which a facility's new type or ownership holds; DomainError.

    The day of its agreement: the record was wrong from the start, and stays mended where that day
    is corrected afterwards.
    """
    if since is None:
        raise DomainError(
            "Dites depuis quand la formation a ce type et ce statut : les soins d’avant se "
            "décident selon l’ancien. Si la fiche était fausse, écrivez le jour de sa "
            f"convention, le {contracted_on:%d/%m/%Y}.",
            field="changed_on",
        )
    if since > today:
        raise DomainError("Ce jour est à venir : revenez ce jour-là.", field="changed_on")
    if since < contracted_on:
        raise DomainError(
            f"Ce jour est avant la convention, le {contracted_on:%d/%m/%Y}.", field="changed_on"
        )
    return date.min if since == contracted_on else since
