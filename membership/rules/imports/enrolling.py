"""What a household's rows come to for the year: an enrolment to write, or one already there.

The amounts are the scale's, or those of a past register, which says what was paid as well.
"""

from datetime import date

from conamus.kernel.errors import DomainError
from membership.rules.households import Relationship
from membership.rules.imports.case import Case
from membership.rules.imports.known import KnownEnrolment
from membership.rules.imports.planned import HouseholdPlan, NewEnrolment, Opening
from membership.rules.scale import Due
from membership.rules.sentences import day, francs


def enrol(case: Case, plan: HouseholdPlan) -> None:
    """Plan the enrolment of the year, or compare the one that is there."""
    there = case.known.enrolment if case.known else None
    if there is not None:
        _compare(case, plan, there)
    elif not case.is_continued and not case.refusals:
        _enrol_anew(case, plan)


def _compare(case: Case, plan: HouseholdPlan, there: KnownEnrolment) -> None:
    rows = case.rows
    if rows.enrolled_on and rows.enrolled_on != there.enrolled_on:
        case.refuse("enrolled_on", f"déjà inscrit pour l’année, le {day(there.enrolled_on)}.")
    if rows.due is not None and rows.due != there.due_francs:
        case.refuse("due", f"le registre dit {francs(there.due_francs)}.")
    if rows.paid and there.opening is None:
        _open_there(case, plan, there, rows.paid)
    elif rows.paid and there.opening and rows.paid != there.opening.amount_francs:
        case.refuse("paid", f"le registre dit {francs(there.opening.amount_francs)}.")


def _open_there(case: Case, plan: HouseholdPlan, there: KnownEnrolment, paid: int) -> None:
    """Take over what was paid for an enrolment that is there, as a desk would.

    The household pays its own part, and no more than is left of it; what was cancelled comes
    back by hand only, as with a file of payments.
    """
    owed, received = there.owed, case.rows.paid_on or there.enrolled_on
    left, payer_left = max(0, owed.household_left_francs), owed.payer_left_francs
    for one in there.openings:
        if (one.amount_francs, one.received_on) == (paid, received):
            case.refuse(
                "paid",
                f"ce paiement a été annulé ({one.receipt}) : encaissez-le de nouveau à la main, "
                "ou videz cette case.",
            )
            return
    if paid > left:
        others = f" L’autre payeur doit encore {francs(payer_left)} : encaissez-les à part."
        case.refuse(
            "paid",
            f"il ne reste que {francs(left)} à payer par le ménage : {francs(paid)} dépasse le "
            f"solde.{others if payer_left > 0 else ''}",
        )
    _open(case, plan, there.enrolled_on, paid, max(0, owed.fee_left_francs))


def _enrol_anew(case: Case, plan: HouseholdPlan) -> None:
    terms, rows, known = case.terms, case.rows, case.known
    enrolled = rows.enrolled_on or terms.default_enrolled_on
    _check_day(case, plan.unit_id, enrolled)
    if enrolled < plan.registered_on:
        case.refuse("enrolled_on", f"avant l’inscription du {day(plan.registered_on)}.")
    people = _present(case, plan)
    due = _due(case, len(people), plan.category)
    if due is None:
        return
    males = sum(sex == "M" for sex, *_ in people)
    is_renewal = known is not None and known.last_year == terms.year - 1
    head_sex, head_birth_year = next(
        (sex, born) for sex, link, born in people if link == Relationship.HEAD
    )
    plan.enrolment = NewEnrolment(
        enrolled_on=enrolled,
        is_renewal=is_renewal,
        is_returning=known is not None and known.unit_before is not None and not is_renewal,
        is_same_unit=_is_same_unit(case, plan.unit_id),
        head_sex=head_sex,
        head_birth_year=head_birth_year,
        males=males,
        females=len(people) - males,
        category=plan.category,
        contribution_francs=due.contribution_francs,
        joining_fee_francs=due.joining_fee_francs,
        payer_francs=due.payer_francs,
        waits_until=known.waits_until if known and is_renewal else None,
    )
    if rows.paid:
        if rows.paid > due.household_francs:
            told = f"{francs(rows.paid)} payés pour {francs(due.household_francs)} dus."
            case.refuse("paid", told)
        _open(case, plan, enrolled, rows.paid, due.joining_fee_francs)


def _check_day(case: Case, unit_id: int, enrolled: date) -> None:
    terms = case.terms
    if not terms.first_day <= enrolled <= terms.last_day:
        case.refuse(
            "enrolled_on",
            f"une adhésion {terms.year} se signe du {day(terms.first_day)} au "
            f"{day(terms.last_day)}.",
        )
    for told in (terms.closed_month(unit_id, enrolled), terms.too_old(enrolled)):
        if told:
            case.refuse("enrolled_on", told)


def _is_same_unit(case: Case, unit_id: int) -> bool:
    """Tell whether the unit of the year before is this one, or one that this one replaced."""
    before = case.known.unit_before if case.known else None
    replaced = case.terms.replaced_units.get(unit_id, ())
    return before is not None and (before == unit_id or before in replaced)


def _present(case: Case, plan: HouseholdPlan) -> list[tuple[str, str, int]]:
    """Sex, relationship and year of birth of each."""
    changed = {found.id: changes for found, _, changes in plan.changed_people}
    there = [
        (
            one.sex,
            changed.get(one.id, {}).get("relationship", one.relationship),
            changed.get(one.id, {}).get("birth_date", one.birth_date).year,
        )
        for one in (case.known.people if case.known else [])
        if one.left_on is None and one.died_on is None
    ]
    return there + [
        (new.row.sex, new.row.relationship, new.row.birth_date.year) for new in plan.new_people
    ]


def _due(case: Case, size: int, category: str) -> Due | None:
    terms = case.terms
    if terms.due is None:
        owed = case.rows.due or 0
        return Due(
            contribution_francs=owed,
            joining_fee_francs=0,
            payer_francs=0,
            household_francs=owed,
            explanation=(),
        )
    owes_fee = terms.owes_fee(case.known.last_year if case.known else None)
    try:
        return terms.due(size, category, owes_fee)
    except DomainError as error:
        case.refuse("category" if error.field == "category" else "", error.message)
        return None


def _open(case: Case, plan: HouseholdPlan, enrolled: date, paid: int, fee_left: int) -> None:
    """Take over what a past register says was paid: the joining fee first, as at the till."""
    received = case.rows.paid_on or enrolled
    if received < enrolled:
        case.refuse("paid_on", f"avant l’adhésion du {day(enrolled)}.")
    closed = case.terms.closed_month(plan.unit_id, received)
    if closed:
        case.refuse("paid_on", closed)
    plan.opening = Opening(paid, received, min(paid, fee_left))
