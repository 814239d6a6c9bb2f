"""A question about rights: one person, one day, and all the facts that answer it."""

from dataclasses import dataclass
from datetime import date, timedelta

from conamus.kernel.periods import Period
from membership.rules.coverage.facts import HouseholdFacts, PersonFacts, Terms
from membership.rules.coverage.spans import household_periods
from membership.rules.coverage.standing import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that the reasons are asked of."""

    on: date
    #: The day on which it is asked, after which nothing is known; None: the day asked about.
    asked_on: date | None
    terms: Terms
    household: HouseholdFacts
    money: Money | None
    person: PersonFacts
    periods: tuple[Period, ...]

    @property
    def household_spans(self) -> list[Period]:
        """The days of the household, whoever is in it."""
        if self.money is None:
            return []
        return household_periods(self.terms, self.household, self.money)

    @property
    def next_period(self) -> Period | None:
        """The first period after the day."""
        return next((period for period in self.periods if period.start > self.on), None)

    def last_day(self, period: Period) -> date:
        """The last covered day of a period."""
        return (period.end or self.terms.ends_on) - timedelta(days=1)
