"""Whether a corrected record is still of the same person, or of somebody put in the place.

Small corrections add up: a name today and a birth tomorrow put somebody else there as surely as
both at once. So a correction is compared with whom the record was first of, not only with what
it said yesterday. Of a record that came from another federation what it said there stays there;
which of name, sex and birth was corrected comes along, and counts as changed already.
"""

from collections.abc import Sequence
from enum import StrEnum

from membership.rules.identity.fold import is_one_edit
from membership.rules.identity.person import Person

#: How far a corrected year of birth may be from the one before: ages are told from memory.
_YEARS_APART = 2
#: A mistake of writing is about the name, the sex or the birth; two of them are another person.
_MOST_CHANGED = 1


class Aspect(StrEnum):
    """What says who somebody is."""

    NAME = "name"
    SEX = "sex"
    BIRTH = "birth"


def is_replaced(before: Person, after: Person) -> bool:
    """Tell whether two or more of name by sound, sex and year of birth are others.

    >>> from dataclasses import replace
    >>> from datetime import date
    >>> aline = Person(
    ...     key=1, family_name="Keza", given_name="Aline", sex="F", birth_date=date(1990, 3, 4)
    ... )
    >>> is_replaced(aline, replace(aline, given_name="Arine", sex="M"))
    False
    >>> is_replaced(aline, replace(aline, given_name="Jean", sex="M"))
    True
    >>> is_replaced(replace(aline, corrected_before="name"), replace(aline, sex="M"))
    True
    """
    return len(_changed(before, after)) > _MOST_CHANGED


def _changed(before: Person, after: Person) -> set[str]:
    changed = {
        Aspect.NAME: not _sounds_alike(before.words, after.words),
        Aspect.SEX: before.sex != after.sex,
        Aspect.BIRTH: abs(before.birth_date.year - after.birth_date.year) > _YEARS_APART,
    }
    found = {aspect.value for aspect, is_other in changed.items() if is_other}
    return found | ({before.corrected_before} - {""})


def admitted(states: Sequence[Person]) -> Person:
    """Return whom a record is of, from all that it said, the first to the last.

    That is who was first written, until somebody else was let into the place.

    >>> from dataclasses import replace
    >>> from datetime import date
    >>> aline = Person(
    ...     key=1, family_name="Keza", given_name="Aline", sex="F", birth_date=date(1990, 3, 4)
    ... )
    >>> renamed = replace(aline, given_name="Jean")
    >>> admitted([aline, renamed]).given_name
    'Aline'
    >>> admitted([aline, renamed, replace(renamed, sex="M")]).given_name
    'Jean'
    """
    person = states[0]
    for state in states[1:]:
        if is_replaced(person, state):
            person = state
    return person


def replaced_by(states: Sequence[Person], after: Person) -> Person | None:
    """Return whom ``after`` would take the place of; None: it is the same person, corrected."""
    known = (admitted(states), states[-1])
    return next((before for before in known if is_replaced(before, after)), None)


def corrected_since(states: Sequence[Person]) -> str:
    """Return what a record has changed of whom it is of: an aspect, or nothing.

    >>> from dataclasses import replace
    >>> from datetime import date
    >>> aline = Person(
    ...     key=1, family_name="Keza", given_name="Aline", sex="F", birth_date=date(1990, 3, 4)
    ... )
    >>> corrected_since([aline, replace(aline, given_name="Jean")]), corrected_since([aline])
    ('name', '')
    """
    return next(iter(_changed(admitted(states), states[-1])), "")


def _sounds_alike(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Every word of the shorter name is in the longer one, but for a letter."""
    few, many = sorted((before, after), key=len)
    return all(any(word == other or is_one_edit(word, other) for other in many) for word in few)
