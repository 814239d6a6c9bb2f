"""The rights that a claim is judged by, from the facts of membership.

Care is judged by the rights of its date (a stay: of its admission, to the end of the rights). The
periods are those of membership's one rule; here they are only gathered, with the day from which
waiting periods by family are counted.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from claims.rules.facts import RightsFacts
from conamus.kernel.periods import Period
from membership.rules import rights as membership_rights
from membership.rules.rights import coverage_on


def care_rights(
    facts: membership_rights.RightsFacts,
    on: date,
    *,
    elsewhere: Sequence[membership_rights.RightsFacts] = (),
) -> RightsFacts:
    """Return the open periods of the years known, and why there are none on the day of care.

    ``elsewhere``: the person's facts in the federations that the household came from or went to.
    Care of the day on which it passes, or a stay over it, is written under one number and covered
    under two.
    """
    periods = membership_rights.open_periods(facts)
    if elsewhere:
        there = (period for other in elsewhere for period in membership_rights.open_periods(other))
        periods = _one_cover([*periods, *there], {year.starts_on for year in facts.years})
    held = next((period for period in periods if on in period), None)
    if held is None:
        return RightsFacts(periods=periods, sentence=coverage_on(facts, on).sentence)
    return RightsFacts(periods=periods, since=_since(facts, held, on))


def _one_cover(periods: Iterable[Period], new_years: set[date]) -> tuple[Period, ...]:
    """The same days, those that go on over a transfer as one period; a new year is another."""
    whole: list[Period] = []
    for period in sorted(periods, key=lambda one: one.start):
        if whole and whole[-1].end == period.start and period.start not in new_years:
            whole[-1] = Period(whole[-1].start, period.end)
        else:
            whole.append(period)
    return tuple(whole)


def _since(facts: membership_rights.RightsFacts, held: Period, on: date) -> date | None:
    """The day from which a waiting period counts; None: nothing to wait for.

    Someone born into the household waits for nothing. Who renews has been insured since joining
    the household; who is new, since the rights opened.
    """
    person = facts.person
    if person.joined_on == person.birth_date:
        return None
    year = membership_rights.year_of(facts.years, on)
    is_renewal = year is not None and year.enrolment is not None and year.enrolment.is_renewal
    return min(person.joined_on, held.start) if is_renewal else held.start
