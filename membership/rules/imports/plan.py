"""What a household's rows come to: what is created, changed or already there, or why not.

Compared with what the register holds: people are recognised by number, else by names, sex and
birth; a cell left empty says nothing; another telephone, colline or paper is a change; another
sex or birth is a contradiction, and refused. The rules of households and scale are the same as
for a household entered by hand.
"""

import re
from datetime import date
from typing import Any

from conamus.kernel.errors import DomainError
from membership.rules.households import Member, Relationship, problems_of, warnings_of
from membership.rules.imports.columns import title_of
from membership.rules.imports.known import (
    ImportTerms,
    KnownHousehold,
    KnownPerson,
    birth_agrees,
    replaced_person,
    same_person,
)
from membership.rules.imports.outcomes import Refusal, RowOutcome, RowsRefused
from membership.rules.imports.planned import HouseholdPlan, NewEnrolment, NewPerson, Opening
from membership.rules.imports.reading import HouseholdRows, PersonRow
from membership.rules.numbers import DIGITS, MOST_POSITIONS, household_number
from membership.rules.scale import ORDINARY, Due
from membership.rules.sentences import day, francs

_NUMBER = re.compile(rf"[A-Z0-9]{{1,8}}-\d{{{DIGITS}}}$")


def plan_household(
    rows: HouseholdRows, known: KnownHousehold | None, terms: ImportTerms
) -> HouseholdPlan:
    """Return the plan; RowsRefused with everything that forbids it."""
    return _Planner(rows, known, terms).plan()


