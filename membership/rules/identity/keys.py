"""The keys that bring two records together to be compared.

Comparing everybody with everybody would be 35 thousand million pairs. Two records are compared
when they share one of these keys; each holds at least two things (never a family name alone), so
that few strangers share one, and there are several, so that an error in a name, the birth or the
place leaves another.
"""

from collections.abc import Callable, Iterable

from membership.rules.identity.person import Person

#: Years by which two estimates of one birth may differ.
YEARS_OF_ESTIMATE = 2

Key = tuple[object, ...]


def _years(person: Person) -> Iterable[int]:
    """The years under which a person is looked for: an estimate looks at its neighbours."""
    year = person.birth_date.year
    if person.knows_day:
        return (year,)
    return range(year - YEARS_OF_ESTIMATE, year + YEARS_OF_ESTIMATE + 1)


def _names_and_year(person: Person) -> Iterable[Key]:
    words = person.words
    return [(words, year) for year in _years(person)]


def _names_and_day(person: Person) -> Iterable[Key]:
    """The same names and day of the year: the year was mistyped."""
    day = person.birth_date
    return [(person.words, day.month, day.day)] if person.knows_day else []


def _names_and_place(person: Person) -> Iterable[Key]:
    return [(person.words, person.place)] if person.place != "" else []


def _word_and_day(person: Person) -> Iterable[Key]:
    """One of the names and the day of birth: the other name was mistyped."""
    return [(word, person.birth_date) for word in person.words] if person.knows_day else []


def _word_year_and_place(person: Person) -> Iterable[Key]:
    if person.place == "":
        return []
    return [(word, year, person.place) for word in person.words for year in _years(person)]


def _starts_and_day(person: Person) -> Iterable[Key]:
    """The beginnings of the names and the day of birth: both names were mistyped."""
    if not person.knows_day:
        return []
    return [("".join(sorted(word[:2] for word in person.words)), person.birth_date)]


def _place_and_day(person: Person) -> Iterable[Key]:
    return [(person.place, person.birth_date)] if person.place != "" and person.knows_day else []


def _paper(person: Person) -> Iterable[Key]:
    return [(person.paper,)] if person.paper else []


def _phone_and_word(person: Person) -> Iterable[Key]:
    return [(person.phone, word) for word in person.words] if person.phone else []


#: Each in its turn: one pass over the register holds one kind of key in memory.
PASSES: tuple[Callable[[Person], Iterable[Key]], ...] = (
    _names_and_year,
    _names_and_day,
    _names_and_place,
    _word_and_day,
    _word_year_and_place,
    _starts_and_day,
    _place_and_day,
    _paper,
    _phone_and_word,
)


def blocking_keys(person: Person) -> set[str]:
    """Return every key of a person as text, for an index.

    >>> from datetime import date
    >>> twin = Person(
    ...     key=1,
    ...     family_name="Bukuru",
    ...     given_name="Jean",
    ...     sex="M",
    ...     birth_date=date(1990, 3, 4),
    ... )
    >>> sorted(blocking_keys(twin))[0]
    '0:bukuru jean|1990'
    """
    return {
        f"{number}:{'|'.join(map(_written, key))}"
        for number, keys_of in enumerate(PASSES)
        for key in keys_of(person)
    }


def _written(part: object) -> str:
    return " ".join(part) if isinstance(part, tuple) else str(part)
