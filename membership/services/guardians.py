"""Who answers for a household in which nobody is old enough to be its head.

Children whose only parent died or left stay covered to the end of the year: one of them stands as
the head, and somebody who need not be a member, with a name and a telephone, answers for them.
The household renews with that person, or with an adult head who takes the place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from conamus.kernel.errors import DomainError
from conamus.kernel.periods import age_on
from conamus.kernel.phones import clean_phone
from conamus.kernel.text import has_letter, sign_in_name
from membership.models import Beneficiary, Household
from membership.rules.households import YOUNGEST_HEAD
from membership.services.holding import present_members


@dataclass(frozen=True, slots=True)
class Guardian:
    """The person who answers for a household of minors, as a clerk writes it."""

    name: str = ""
    phone: str = ""


def settle_guardian(
    household: Household, head: Beneficiary, guardian: Guardian | None, day: date
) -> None:
    """Write who answers for a household whose new head is too young; else nobody has to.

    Without ``guardian`` the one that the household has goes on.
    """
    if age_on(head.birth_date, day) >= YOUNGEST_HEAD:
        set_guardian(household, "", "")
    elif has_grown_up(present_members(household), day):
        raise DomainError(
            f"{head} a moins de {YOUNGEST_HEAD} ans : choisissez quelqu’un d’autre.",
            field="new_head",
        )
    else:
        known = Guardian(household.guardian_name, household.guardian_phone)
        change_guardian(household, guardian or known)


def change_guardian(household: Household, guardian: Guardian) -> None:
    """Write who answers for a household of minors: somebody always does."""
    name = " ".join(guardian.name.split())
    if not has_letter(name):
        raise DomainError(
            f"Personne n’a {YOUNGEST_HEAD} ans dans ce ménage : nommez qui en répond, membre du "
            "ménage ou non.",
            field="guardian_name",
        )
    if sign := sign_in_name(name):
        raise DomainError(f"« {sign} » n’a pas sa place dans un nom.", field="guardian_name")
    set_guardian(household, name, clean_phone(guardian.phone, field="guardian_phone"))


def set_guardian(household: Household, name: str, phone: str) -> None:
    """Keep the name and the telephone on the household."""
    household.guardian_name, household.guardian_phone = name, phone
    household.save(update_fields=["guardian_name", "guardian_phone"])


def has_grown_up(people: Sequence[Beneficiary], day: date) -> bool:
    """Tell whether somebody is old enough to be the head."""
    return any(age_on(one.birth_date, day) >= YOUNGEST_HEAD for one in people)
