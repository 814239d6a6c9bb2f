"""Whether a household renews: the year before insured it, or was paid for in full.

A renewal owes no joining fee and does not wait. An enrolment that was signed and never paid
insured nobody: what follows it is a new enrolment, with fee and waiting. So a year counts where
rights were open on some day of it, or the household's own part is paid, or promised and the
promise kept, on the day that is asked.
"""

from datetime import date

from membership.rules.coverage import HouseholdFacts
from membership.rules.coverage.spans import household_periods
from membership.rules.coverage.standing import Money
from membership.rules.rights import YearFacts


def was_insured(year: YearFacts, household: HouseholdFacts, *, on: date) -> bool:
    """Tell whether a renewal may go on from a year, as its money stands on the day.

    >>> from membership.rules.coverage import EnrolmentFacts
    >>> unpaid = YearFacts(
    ...     starts_on=date(2025, 1, 1),
    ...     ends_on=date(2026, 1, 1),
    ...     terms=None,
    ...     enrolment=EnrolmentFacts(
    ...         enrolled_on=date(2025, 6, 30), is_renewal=False, due_francs=31_000
    ...     ),
    ...     payments=(),
    ...     promise=None,
    ... )
    >>> house = HouseholdFacts(closed_on=None, struck_off_on=None, reinstated_on=None)
    >>> was_insured(unpaid, house, on=date(2026, 1, 10))
    False
    """
    if year.enrolment is None or year.enrolment.cancelled_on is not None:
        return False
    money = Money(
        enrolment=year.enrolment,
        payments=year.payments,
        promise=year.promise,
        tolerance_days=year.terms.promise_tolerance_days if year.terms else 0,
    )
    if money.is_in_order(on):
        return True
    return year.terms is not None and bool(household_periods(year.terms, household, money))
