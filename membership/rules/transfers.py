"""What of a year's enrolment goes along when a household is transferred.

Of what each payer was asked, what is left; of a promise, its last instalments; of rights, since
when the household is in order and when its rights open, or opened last, by all that was paid and
promised where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from membership.rules.coverage import HouseholdFacts
from membership.rules.coverage.spans import household_periods
from membership.rules.coverage.standing import stretches
from membership.rules.promises import InstalmentFact
from membership.rules.renewals import money_of
from membership.rules.rights import YearFacts


@dataclass(frozen=True, slots=True)
class Standing:
    """How a household stands as it leaves; None: not in order, or never opened."""

    in_order_since: date | None
    opens_on: date | None


def standing_of(year: YearFacts, household: HouseholdFacts, *, on: date) -> Standing:
    """Return how a household stands with a year's enrolment on the day on which it leaves."""
    money = money_of(year)
    if money is None:
        return Standing(None, None)
    since = next(
        (one.start for one in stretches(money)
         if one.start <= on and (one.end is None or on < one.end)),
        None,
    )  # fmt: skip
    spans = household_periods(year.terms, household, money) if year.terms else []
    # The rights that are open or still wait; else those that were open last.
    running = [one for one in spans if one.end is None or on < one.end]
    cover = running[:1] or spans[-1:]
    return Standing(since, cover[0].start if cover else None)


def left_in_order(asked_francs: Sequence[int], paid_francs: int) -> list[int]:
    """Return what one payer has left of each amount it was asked, paid in their order.

    Payer by payer: what one paid settles nothing of another's part.

    >>> left_in_order([10_000, 5_000, 5_000], 12_000)
    [0, 3000, 5000]
    """
    left = []
    for amount in asked_francs:
        left.append(max(0, amount - paid_francs))
        paid_francs = max(0, paid_francs - amount)
    return left


def last_instalments(
    instalments: Sequence[InstalmentFact], left_francs: int
) -> tuple[InstalmentFact, ...]:
    """Return the end of a promise, in order of days, that makes exactly what is left to pay.

    What was paid settled the first instalments. Where more is left than was promised, the last
    day takes the difference.

    >>> from datetime import date
    >>> parts = [
    ...     InstalmentFact(due_on=date(2025, month, 1), amount_francs=10_000) for month in (5, 6, 7)
    ... ]
    >>> [part.amount_francs for part in last_instalments(parts, 14_000)]
    [4000, 10000]
    """
    kept: list[InstalmentFact] = []
    for part in reversed(instalments):
        amount = min(part.amount_francs, left_francs)
        if amount > 0:
            kept.append(InstalmentFact(due_on=part.due_on, amount_francs=amount))
            left_francs -= amount
    if left_francs > 0 and kept:
        last = kept[0]
        kept[0] = InstalmentFact(due_on=last.due_on, amount_francs=last.amount_francs + left_francs)
    return tuple(reversed(kept))
