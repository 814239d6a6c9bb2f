"""Whether rows without a number speak of a household that is known by its head alone.

A head's name, sex and birth are not the head: names repeat, and a year of birth is often all
that is known. Rows are of the known household only where all else that they say agrees with it;
they never join two families in silence. Whoever brings them says which it is: by the number, or
under « Nouveau ménage » that it is another one.
"""

from collections.abc import Sequence

from membership.rules.households import Relationship
from membership.rules.imports.known import KnownHousehold, same_person
from membership.rules.imports.rows import HouseholdRows, PersonRow


def differences(known: KnownHousehold, rows: HouseholdRows) -> tuple[str, ...]:
    """Return in what rows and a household of the same head do not agree; empty: they are one."""
    told = []
    if rows.colline_id is not None and rows.colline_id != known.colline_id:
        told.append("la colline")
    if rows.phone and known.phone and rows.phone != known.phone:
        told.append("le téléphone du ménage")
    if rows.cam and known.cam and rows.cam != known.cam:
        told.append("le numéro CAM")
    if _is_other_head(known, rows):
        told.append("le téléphone ou la pièce de l’adhérent")
    if _are_other_people(known, rows):
        told.append("les personnes à charge")
    return tuple(told)


def is_copy(known: KnownHousehold, rows: HouseholdRows) -> bool:
    """Tell whether a household holds all that rows say: they were loaded before."""
    return not differences(known, rows) and all(
        _holds(known, row) for row in rows.people if row.relationship != Relationship.HEAD
    )


def one_household(homonyms: Sequence[KnownHousehold], rows: HouseholdRows) -> KnownHousehold | None:
    """Return the household that rows are of, among those of a head of that name; None: another.

    Where the rows say that they are another one, only what they brought before is theirs.
    """
    copies = [one for one in homonyms if is_copy(one, rows)]
    if copies or rows.is_new:
        return copies[0] if copies else None
    alike = [one for one in homonyms if not differences(one, rows)]
    return alike[0] if len(alike) == 1 else None


def homonym_cause(homonyms: Sequence[KnownHousehold], rows: HouseholdRows) -> str:
    """Return why rows of no known household cannot be a new one either, before that is said."""
    if not homonyms or rows.is_new:
        return ""
    numbers = ", ".join(sorted(one.number for one in homonyms)[:3])
    differing = " et ".join(differences(homonyms[0], rows)) if len(homonyms) == 1 else ""
    otherwise = f", mais {differing} diffèrent" if differing else ""
    return (
        f"un adhérent de ce nom, de ce sexe et de cette naissance est inscrit sous {numbers}"
        f"{otherwise} : si c’est ce ménage, donnez son numéro ; si c’en est un autre, écrivez "
        "« oui » sous « Nouveau ménage »."
    )


def _is_other_head(known: KnownHousehold, rows: HouseholdRows) -> bool:
    for row in rows.people:
        if row.relationship != Relationship.HEAD:
            continue
        head = next((one for one in known.people if same_person(one, row)), None)
        if head is not None and row.paper and head.paper:
            return row.paper != head.paper
        if head is not None and row.phone and head.phone:
            return row.phone != head.phone
    return False


def _are_other_people(known: KnownHousehold, rows: HouseholdRows) -> bool:
    """Tell whether the rows bring dependants, and none of them is known there.

    A family of which one is known may have grown; one of which nobody is, is another.
    """
    others = [row for row in rows.people if row.relationship != Relationship.HEAD]
    return bool(others) and not any(_holds(known, row) for row in others)


def _holds(known: KnownHousehold, row: PersonRow) -> bool:
    return any(one.words == row.words and one.sex == row.sex for one in known.people)