class _Planner:
    """Plans one household; ``refusals`` gathers what is wrong."""

    def __init__(
        self, rows: HouseholdRows, known: KnownHousehold | None, terms: ImportTerms
    ) -> None:
        self.rows, self.known, self.terms = rows, known, terms
        self.refusals: list[Refusal] = []
        #: A later group of rows of a household that an earlier part of this file brings.
        self.is_continued = known is None and terms.is_seen(rows.number, rows.former_number)

    def plan(self) -> HouseholdPlan:
        plan = self._start()
        self._stop()
        self._place_people(plan)
        if self.known is not None:
            self._compare_household(plan)
        self._stop()
        self._check_rules(plan)
        self._enrol(plan)
        self._stop()
        self._tell_outcomes(plan)
        return plan

    def refuse(self, name: str, cause: str, line: int | None = None) -> None:
        title = title_of(self.terms.kind, name) if name else ""
        self.refusals.append(Refusal(line or self.rows.line_of(name), title, cause))

    def _stop(self) -> None:
        if self.refusals:
            raise RowsRefused(self.refusals)

    def _start(self) -> HouseholdPlan:
        rows, known = self.rows, self.known
        unit = rows.unit_id or (known.unit_id if known else self.terms.default_unit_id)
        colline = rows.colline_id or (known.colline_id if known else None)
        if unit is None and not self.is_continued:
            self.refuse("unit", "la case est vide : donnez le code de l’unité.")
        if colline is None and not self.is_continued:
            self.refuse("colline", "la case est vide : où habite le ménage ?")
        self._check_days()
        self._check_number()
        enrolled = rows.enrolled_on or self.terms.default_enrolled_on
        return HouseholdPlan(
            rows=rows,
            known=known,
            unit_id=unit or 0,
            colline_id=colline or 0,
            category=rows.category or (known.category if known else ORDINARY),
            registered_on=known.registered_on if known else rows.registered_on or enrolled,
            former_number="" if known and known.knows_former else rows.former_number,
            is_continued=self.is_continued,
        )

    def _check_days(self) -> None:
        rows, today = self.rows, self.terms.today
        for name in ("registered_on", "enrolled_on", "paid_on"):
            value = getattr(rows, name)
            if value is not None and value > today:
                self.refuse(name, f"le {day(value)} est dans l’avenir.")
        if rows.registered_on and rows.enrolled_on and rows.registered_on > rows.enrolled_on:
            self.refuse("registered_on", "après la signature de l’adhésion.")

    def _check_number(self) -> None:
        """A number that nobody has yet is taken as it is, if it can be one of ours."""
        number = self.rows.number
        if number and self.known is None and not self.is_continued and not _NUMBER.match(number):
            self.refuse(
                "number",
                f"« {number} » n’est pas de la forme {household_number('ABC', 1)} : mettez-le sous "
                "« Ancien numéro ».",
            )

    def _place_people(self, plan: HouseholdPlan) -> None:
        """Recognise each person of the rows, or give a new one the next position."""
        position = self.known.next_position if self.known else 1
        taken: dict[int, int] = {}
        there: list[PersonRow] = []
        for row in self.rows.people:
            twin = next((one for one in there if _is_repeated(one, row)), None)
            if twin is not None:
                self.refuse("family_name", f"même personne que la ligne {twin.line}.", row.line)
                continue
            there.append(row)
            found = self._recognised(row)
            if found is None:
                plan.new_people.append(NewPerson(row, position, self._joined(plan, row)))
                position += 1
            elif found.id in taken:
                self.refuse("", f"même personne que la ligne {taken[found.id]}.", row.line)
            else:
                taken[found.id] = row.line
                self._compare_person(plan, found, row)
        if position - 1 > MOST_POSITIONS:
            self.refuse("", f"un ménage a au plus {MOST_POSITIONS} personnes numérotées.")

    def _joined(self, plan: HouseholdPlan, row: PersonRow) -> date:
        if row.joined_on is not None:
            return row.joined_on
        since = plan.registered_on
        if self.known is not None:
            since = self.rows.enrolled_on or self.terms.default_enrolled_on
        return max(since, row.birth_date)

    def _recognised(self, row: PersonRow) -> KnownPerson | None:
        """Return the person of the register that a row is; None: somebody new."""
        people = self.known.people if self.known else []
        if row.number:
            found = next((one for one in people if one.number == row.number), None)
            if found is None and self.known is not None:
                self.refuse(
                    "person_number", "personne ne porte ce numéro dans ce ménage.", row.line
                )
            return found
        alike = [one for one in people if one.words == row.words]
        exact = next((one for one in alike if same_person(one, row)), None)
        # A son may bear his father's names; the same place in the family is the same person.
        return exact or next((one for one in alike if one.relationship == row.relationship), None)

    def _compare_person(self, plan: HouseholdPlan, found: KnownPerson, row: PersonRow) -> None:
        if found.left_on is not None or found.died_on is not None:
            self.refuse("", "cette personne est sortie du ménage : passez par sa fiche.", row.line)
            return
        if found.sex != row.sex:
            self.refuse("sex", f"le registre dit « {found.sex} » pour {found.number}.", row.line)
        if not birth_agrees(found, row):
            said = day(found.birth_date)
            self.refuse("birth", f"le registre dit {said} pour {found.number}.", row.line)
        former = replaced_person(found, row)
        if former is not None:
            name = f"{former.family_name} {former.given_name}"
            told = f"{found.number} est la fiche de {name} : corrigez-la sur sa page."
            self.refuse("family_name", told, row.line)
        heads = {found.relationship, row.relationship}
        if len(heads) > 1 and Relationship.HEAD in heads:
            self.refuse(
                "relationship", "un changement d’adhérent se fait sur la fiche du ménage.", row.line
            )
        changes = _person_changes(found, row)
        if changes:
            plan.changed_people.append((found, row, changes))

    def _compare_household(self, plan: HouseholdPlan) -> None:
        known, rows = self.known, self.rows
        if known is None:
            return
        if known.closed_on is not None:
            self.refuse("", f"ce ménage est fermé depuis le {day(known.closed_on)}.")
        if plan.unit_id != known.unit_id:
            self.refuse("unit", "ce ménage est d’une autre unité : transférez-le sur sa fiche.")
        if rows.registered_on and rows.registered_on != known.registered_on:
            self.refuse("registered_on", f"le registre dit {day(known.registered_on)}.")
        if rows.cam and known.other_cover not in ("", "cam"):
            self.refuse("cam", "le registre dit une autre couverture : voyez la fiche.")
        said = {
            "colline_id": rows.colline_id, "category": rows.category, "phone": rows.phone,
            "cam": rows.cam,
        }  # fmt: skip
        plan.household_changes = {
            name: value for name, value in said.items() if value and value != getattr(known, name)
        }

    def _check_rules(self, plan: HouseholdPlan) -> None:
        """Put the household to the rules as it will be."""
        members, lines = self._members(plan)
        # One that a birth took over the limit stays in the register as it is.
        is_larger = self.known is None or bool(plan.new_people)
        most = self.terms.most_people if is_larger else None
        for problem in problems_of(members, on=self.terms.today, most_people=most):
            where, _, rest = (problem.field or "").partition("-")
            if where == "members" and rest:
                index, _, name = rest.partition("-")
                self.refuse(_COLUMN_OF.get(name, ""), problem.message, lines[int(index)])
            elif not self.is_continued:
                self.refuse("", problem.message)
        if plan.new_people and not self.is_continued:
            there = members[: len(members) - len(plan.new_people)]
            before = warnings_of(there, on=self.terms.today)
            told = warnings_of(members, on=self.terms.today)
            plan.warnings = tuple(one for one in told if one not in before)

    def _members(self, plan: HouseholdPlan) -> tuple[list[Member], list[int]]:
        changed = {found.id: row for found, row, _ in plan.changed_people}
        known = self.known.people if self.known else []
        members = [_known_member(one, changed.get(one.id)) for one in known]
        lines = [changed[one.id].line if one.id in changed else self.rows.line for one in known]
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

    def _enrol(self, plan: HouseholdPlan) -> None:
        there = self.known.enrolment if self.known else None
        if there is not None:
            self._compare_enrolment(plan, there.enrolled_on, there.due_francs, there.opening_francs)
        elif not self.is_continued and not self.refusals:
            self._enrol_anew(plan)

    def _compare_enrolment(
        self, plan: HouseholdPlan, enrolled_on: date, due: int, opening: int
    ) -> None:
        rows = self.rows
        if rows.enrolled_on and rows.enrolled_on != enrolled_on:
            self.refuse("enrolled_on", f"déjà inscrit pour l’année, le {day(enrolled_on)}.")
        if rows.due is not None and rows.due != due:
            self.refuse("due", f"le registre dit {francs(due)}.")
        if rows.paid and opening and rows.paid != opening:
            self.refuse("paid", f"le registre dit {francs(opening)}.")
        elif rows.paid and not opening:
            self._open(plan, enrolled_on, due)

    def _enrol_anew(self, plan: HouseholdPlan) -> None:
        terms, rows, known = self.terms, self.rows, self.known
        enrolled = rows.enrolled_on or terms.default_enrolled_on
        self._check_enrolment_day(plan.unit_id, enrolled)
        if enrolled < plan.registered_on:
            self.refuse("enrolled_on", f"avant l’inscription du {day(plan.registered_on)}.")
        people = self._present(plan)
        before = known.unit_before if known else None
        same = before is not None and before in (
            plan.unit_id, *terms.replaced_units.get(plan.unit_id, ()),
        )  # fmt: skip
        owes_fee = terms.owes_fee(known.last_year if known else None)
        due = self._due(len(people), plan.category, owes_fee)
        if due is None:
            return
        males = sum(sex == "M" for sex, *_ in people)
        head_sex, head_birth_year = next(
            (sex, born) for sex, link, born in people if link == Relationship.HEAD
        )
        plan.enrolment = NewEnrolment(
            enrolled_on=enrolled,
            is_renewal=known is not None and known.last_year == self.terms.year - 1,
            is_same_unit=same,
            head_sex=head_sex,
            head_birth_year=head_birth_year,
            males=males,
            females=len(people) - males,
            category=plan.category,
            contribution_francs=due.contribution_francs,
            joining_fee_francs=due.joining_fee_francs,
            payer_francs=due.payer_francs,
        )
        if rows.paid:
            self._open(plan, enrolled, due.total_francs)

    def _check_enrolment_day(self, unit_id: int, enrolled: date) -> None:
        terms = self.terms
        if not terms.first_day <= enrolled <= terms.last_day:
            self.refuse(
                "enrolled_on",
                f"une adhésion {terms.year} se signe du {day(terms.first_day)} au "
                f"{day(terms.last_day)}.",
            )
        for told in (terms.closed_month(unit_id, enrolled), terms.too_old(enrolled)):
            if told:
                self.refuse("enrolled_on", told)

    def _present(self, plan: HouseholdPlan) -> list[tuple[str, str, int]]:
        """Sex, relationship and year of birth of each."""
        changed = {found.id: changes for found, _, changes in plan.changed_people}
        there = [
            (
                one.sex,
                changed.get(one.id, {}).get("relationship", one.relationship),
                changed.get(one.id, {}).get("birth_date", one.birth_date).year,
            )
            for one in (self.known.people if self.known else [])
            if one.left_on is None and one.died_on is None
        ]
        return there + [
            (new.row.sex, new.row.relationship, new.row.birth_date.year) for new in plan.new_people
        ]

    def _due(self, size: int, category: str, is_new: bool) -> Due | None:
        if self.terms.due is None:
            owed = self.rows.due or 0
            return Due(
                contribution_francs=owed,
                joining_fee_francs=0,
                payer_francs=0,
                household_francs=owed,
                explanation=(),
            )
        try:
            return self.terms.due(size, category, is_new)
        except DomainError as error:
            self.refuse("category" if error.field == "category" else "", error.message)
            return None

    def _open(self, plan: HouseholdPlan, enrolled: date, due: int) -> None:
        """Take over what a past register says was paid."""
        paid, received = self.rows.paid or 0, self.rows.paid_on or enrolled
        if paid > due:
            self.refuse("paid", f"{francs(paid)} payés pour {francs(due)} dus.")
        if received < enrolled:
            self.refuse("paid_on", f"avant l’adhésion du {day(enrolled)}.")
        closed = self.terms.closed_month(plan.unit_id, received)
        if closed:
            self.refuse("paid_on", closed)
        plan.opening = Opening(paid, received)

    def _tell_outcomes(self, plan: HouseholdPlan) -> None:
        """A row tells its person; the first one tells the household as well."""
        outcomes = dict.fromkeys(self.rows.lines, RowOutcome.UNCHANGED)
        for new in plan.new_people:
            outcomes[new.row.line] = RowOutcome.CREATED
        for _, row, _ in plan.changed_people:
            outcomes[row.line] = RowOutcome.CHANGED
        touches = plan.household_changes or plan.enrolment or plan.opening or plan.former_number
        if touches and outcomes[self.rows.line] is RowOutcome.UNCHANGED:
            outcomes[self.rows.line] = RowOutcome.CHANGED
        plan.outcomes = outcomes


_COLUMN_OF = {"birth_date": "birth", "joined_on": "joined_on"}


def _is_repeated(one: PersonRow, other: PersonRow) -> bool:
    return (one.search_key == other.search_key or one.given_key == other.search_key) and (
        one.sex,
        one.birth_date,
    ) == (other.sex, other.birth_date)


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


def _person_changes(found: KnownPerson, row: PersonRow) -> dict[str, Any]:
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
