"""What the package does not cover: exclusions, conditions, waiting, papers. Steps 6 to 9.

Every exclusion, condition and paper that speaks of a line must let it pass; of the waiting
periods the closest is taken, so that a package can except an act from its family's.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from claims.rules.adjudication.closest import closest_clause
from claims.rules.adjudication.sheet import Row, Sheet
from claims.rules.cuts import CutCode
from claims.rules.facts import Authorisation, CareFacts
from claims.rules.package import Condition, Exclusion, Paper, Requirement
from claims.rules.targets import Scene, is_about_act, is_within_ages
from claims.rules.words import Bearer
from conamus.kernel.periods import Period

_DAY = timedelta(days=1)
_Clause = TypeVar("_Clause", Exclusion, Condition, Requirement)


def exclude(sheet: Sheet) -> None:
    """Step 6: what is excluded is the patient's."""
    for row, clause in _meetings(sheet, sheet.near.exclusions):
        if sheet.care.is_chronic or not clause.is_chronic:
            facts = {"wording": clause.wording, "is_chronic": "1" if clause.is_chronic else ""}
            row.cut_all(CutCode.EXCLUDED, Bearer.PATIENT, facts)


def check_conditions(sheet: Sheet) -> None:
    """Step 7: what is owed only at some ages, or to one sex."""
    for row, clause in _meetings(sheet, sheet.near.conditions):
        facts = _unmet(clause, sheet.scene)
        if facts:
            row.cut_all(CutCode.CONDITION, clause.bearer, facts)


def _unmet(clause: Condition, scene: Scene) -> dict[str, object]:
    """The facts of the condition that the patient does not meet; nothing when all are met."""
    if clause.sex is not None and clause.sex != scene.sex:
        return {"sex": clause.sex}
    if is_within_ages(scene.age, clause.age_from, clause.age_to):
        return {}
    bounds = {"age_from": clause.age_from, "age_to": clause.age_to}
    told = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"age": scene.age, **told}


def wait(sheet: Sheet) -> None:
    """Step 8: care begun before ``since`` + days of the closest waiting period."""
    since = sheet.care.rights.since
    if since is None or not sheet.near.waits:
        return
    for row in sheet.open_rows():
        clause = closest_clause(sheet.near.waits, row, sheet.package.year)
        if clause is not None and sheet.care.starts_on < since + _DAY * clause.days:
            opens_on = since + _DAY * clause.days
            facts = {"days": clause.days, "opens_on": opens_on, "family": row.family}
            row.cut_all(CutCode.WAITING, Bearer.PATIENT, facts)


def check_papers(sheet: Sheet) -> None:
    """Step 9: what needs an authorisation or a referral has it."""
    for row, clause in _meetings(sheet, sheet.near.requirements):
        if row.asked < clause.from_francs:
            continue
        if clause.paper is Paper.REFERRAL and not sheet.care.has_referral:
            row.cut_all(CutCode.NO_REFERRAL, clause.bearer)
        if clause.paper is Paper.AUTHORISATION and not authorisations_of(sheet.care, row):
            row.cut_all(CutCode.NO_AUTHORISATION, clause.bearer)


def rows_under_authorisation(sheet: Sheet) -> list[Row]:
    """The lines that are accepted because of an authorisation, by position."""
    rows = {
        row.line.position: row
        for row, clause in _meetings(sheet, sheet.near.requirements)
        if clause.paper is Paper.AUTHORISATION and row.asked >= clause.from_francs
    }
    return list(rows.values())


def authorisations_of(care: CareFacts, row: Row) -> list[Authorisation]:
    """The authorisations that speak of a line, the closest first."""
    found = [
        one
        for one in care.authorisations
        if (one.act is None or one.act == row.act)
        and (one.family is None or one.family is row.family)
        and _is_valid(one.valid, care, row.line.given_on)
    ]
    return sorted(found, key=lambda one: (one.act is None, one.family is None, one.valid.start))


def _is_valid(valid: Period, care: CareFacts, given_on: date | None) -> bool:
    """Valid on the day of care: the admission, or the line's own; undated: any day of it."""
    if care.starts_on in valid:
        return True
    if given_on is not None:
        return given_on in valid
    return valid.overlaps(Period(care.starts_on, max(care.ends_on, care.starts_on) + _DAY))


def _meetings(sheet: Sheet, clauses: Sequence[_Clause]) -> Iterator[tuple[Row, _Clause]]:
    """Yield each open line with each clause that speaks of it."""
    if not clauses:
        return
    for row in sheet.rows:
        for clause in clauses:
            if row.is_open and is_about_act(clause.target, row.act, row.family):
                yield row, clause
