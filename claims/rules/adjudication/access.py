"""Whether the claim is owed at all: administrative refusal, delay, rights of the day of care.

Steps 1 to 3. What the facility should not have sent stays with it; what the member has no
rights to is the patient's. A stay is judged by the rights of its admission and is covered to the
end of these rights only (how-mutuelles-work, « contributions and rights »).
"""

from datetime import date, timedelta
from fractions import Fraction

from claims.rules.adjudication.decision import FlagCode
from claims.rules.adjudication.sheet import Row, Sheet
from claims.rules.cuts import CutCode
from claims.rules.words import Bearer, Family
from conamus.kernel.periods import Period

_DAY = timedelta(days=1)


def refuse(sheet: Sheet) -> None:
    """Step 1: what the administrative check refuses is cut whole; the facility bears it."""
    refusals = sheet.care.refusals
    if refusals:
        for row in sheet.open_rows():
            row.cut_all(CutCode.REFUSED, Bearer.FACILITY, {"refusals": " ".join(refusals)})


def reject_late(sheet: Sheet) -> None:
    """Step 2: received more than ``late_after_days`` days after the last day of care."""
    most, care = sheet.package.late_after_days, sheet.care
    days = (care.received_on - care.ends_on).days
    if most is not None and days > most:
        for row in sheet.open_rows():
            row.cut_all(CutCode.LATE, Bearer.FACILITY, {"days": days, "most": most})


def check_rights(sheet: Sheet) -> None:
    """Step 3: no rights on the first day: all is the patient's; else to their end only."""
    rights = sheet.care.rights
    held = held_rights(rights.periods, sheet.care.starts_on)
    if held is None:
        for row in sheet.open_rows():
            row.cut_all(CutCode.NO_RIGHTS, Bearer.PATIENT, {"sentence": rights.sentence})
    elif held.end is not None and held.end <= sheet.care.ends_on:
        _cut_after(sheet, held.end)


def held_rights(periods: tuple[Period, ...], on: date) -> Period | None:
    """Return the rights that hold the day, without a break to their end.

    >>> year = Period(date(2025, 1, 1), date(2026, 1, 1))
    >>> next_year = Period(date(2026, 1, 1), date(2027, 1, 1))
    >>> held_rights((next_year, year), date(2025, 12, 30)).end
    datetime.date(2027, 1, 1)
    """
    held = next((period for period in periods if on in period), None)
    while held is not None and held.end is not None:
        following = next((period for period in periods if held.end in period), None)
        if following is None:
            return held
        held = Period(held.start, following.end)
    return held


def _cut_after(sheet: Sheet, end: date) -> None:
    """Cut what was given from ``end`` on: dated lines whole, days in hospital by their number.

    Days without a date follow each other from the admission, in the order of their lines.
    """
    days_left = Fraction((end - sheet.care.starts_on).days)
    for row in sheet.open_rows():
        given_on = row.line.given_on
        if given_on is not None and given_on >= end:
            facts = {"last_day": end - _DAY, "given_on": given_on}
            row.cut_all(CutCode.AFTER_RIGHTS, Bearer.PATIENT, facts)
        elif row.family is Family.HOSPITAL_DAY:
            room = days_left if given_on is None else Fraction((end - given_on).days)
            _keep_days(row, room, end)
            if given_on is None:
                days_left -= row.quantity
        elif given_on is None:
            sheet.flag(FlagCode.UNDATED, row, last_day=end - _DAY)


def _keep_days(row: Row, room: Fraction, end: date) -> None:
    facts = {"last_day": end - _DAY, "days": row.quantity - room}
    row.keep_quantity(min(row.quantity, room), CutCode.AFTER_RIGHTS, Bearer.PATIENT, facts)
