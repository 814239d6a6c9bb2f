"""Who pays what is covered: authorised amounts, other payers, deductible, rate. Steps 11 to 14.

Free care comes first: it is owed by law, whatever the household holds; then the covers that the
household holds. Each payer takes its share of what is left, so that no franc is paid twice.
"""

from fractions import Fraction
from functools import lru_cache

from claims.rules.adjudication.closest import UnusablePackage, closest_clause
from claims.rules.adjudication.conditions import authorisations_of, rows_under_authorisation
from claims.rules.adjudication.decision import Drawn, FlagCode
from claims.rules.adjudication.sheet import Row, Sheet
from claims.rules.cuts import CutCode
from claims.rules.package import Deductible, OtherPayer, Scope
from claims.rules.targets import is_about_act
from claims.rules.words import Bearer, Family


def limit_to_authorised(sheet: Sheet) -> None:
    """Step 11: an authorisation's amount is shared by its lines in their order."""
    if not any(one.francs is not None for one in sheet.care.authorisations):
        return
    left = {id(one): one.francs for one in sheet.care.authorisations}
    for row in rows_under_authorisation(sheet):
        room = 0
        for one in authorisations_of(sheet.care, row):
            most = left[id(one)]
            drawn = row.left - room if most is None else min(most, row.left - room)
            if most is not None and drawn:
                left[id(one)] = most - drawn
                sheet.drawn.append(Drawn(one.key, drawn))
            room += drawn
        _keep_francs(row, room, authorisations_of(sheet.care, row)[0].francs)


def _keep_francs(row: Row, room: int, authorised: int | None) -> None:
    facts = {"authorised": authorised if authorised is not None else ""}
    if not room and row.left:
        row.cut_all(CutCode.OVER_AUTHORISATION, Bearer.PATIENT, facts)
    else:
        row.cut(CutCode.OVER_AUTHORISATION, row.left - room, Bearer.PATIENT, facts)


def share_with_others(sheet: Sheet) -> None:
    """Step 12: each other payer takes its share of what the ones before left."""
    cover = sheet.care.patient.other_cover
    for clause in sheet.near.other_payers:
        if clause.other_cover not in (None, cover):
            continue
        for row in sheet.open_rows():
            if row.left and _does_owe(clause, row, sheet.care.is_maternity):
                _take_share(sheet, row, clause)


def _does_owe(clause: OtherPayer, row: Row, is_maternity: bool) -> bool:
    if clause.is_maternity and not is_maternity and row.family is not Family.DELIVERY:
        return False
    return is_about_act(clause.target, row.act, row.family)


def _take_share(sheet: Sheet, row: Row, clause: OtherPayer) -> None:
    facts = {"payer": clause.name, "share": clause.share}
    kept = part_of(row.left, 1 - clause.share)
    row.cut(CutCode.OTHER_PAYER, row.left - kept, Bearer.OTHER_PAYER, facts)
    if clause.other_cover is None:
        sheet.flag(FlagCode.FREE_CARE, row, payer=clause.name)


def apply_deductibles(sheet: Sheet) -> None:
    """Step 13: the first francs are the patient's, never more than the line.

    Deductibles do not add up: a franc that the patient bore counts against all that speak of
    the line, so a line costs the patient the largest of what they still ask.
    """
    counters = [
        _DeductibleCount(sheet, clause)
        for clause in sheet.near.deductibles
        if sheet.holds(clause.scope)
    ]
    if not counters:
        return
    for row in sheet.open_rows():
        own = [one for one in counters if is_about_act(one.clause.target, row.act, row.family)]
        for counter in own:
            counter.cut(row)
        for counter in own:
            counter.used += row.deducted


class _DeductibleCount:
    """A deductible, and what the patient has borne of it."""

    def __init__(self, sheet: Sheet, clause: Deductible) -> None:
        self.clause = clause
        earlier = sheet.earlier(clause.scope, clause.target)
        self.used = sum(one.deductible_francs for one in earlier)

    def cut(self, row: Row) -> None:
        """Take what it still asks, beside what others took of the line."""
        used = 0 if self.clause.scope is Scope.LINE else self.used
        facts = {"francs": self.clause.francs, "scope": self.clause.scope}
        asked = self.clause.francs - used - row.deducted
        row.deducted += row.cut(CutCode.DEDUCTIBLE, asked, Bearer.PATIENT, facts)


def apply_rates(sheet: Sheet) -> None:
    """Step 14: the mutuelle's share by the closest rate, half up; the rest is the patient's."""
    for row in sheet.open_rows():
        if not row.left:
            continue
        rate = closest_clause(sheet.near.rates, row, sheet.package.year)
        if rate is None:
            raise UnusablePackage(
                f"Le paquet {sheet.package.year} n’a pas de taux pour « {row.family.label} » "
                f"(ligne {row.line.position}) : ajoutez un taux.",
                field="package",
            )
        row.rate = rate.share
        kept = part_of(row.left, rate.share)
        facts = _copayment(rate.share.numerator, rate.share.denominator)
        row.cut(CutCode.COPAYMENT, row.left - kept, Bearer.PATIENT, facts)


@lru_cache(maxsize=100)
def _copayment(numerator: int, denominator: int) -> dict[str, str]:
    """The facts of a co-payment: rates are few, and fractions dear to write."""
    return {"share": str(1 - Fraction(numerator, denominator))}


def part_of(francs: int, share: Fraction) -> int:
    """Return a share of an amount, half up.

    >>> part_of(1005, Fraction(1, 2)), part_of(1000, Fraction(0))
    (503, 0)
    """
    # In whole numbers: a fraction's own arithmetic is most of a line's cost.
    return (2 * francs * share.numerator + share.denominator) // (2 * share.denominator)
