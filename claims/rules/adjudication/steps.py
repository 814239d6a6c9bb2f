"""The steps in their order, and the run through them.

The order is part of the rule: francs cut by a step are no longer there for the next one. It goes
from « was this owed at all » to « at which price », « is it covered », « who pays it », « up to
how much »; what the facility bears comes off before what the patient bears, save rights.
"""

from collections.abc import Callable

from claims.rules.adjudication.access import check_rights, refuse, reject_late
from claims.rules.adjudication.ceilings import apply_ceilings
from claims.rules.adjudication.conditions import (
    authorisations_of,
    check_conditions,
    check_papers,
    exclude,
    rows_under_authorisation,
    wait,
)
from claims.rules.adjudication.decision import Adjudication, FlagCode
from claims.rules.adjudication.prices import apply_prices, apply_review
from claims.rules.adjudication.quantities import limit_quantities
from claims.rules.adjudication.sharing import (
    apply_deductibles,
    apply_rates,
    limit_to_authorised,
    share_with_others,
)
from claims.rules.adjudication.sheet import Sheet
from claims.rules.checks import is_above_stay, is_huge, stay_days
from claims.rules.facts import CareFacts
from claims.rules.package import Package

#: What is done to every claim, in this order.
STEPS: tuple[Callable[[Sheet], None], ...] = (
    refuse,
    reject_late,
    check_rights,
    apply_review,
    apply_prices,
    exclude,
    check_conditions,
    wait,
    check_papers,
    limit_quantities,
    limit_to_authorised,
    share_with_others,
    apply_deductibles,
    apply_rates,
    apply_ceilings,
)


def adjudicate(care: CareFacts, package: Package) -> Adjudication:
    """Decide a claim by the package of its date of care.

    Raises DomainError for lines that cannot be valued (negative, numbered twice), for reviewer's
    cuts of no line, and UnusablePackage where the package has no rate, or two equally close.
    """
    sheet = Sheet(care, package)
    for step in STEPS:
        step(sheet)
    decision = Adjudication(claim=care.claim, lines=tuple(row.decided() for row in sheet.rows))
    _compare_declared(sheet, decision)
    _doubt_quantities(sheet)
    _doubt_book(sheet)
    _doubt_authorisations(sheet)
    return Adjudication(
        claim=care.claim,
        lines=decision.lines,
        flags=tuple(sheet.flags),
        drawn=tuple(sheet.drawn),
    )


def _doubt_quantities(sheet: Sheet) -> None:
    """Flag what an entry may say and only a person believes, where something of it is accepted."""
    days = stay_days(sheet.care.starts_on, sheet.care.ends_on)
    for row in sheet.open_rows():
        if is_huge(row.line.quantity):
            sheet.flag(FlagCode.QUANTITY_HUGE, row, quantity=row.line.quantity)
        if is_above_stay(row.line, days):
            sheet.flag(FlagCode.DAYS_ABOVE_STAY, row, quantity=row.line.quantity, days=days)


def _doubt_book(sheet: Sheet) -> None:
    """Flag care before the facility had the book of its stub."""
    issued_on = sheet.care.book_issued_on
    if issued_on is not None and sheet.care.starts_on < issued_on and sheet.open_rows():
        sheet.flag(FlagCode.BOOK_LATER, issued_on=issued_on)


def _doubt_authorisations(sheet: Sheet) -> None:
    """Flag what needs an agreement beforehand and was given one only when it was over."""
    for row in rows_under_authorisation(sheet):
        over_on = row.line.given_on or sheet.care.ends_on
        given = [one.given_on for one in authorisations_of(sheet.care, row)]
        later = [day for day in given if day is not None and day > over_on]
        if later and len(later) == len(given):
            sheet.flag(FlagCode.AUTHORISED_LATER, row, given_on=min(later))


def _compare_declared(sheet: Sheet, decision: Adjudication) -> None:
    """Flag the amounts at the foot of the attestation that are not the lines' or the rules'.

    Where nothing was accepted the parts must differ: only the total is compared.
    """
    care = sheet.care
    told = [(FlagCode.DECLARED_TOTAL, care.declared_total_francs, "asked_francs")]
    if sheet.open_rows():
        told.append((FlagCode.DECLARED_PATIENT, care.declared_patient_francs, "patient_francs"))
        told.append((FlagCode.DECLARED_MUTUELLE, care.declared_mutuelle_francs, "mutuelle_francs"))
    for code, declared, name in told:
        if declared is None:
            continue
        found = getattr(decision, name)
        if declared != found:
            sheet.flag(code, declared=declared, found=found)
