"""Whether a household's money is in order, day by day.

A household is in order from the day its balance reaches zero, or an accepted promise is kept,
and not before it enrolled. Only dated facts change that, so the days are cut at them. The state
of a day is that of its end: a receipt cancelled and written anew on one day closes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from membership.rules.coverage.facts import EnrolmentFacts
from membership.rules.promises import (
    PaymentFact,
    PromiseFacts,
    is_in_force,
    missed_francs,
    paid_by,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """All that is owed, promised and paid for one enrolment."""

    enrolment: EnrolmentFacts
    payments: Sequence[PaymentFact]
    promise: PromiseFacts | None
    tolerance_days: int = 0

    def balance(self, on: date) -> int:
        """Return what is left to pay at the end of the day (negative: paid too much)."""
        return self.enrolment.due_francs - paid_by(self.payments, on)

    def missed(self, on: date) -> int:
        """Return what a promise in force has missed."""
        if self.promise is None or not is_in_force(self.promise, on):
            return 0
        return missed_francs(
            self.promise,
            self.payments,
            due_francs=self.enrolment.due_francs,
            on=on,
            tolerance_days=self.tolerance_days,
        )

    def is_in_order(self, on: date) -> bool:
        """Tell whether the household is in order at the end of the day."""
        if on < self.enrolment.enrolled_on:
            return False
        if self.balance(on) <= 0:
            return True
        return is_in_force(self.promise, on) and self.missed(on) == 0


def with_supplement(enrolment: EnrolmentFacts) -> EnrolmentFacts:
    """Return the enrolment as it stands for a person whose supplement it must pay too."""
    due = enrolment.due_francs + enrolment.supplement_francs
    return replace(enrolment, due_francs=due, supplement_francs=0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in order, from ``start`` to ``end`` (excluded; None: until something happens)."""

    start: date
    end: date | None


def stretches(money: Money) -> Iterator[Stretch]:
    """Yield the days on which the household is in order, as long stretches, in time."""
    since: date | None = None
    for moment in _moments(money):
        if money.is_in_order(moment):
            since = since or moment
        elif since:
            yield Stretch(since, moment)
            since = None
    if since:
        yield Stretch(since, None)


def settled_on(money: Money, by: date) -> date | None:
    """Return the day since which the balance is settled without a break, as seen from ``by``."""
    since: date | None = None
    for moment in _moments(money):
        if moment > by:
            break
        settled = moment >= money.enrolment.enrolled_on and money.balance(moment) <= 0
        since = (since or moment) if settled else None
    return since


def _moments(money: Money) -> list[date]:
    """The days on which the state may change, from the enrolment on."""
    first = money.enrolment.enrolled_on
    days = {first, *(payment.received_on for payment in money.payments)}
    promise = money.promise
    if promise is not None:
        days |= {day for day in (promise.accepted_on, promise.refused_on) if day is not None}
        after_due = _DAY * (money.tolerance_days + 1)
        days |= {part.due_on + after_due for part in promise.instalments}
    return sorted(day for day in days if day >= first)
