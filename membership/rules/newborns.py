"""A newborn whom nobody has declared, answered for by its mother's card.

A child of a covered mother is covered from birth for the days that the year's terms say
(how-mutuelles-work, « a newborn of an insured mother »), whatever the household signs or pays after
the birth; beyond them only once it is declared. Until then it has no number and no card, so whoever
receives it asks with the mother's and the day of birth. The mother's own rights on that day decide,
wherever the household of the child will be.
"""

from dataclasses import replace
from datetime import date

from conamus.kernel.errors import DomainError
from conamus.kernel.periods import age_on
from membership.rules.coverage import Coverage, PersonFacts
from membership.rules.households import BIRTH_BEFORE_AGE
from membership.rules.rights import (
    RightsFacts,
    YearFacts,
    coverage_in,
    coverage_on,
    household_covered,
)

#: Ages at which a woman of a household may be the mother: wide, since birth years are estimated.
YOUNGEST_MOTHER, OLDEST_MOTHER = 12, 60


def check_birth(born_on: date, *, on: date) -> None:
    """Raise DomainError at ``born_on`` where the day cannot be that of an undeclared newborn."""
    if born_on > on:
        raise DomainError("La naissance vient après le jour demandé.", field="born_on")
    if age_on(born_on, on) >= BIRTH_BEFORE_AGE:
        raise DomainError(
            "Un enfant d’un an ou plus est inscrit à son nom : demandez son numéro.",
            field="born_on",
        )


def may_be_mother(person: PersonFacts, *, is_woman: bool, born_on: date) -> bool:
    """Tell whether somebody of a household can have given birth on the day."""
    is_gone = person.left_on is not None and person.left_on <= born_on
    return is_woman and not is_gone and is_of_mothers_age(person.birth_date, born_on)


def is_of_mothers_age(birth_date: date, born_on: date) -> bool:
    """Tell whether a woman of that birth can have given birth on the day."""
    return YOUNGEST_MOTHER <= age_on(birth_date, born_on) <= OLDEST_MOTHER


def newborn_coverage(
    *,
    born_on: date,
    on: date,
    mother: RightsFacts,
    mother_then: RightsFacts,
    asked_on: date | None = None,
) -> Coverage:
    """Return the coverage of an undeclared child on a day.

    ``mother``: her facts of the day asked for; ``mother_then``: those of the day of birth, which
    may lie in the year before. What is her own of the household's year, a supplement or a cover
    that goes on, is not the child's.
    """
    child = PersonFacts(
        birth_date=born_on,
        joined_on=born_on,
        declared_on=None,
        is_head=False,
        left_on=None,
        died_on=None,
    )
    facts = replace(mother, person=child, years=tuple(map(_without_hers, mother.years)))
    mother_covered = _is_born_covered(mother_then, born_on)
    return coverage_in(facts, on, mother_covered=mother_covered, asked_on=asked_on)


def _is_born_covered(mother_then: RightsFacts, born_on: date) -> bool | None:
    """By the mother's own rights of the day; None: of the year when she was there nothing is known.

    Not by the household's: who enters it covers no child that she had before.
    """
    if coverage_on(mother_then, born_on).is_open:
        return True
    was_there = mother_then.person.joined_on <= born_on
    return None if was_there and household_covered(mother_then, born_on) is None else False


def _without_hers(year: YearFacts) -> YearFacts:
    if year.enrolment is None:
        return year
    enrolment = replace(year.enrolment, continues_cover=False, supplement_francs=0)
    return replace(year, enrolment=enrolment)
