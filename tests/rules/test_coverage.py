"""Whatever the facts: one answer a day, from periods that keep to their bounds."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from membership.rules.coverage import (
    Contact,
    EnrolmentFacts,
    Hole,
    HouseholdFacts,
    InstalmentFact,
    PaymentFact,
    PersonFacts,
    PromiseFacts,
    ReasonCode,
    Terms,
    coverage_of,
    periods_of,
)

TERMS = Terms(
    year=2025,
    starts_on=date(2025, 1, 1),
    ends_on=date(2026, 1, 1),
    grace_until=date(2025, 1, 31),
)
DAYS = st.dates(date(2024, 9, 1), date(2026, 2, 28))
MAYBE = st.none() | DAYS
DUE = 30_000


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """Any facts of a household and one of its people."""
    birth = draw(st.dates(date(1950, 1, 1), date(2025, 12, 31)))
    instalments = draw(st.lists(st.builds(_instalment, DAYS), max_size=3))
    return {
        "terms": TERMS,
        "household": HouseholdFacts(
            closed_on=draw(MAYBE),
            struck_off_on=draw(MAYBE),
            reinstated_on=draw(MAYBE),
            earlier_holes=tuple(
                draw(st.lists(st.builds(Hole, out_on=DAYS, back_on=DAYS), max_size=2))
            ),
        ),
        "enrolment": EnrolmentFacts(
            enrolled_on=draw(DAYS),
            is_renewal=draw(st.booleans()),
            due_francs=DUE,
            cancelled_on=draw(MAYBE),
        ),
        "payments": draw(st.lists(st.builds(_payment, DAYS, st.booleans()), max_size=4)),
        "promise": draw(
            st.none()
            | st.builds(
                PromiseFacts,
                accepted_on=MAYBE,
                refused_on=MAYBE,
                instalments=st.just(tuple(instalments)),
            )
        ),
        "person": PersonFacts(
            birth_date=birth,
            joined_on=max(birth, draw(DAYS)),
            declared_on=draw(MAYBE),
            is_head=draw(st.booleans()),
            left_on=draw(MAYBE),
            died_on=draw(MAYBE),
        ),
        "mother_covered": draw(st.booleans()),
    }


def _payment(day: date, is_back: bool) -> PaymentFact:
    return PaymentFact(received_on=day, amount_francs=-DUE // 2 if is_back else DUE // 2)


def _instalment(day: date) -> InstalmentFact:
    return InstalmentFact(due_on=day, amount_francs=DUE // 2)


def _year() -> Iterator[date]:
    return (date(2024, 12, 30) + timedelta(days=day) for day in range(370))


@settings(max_examples=60, deadline=None)
@given(facts())
def test_the_answer_of_each_day_is_that_of_the_periods(given_facts: dict[str, Any]) -> None:
    periods = periods_of(**given_facts)
    for day in _year():
        coverage = coverage_of(on=day, **given_facts)
        holding = [period for period in periods if day in period]
        assert coverage.is_open is bool(holding)
        assert coverage.is_open is (coverage.code is ReasonCode.OPEN)
        assert coverage.sentence.endswith(".")
        if holding:
            assert (coverage.opens_on, coverage.closes_on) == (holding[0].start, holding[0].end)
            assert coverage.who is Contact.NOBODY
        elif coverage.opens_on is not None:
            assert coverage.opens_on > day


@given(facts())
def test_periods_are_in_time_apart_and_inside_the_year(given_facts: dict[str, Any]) -> None:
    periods = periods_of(**given_facts)
    bounds = [bound for period in periods for bound in (period.start, period.end)]
    assert all(bound is not None for bound in bounds)
    assert all(one < other for one, other in pairwise(bounds))
    assert all(TERMS.starts_on <= bound <= TERMS.ends_on for bound in bounds)


@given(facts())
def test_nobody_is_covered_before_birth_after_death_or_gone(given_facts: dict[str, Any]) -> None:
    person = given_facts["person"]
    for period in periods_of(**given_facts):
        assert period.start >= person.birth_date
        assert person.died_on is None or period.end <= person.died_on + timedelta(days=1)
        assert person.left_on is None or period.end <= person.left_on


@given(facts())
def test_without_a_promise_no_unpaid_day_is_covered(given_facts: dict[str, Any]) -> None:
    """Added up here day by day, apart from the rule's own way of cutting the year."""
    given_facts |= {"promise": None, "mother_covered": False}
    for period in periods_of(**given_facts):
        day = period.start
        while day < period.end:
            paid = sum(
                payment.amount_francs
                for payment in given_facts["payments"]
                if payment.received_on <= day
            )
            assert paid >= DUE
            assert day >= given_facts["enrolment"].enrolled_on
            day += timedelta(days=1)


@given(facts())
def test_the_order_of_payments_does_not_matter(given_facts: dict[str, Any]) -> None:
    backwards = {**given_facts, "payments": given_facts["payments"][::-1]}
    assert periods_of(**backwards) == periods_of(**given_facts)


@given(facts(), st.integers(0, 60))
def test_a_longer_waiting_never_opens_a_day_more(given_facts: dict[str, Any], days: int) -> None:
    def covered(waiting: int) -> set[date]:
        terms = Terms(
            year=2025,
            starts_on=TERMS.starts_on,
            ends_on=TERMS.ends_on,
            grace_until=TERMS.grace_until,
            waiting_days_new=waiting,
            waiting_days_late=waiting,
        )
        periods = periods_of(**{**given_facts, "terms": terms})
        return {day for day in _year() for period in periods if day in period}

    assert covered(days + 1) <= covered(days)


@given(facts(), DAYS)
def test_no_day_of_a_hole_is_covered_by_the_household(
    given_facts: dict[str, Any], on: date
) -> None:
    """Only a newborn of a covered mother has days of its own; nobody else in any hole."""
    facts_without_mother = {**given_facts, "mother_covered": False}
    if any(on in hole for hole in given_facts["household"].holes):
        assert not any(on in period for period in periods_of(**facts_without_mother))
