"""Rows of an import that come in only if somebody says so: perhaps the person is there already.

New people are weighed, by the rules of identity, against the register's people who sound alike
or share a telephone, and against those of other households of the same part. What rows say of
themselves (« Nouveau ménage : oui ») is believed.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from membership.models import Beneficiary
from membership.rules.identity import Person, Verdict, compare, phonetic_key
from membership.rules.imports import HouseholdPlan, PersonRow
from membership.selectors.likenesses import people_sounding_like

#: Years by which the births of one person may differ in two registers.
_MOST_YEARS = 2
TITLE = "Doublon possible"
UNUSUAL = "À vérifier"
Doubt = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _New:
    """A new person of the file, as the rules compare people."""

    plan: HouseholdPlan
    row: PersonRow
    sound: str
    person: Person


def doubts_of(tenant_id: int, plans: Sequence[HouseholdPlan]) -> dict[int, list[Doubt]]:
    """Return, by row, what is doubtful of the people that plans bring: title, sentence."""
    found: dict[int, list[Doubt]] = defaultdict(list)
    for plan in plans:
        if not plan.rows.is_new and plan.new_people:
            line = plan.new_people[0].row.line
            found[line] += [(UNUSUAL, sentence) for sentence in plan.warnings]
    new = list(_new_people(plans))
    known = _by_sound(
        people_sounding_like(
            tenant_id, {one.sound for one in new}, {one.row.phone for one in new} - {""}
        )
    )
    before: dict[str, list[_New]] = defaultdict(list)
    for one in new:
        others = [*known.get(one.sound, ()), *known.get(one.row.phone, ())] if known else []
        told = _like_known(one, others) or _like_new(one, before[one.sound])
        before[one.sound].append(one)
        if told:
            found[one.row.line].append((TITLE, told))
    return {line: told for line, told in found.items() if told}


def _new_people(plans: Sequence[HouseholdPlan]) -> Iterator[_New]:
    for plan in plans:
        if plan.rows.is_new:
            continue
        for new in plan.new_people:
            row = new.row
            yield _New(plan, row, phonetic_key(row.family, row.given), _person(plan, row))


def _person(plan: HouseholdPlan, row: PersonRow) -> Person:
    return Person(
        key=-row.line,
        family_name=row.family,
        given_name=row.given,
        sex=row.sex,
        birth_date=row.birth_date,
        is_birth_estimated=row.is_birth_estimated,
        place=plan.colline_id or "",
        area=plan.unit_id or "",
        phone=row.phone,
        paper=row.paper,
    )


def _by_sound(
    people: Sequence[tuple[Beneficiary, Person]],
) -> dict[str, list[tuple[Beneficiary, Person]]]:
    """The register's people by how they sound, and by their telephone."""
    found: dict[str, list[tuple[Beneficiary, Person]]] = defaultdict(list)
    for row, person in people:
        for key in {row.phonetic_key, row.phone} - {""}:
            found[key].append((row, person))
    return found


def _like_known(one: _New, others: Sequence[tuple[Beneficiary, Person]]) -> str:
    for row, person in others:
        told = _alike(one, person)
        if told:
            return f"{row}, {row.number} ({told})"
    return ""


def _like_new(one: _New, others: Sequence[_New]) -> str:
    for other in others:
        told = "" if other.plan is one.plan else _alike(one, other.person)
        if told:
            return f"ligne {other.row.line} ({told})"
    return ""


def _alike(one: _New, person: Person) -> str:
    if abs(one.person.birth_date.year - person.birth_date.year) > _MOST_YEARS:
        return ""
    match = compare(one.person, person)
    return "" if match.verdict is Verdict.NONE else ", ".join(match.reasons)
