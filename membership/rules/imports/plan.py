"""What a household's rows come to: what is created, changed or already there, or why not.

Compared with what the register holds: a cell left empty says nothing; another telephone,
colline or paper is a change. The rules of households and scale are the same as for a household
entered by hand. ``people`` recognises persons, ``enrolling`` plans the year's enrolment.
"""

import re

from membership.rules.households import FIRST_BIRTH, Member, problems_of, warnings_of
from membership.rules.imports.case import Case
from membership.rules.imports.enrolling import enrol
from membership.rules.imports.known import ImportTerms, KnownHousehold, KnownPerson
from membership.rules.imports.outcomes import RowOutcome
from membership.rules.imports.people import place_people
from membership.rules.imports.planned import HouseholdPlan
from membership.rules.imports.rows import HouseholdRows, PersonRow
from membership.rules.numbers import DIGITS, household_number
from membership.rules.scale import ORDINARY
from membership.rules.sentences import day

_NUMBER = re.compile(rf"[A-Z0-9]{{1,8}}-\d{{{DIGITS}}}$")
_COLUMN_OF = {"birth_date": "birth", "joined_on": "joined_on"}


def plan_household(
    rows: HouseholdRows, known: KnownHousehold | None, terms: ImportTerms
) -> HouseholdPlan:
    """Return the plan; RowsRefused with everything that forbids it."""
    is_continued = known is None and terms.is_seen(rows.number, rows.former_number)
    case = Case(rows, known, terms, is_continued)
    plan = _start(case)
    case.stop()
    place_people(case, plan)
    if known is not None:
        _compare_household(case, known, plan)
    case.stop()
    _check_rules(case, plan)
    enrol(case, plan)
    case.stop()
    _tell_outcomes(rows, plan)
    return plan


def _start(case: Case) -> HouseholdPlan:
    rows, known = case.rows, case.known
    unit = rows.unit_id or (known.unit_id if known else case.terms.default_unit_id)
    colline = rows.colline_id or (known.colline_id if known else None)
    if unit is None and not case.is_continued:
        case.refuse("unit", "la case est vide : donnez le code de l’unité.")
    if colline is None and not case.is_continued:
        case.refuse("colline", "la case est vide : où habite le ménage ?")
    _check_days(case)
    _check_number(case)
    enrolled = rows.enrolled_on or case.terms.default_enrolled_on
    return HouseholdPlan(
        rows=rows,
        known=known,
        unit_id=unit or 0,
        colline_id=colline or 0,
        category=rows.category or (known.category if known else ORDINARY),
        registered_on=known.registered_on if known else rows.registered_on or enrolled,
        former_number="" if known and known.knows_former else rows.former_number,
        is_continued=case.is_continued,
    )


def _check_days(case: Case) -> None:
    rows, today = case.rows, case.terms.today
    for name, value in (
        ("registered_on", rows.registered_on),
        ("enrolled_on", rows.enrolled_on),
        ("paid_on", rows.paid_on),
    ):
        if value is not None and value > today:
            case.refuse(name, f"le {day(value)} est dans l’avenir.")
        elif value is not None and value < FIRST_BIRTH:
            case.refuse(name, f"le {day(value)} est avant {FIRST_BIRTH.year}.")
    if rows.registered_on and rows.enrolled_on and rows.registered_on > rows.enrolled_on:
        case.refuse("registered_on", "après la signature de l’adhésion.")


def _check_number(case: Case) -> None:
    """A number that nobody has yet is taken as it is, if it can be one of ours."""
    number = case.rows.number
    if number and case.known is None and not case.is_continued and not _NUMBER.match(number):
        case.refuse(
            "number",
            f"« {number} » n’est pas de la forme {household_number('ABC', 1)} : mettez-le sous "
            "« Ancien numéro ».",
        )


def _compare_household(case: Case, known: KnownHousehold, plan: HouseholdPlan) -> None:
    rows = case.rows
    if known.closed_on is not None:
        case.refuse("", f"ce ménage est fermé depuis le {day(known.closed_on)}.")
    if plan.unit_id != known.unit_id:
        case.refuse("unit", "ce ménage est d’une autre unité : transférez-le sur sa fiche.")
    if rows.registered_on and rows.registered_on != known.registered_on:
        case.refuse("registered_on", f"le registre dit {day(known.registered_on)}.")
    if rows.cam and known.other_cover not in ("", "cam"):
        case.refuse("cam", "le registre dit une autre couverture : voyez la fiche.")
    said = {
        "colline_id": rows.colline_id, "category": rows.category, "phone": rows.phone,
        "cam": rows.cam,
    }  # fmt: skip
    plan.household_changes = {
        name: value for name, value in said.items() if value and value != getattr(known, name)
    }


def _check_rules(case: Case, plan: HouseholdPlan) -> None:
    """Put the household to the rules as it will be."""
    members, lines = _members(case, plan)
    # One that a birth took over the limit stays in the register as it is.
    is_larger = case.known is None or bool(plan.new_people)
    most = case.terms.most_people if is_larger else None
    for problem in problems_of(members, on=case.terms.today, most_people=most):
        where, _, rest = (problem.field or "").partition("-")
        if where == "members" and rest:
            index, _, name = rest.partition("-")
            case.refuse(_COLUMN_OF.get(name, ""), problem.message, lines[int(index)])
        elif not case.is_continued:
            case.refuse("", problem.message)
    if plan.new_people and not case.is_continued:
        there = members[: len(members) - len(plan.new_people)]
        before = warnings_of(there, on=case.terms.today)
        told = warnings_of(members, on=case.terms.today)
        plan.warnings = tuple(one for one in told if one not in before)


def _members(case: Case, plan: HouseholdPlan) -> tuple[list[Member], list[int]]:
    """Return the members to be, those known first, and the row that each is told at."""
    changed = {found.id: row for found, row, _ in plan.changed_people}
    known = case.known.people if case.known else []
    members = [_known_member(one, changed.get(one.id)) for one in known]
    lines = [changed[one.id].line if one.id in changed else case.rows.line for one in known]
    for new in plan.new_people:
        row = new.row
        members.append(
            Member(
                position=new.position,
                relationship=row.relationship,
                sex=row.sex,
                birth_date=row.birth_date,
                joined_on=new.joined_on,
            )
        )
        lines.append(row.line)
    return members, lines


def _known_member(one: KnownPerson, row: PersonRow | None) -> Member:
    return Member(
        position=one.position,
        relationship=row.relationship if row else one.relationship,
        sex=one.sex,
        birth_date=one.birth_date,
        joined_on=one.joined_on,
        left_on=one.left_on,
        died_on=one.died_on,
    )


def _tell_outcomes(rows: HouseholdRows, plan: HouseholdPlan) -> None:
    """A row tells its person; the first one tells the household as well."""
    outcomes = dict.fromkeys(rows.lines, RowOutcome.UNCHANGED)
    for new in plan.new_people:
        outcomes[new.row.line] = RowOutcome.CREATED
    for _, row, _ in plan.changed_people:
        outcomes[row.line] = RowOutcome.CHANGED
    touches = plan.household_changes or plan.enrolment or plan.opening or plan.former_number
    if touches and outcomes[rows.line] is RowOutcome.UNCHANGED:
        outcomes[rows.line] = RowOutcome.CHANGED
    plan.outcomes = outcomes
