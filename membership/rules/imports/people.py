"""Each person of a household's rows recognised in the register, or given the next position.

By number, else by names, sex and birth. Another telephone, paper or exact birthday is a change;
another sex or birth is a contradiction, and refused.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from conamus.kernel.periods import age_on
from membership.rules.households import BIRTH_BEFORE_AGE, Relationship, estimated_birth
from membership.rules.imports.case import Case
from membership.rules.imports.known import (
    KnownHousehold,
    KnownPerson,
    birth_agrees,
    replaced_person,
    same_person,
)
from membership.rules.imports.planned import HouseholdPlan, NewPerson
from membership.rules.imports.rows import PersonRow
from membership.rules.newborns import is_of_mothers_age
from membership.rules.numbers import MOST_POSITIONS
from membership.rules.sentences import day


def place_people(case: Case, plan: HouseholdPlan) -> None:
    """Find who each row is, and what it says otherwise than the register."""
    position = case.known.next_position if case.known else 1
    taken: dict[int, int] = {}
    there: dict[tuple[str, date], list[PersonRow]] = defaultdict(list)
    for row in case.rows.people:
        if case.known is None:
            _be_born_by(row, plan.registered_on)
        alike = there[row.sex, row.birth_date]
        twin = next((one for one in alike if _is_repeated(one, row)), None)
        if twin is not None:
            case.refuse("family_name", f"même personne que la ligne {twin.line}.", row.line)
            continue
        alike.append(row)
        found = _recognised(case, row) if case.known else None
        if found is None:
            new = NewPerson(row, position, *_days(case, plan, row))
            _check_entry_day(case, new)
            plan.new_people.append(new)
            position += 1
        elif found.id in taken:
            case.refuse("", f"même personne que la ligne {taken[found.id]}.", row.line)
        else:
            taken[found.id] = row.line
            _compare(case, plan, found, row)
    if position - 1 > MOST_POSITIONS:
        case.refuse("", f"un ménage a au plus {MOST_POSITIONS} personnes numérotées.")


def _be_born_by(row: PersonRow, registered_on: date) -> None:
    """Read a year of birth alone of who comes with a new household as its form does.

    Where no other day is said, they were there when it was registered; a year after that day's
    says that they were not.
    """
    born = row.birth_date
    if row.is_year_alone and row.joined_on is None and born.year <= registered_on.year:
        row.birth_date = min(born, estimated_birth(born.year, registered_on))


def _is_repeated(one: PersonRow, other: PersonRow) -> bool:
    """Tell whether two rows of one sex and birth bear one name, in either order."""
    return other.search_key in (one.search_key, one.given_key)


def _days(case: Case, plan: HouseholdPlan, row: PersonRow) -> tuple[date, date]:
    """Since when somebody is in the household, and on which day that is told."""
    if row.joined_on is not None:
        return row.joined_on, row.joined_on
    since = plan.registered_on
    if case.known is not None:
        since = case.rows.enrolled_on or case.terms.default_enrolled_on
        if _is_born_there(case.known, case.rows.people, row, since):
            return row.birth_date, since
    joined_on = max(since, row.birth_date)
    return joined_on, joined_on


def _is_born_there(
    known: KnownHousehold, rows: Sequence[PersonRow], row: PersonRow, since: date
) -> bool:
    """Tell whether a row declares a birth in a household that is there, to its head or spouse.

    Where a woman comes in who may be the mother, the child may have come with her.
    """
    born = row.birth_date
    if row.relationship != Relationship.CHILD or row.is_birth_estimated:
        return False
    if not known.in_network_since <= born < since or age_on(born, since) >= BIRTH_BEFORE_AGE:
        return False
    names = {one.words for one in known.people}
    if any(_may_be_mother(one, born) and one.words not in names for one in rows):
        return False
    present = (one for one in known.people if one.left_on is None and one.joined_on <= born)
    return any(_may_be_mother(one, born) for one in present)


def _may_be_mother(one: KnownPerson | PersonRow, born: date) -> bool:
    is_parent = one.relationship in (Relationship.HEAD, Relationship.SPOUSE)
    return is_parent and one.sex == "F" and is_of_mothers_age(one.birth_date, born)


def _check_entry_day(case: Case, new: NewPerson) -> None:
    """Rights of who joins a household that is there begin with the entry, or its declaration."""
    if case.known is None and not case.is_continued:
        return
    told = case.terms.entry_too_old(new.told_on)
    if told:
        case.refuse("joined_on", told, new.row.line)
    elif case.known is not None and new.joined_on < case.known.in_network_since:
        since = day(case.known.in_network_since)
        told = f"le {day(new.joined_on)} est avant l’inscription du ménage, le {since}."
        case.refuse("joined_on", told, new.row.line)


def _recognised(case: Case, row: PersonRow) -> KnownPerson | None:
    """Return the person of the register that a row is; None: somebody new."""
    people = case.known.people if case.known else []
    if row.number:
        found = next((one for one in people if one.number == row.number), None)
        if found is None:
            case.refuse("person_number", "personne ne porte ce numéro dans ce ménage.", row.line)
        return found
    alike = [one for one in people if one.words == row.words]
    exact = next((one for one in alike if same_person(one, row)), None)
    # A son may bear his father's names; the same place in the family is the same person.
    return exact or next((one for one in alike if one.relationship == row.relationship), None)


def _compare(case: Case, plan: HouseholdPlan, found: KnownPerson, row: PersonRow) -> None:
    if found.left_on is not None or found.died_on is not None:
        case.refuse("", "cette personne est sortie du ménage : passez par sa fiche.", row.line)
        return
    if found.sex != row.sex:
        case.refuse("sex", f"le registre dit « {found.sex} » pour {found.number}.", row.line)
    if not birth_agrees(found, row):
        said = day(found.birth_date)
        case.refuse("birth", f"le registre dit {said} pour {found.number}.", row.line)
    elif _is_other_entry(found, row):
        since = f"{found.number} est dans le ménage depuis le {day(found.joined_on)}"
        case.refuse("birth", f"{since} : corrigez sa naissance sur sa fiche.", row.line)
    former = replaced_person(found, row)
    if former is not None:
        name = f"{former.family_name} {former.given_name}"
        told = f"{found.number} est la fiche de {name} : corrigez-la sur sa page."
        case.refuse("family_name", told, row.line)
    heads = {found.relationship, row.relationship}
    if len(heads) > 1 and Relationship.HEAD in heads:
        case.refuse(
            "relationship", "un changement d’adhérent se fait sur la fiche du ménage.", row.line
        )
    changes = _changes(found, row)
    if changes:
        plan.changed_people.append((found, row, changes))


def _is_other_entry(found: KnownPerson, row: PersonRow) -> bool:
    """Tell whether an exact birthday comes after the entry, or says otherwise if it is the birth.

    It changes since when rights are open: the page of the person compares them and lists it.
    """
    if not found.is_birth_estimated or row.is_birth_estimated:
        return False
    was_born_here = found.birth_date == found.joined_on
    is_born_here = row.birth_date == found.joined_on
    return row.birth_date > found.joined_on or is_born_here != was_born_here


def _changes(found: KnownPerson, row: PersonRow) -> dict[str, Any]:
    """Return what a row says otherwise than the register, its empty cells left out."""
    changes: dict[str, Any] = {}
    if row.phone and row.phone != found.phone:
        changes["phone"] = row.phone
    if row.paper and row.paper != found.paper:
        changes["identity_paper"] = row.paper
    if row.relationship != found.relationship:
        changes["relationship"] = row.relationship
    if found.is_birth_estimated and not row.is_birth_estimated:
        changes |= {"birth_date": row.birth_date, "is_birth_estimated": False}
    if row.words != found.words:
        changes |= {
            "family_name": row.family,
            "given_name": row.given,
            "sort_key": row.sort_key,
            "search_key": row.search_key,
            "given_key": row.given_key,
        }
    return changes
