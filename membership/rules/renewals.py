"""Whether a household renews: the year before insured it, or was paid for in full.

A renewal owes no joining fee and does not wait, but for what is left of a waiting that the year
before was too short for (docs/decisions/0041). An enrolment that was signed and never paid
insured nobody: what follows it is a new enrolment, with fee and waiting. So a year counts where
rights were open on some day of it, or the household's own part is paid, or promised and the
promise kept, on the day that is asked.
"""

from datetime import date

from membership.rules.coverage import HouseholdFacts
from membership.rules.coverage.spans import household_periods, opening_day, waiting_days
from membership.rules.coverage.standing import Money, stretches
from membership.rules.rights import YearFacts
from membership.rules.sentences import francs


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
    money = money_of(year)
    if money is None:
        return False
    if money.is_in_order(on):
        return True
    return year.terms is not None and bool(household_periods(year.terms, household, money))


def waiting_left(year: YearFacts, household: HouseholdFacts, *, on: date) -> date | None:
    """Return the day on which a waiting ends that the year is too short for; None: none is left.

    Of a household in order on the day, whose rights do not open in the year: a renewal spares the
    waiting to those who have waited, not to those who had begun to.
    """
    money = money_of(year)
    if money is None or year.terms is None or household_periods(year.terms, household, money):
        return None
    terms = year.terms
    for stretch in stretches(money):
        if stretch.start <= on and (stretch.end is None or on < stretch.end):
            wait = waiting_days(terms, money.enrolment, stretch.start)
            ends = opening_day(terms, stretch.start, wait)
            return ends if ends > year.ends_on else None
    return None


def money_of(year: YearFacts) -> Money | None:
    """What the year's enrolment owes and was paid; None: there is none that stands."""
    if year.enrolment is None or year.enrolment.cancelled_on is not None:
        return None
    return Money(
        enrolment=year.enrolment,
        payments=year.payments,
        promise=year.promise,
        tolerance_days=year.terms.promise_tolerance_days if year.terms else 0,
    )


def settled_by(year: int, by: str) -> str:
    """Return how the sentence begins that cancels a first enrolment for a renewal.

    >>> settled_by(2025, receipt_words("GIT-S1-2025-00012"))
    '2025 en ordre par le reçu GIT-S1-2025-00012 :'
    """
    return f"{year} en ordre par {by} :"


def receipt_words(number: str) -> str:
    """Return a receipt as what puts a year in order."""
    return f"le reçu {number}"


def signed_anew_because(year: int, by: str, *, less_francs: int) -> str:
    """Say why a first enrolment is cancelled: ``by`` has put the year before in order.

    >>> signed_anew_because(2025, "la promesse acceptée le 02/12/2025", less_francs=0)
    '2025 en ordre par la promesse acceptée le 02/12/2025 : signée de nouveau en renouvellement'
    """
    told = f"{settled_by(year, by)} signée de nouveau en renouvellement"
    return f"{told}, {francs(less_francs)} de moins" if less_francs else told
