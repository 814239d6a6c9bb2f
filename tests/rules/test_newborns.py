"""Newborns against a plain account of the two years around a birth, day by day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from membership.rules.coverage import (
    EnrolmentFacts,
    HouseholdFacts,
    InstalmentFact,
    PaymentFact,
    PersonFacts,
    PromiseFacts,
    Terms,
)
from membership.rules.newborns import newborn_coverage
from membership.rules.rights import RightsFacts, YearFacts, coverage_on, open_periods

DUE = 30_000
FIRST_DAYS = 90
LAST = date(2025, 12, 31)
ALWAYS = HouseholdFacts(closed_on=None, struck_off_on=None, reinstated_on=None)
NO_ENROLMENT: dict[str, Any] = {"enrolment": None, "payments": (), "promise": None}


def _person(born: date, joined: date, declared: date | None, **more: Any) -> PersonFacts:
    rest = {"is_head": False, "left_on": None, "died_on": None, **more}
    return PersonFacts(birth_date=born, joined_on=joined, declared_on=declared, **rest)


ADULT = _person(date(1990, 1, 1), date(2010, 1, 1), date(2010, 1, 1), is_head=True)


@st.composite
def _money_of(draw: st.DrawFn, year: int, *, may_renew: bool) -> dict[str, Any]:
    """An enrolment signed, paid and promised at any time from the autumn before."""
    days = st.dates(date(year - 1, 10, 1), date(year, 12, 31))
    if draw(st.integers(0, 4)) == 0:
        return NO_ENROLMENT
    signed = draw(days)
    paid = draw(st.none() | days)
    due_on = draw(st.none() | days)
    instalments = () if due_on is None else (InstalmentFact(due_on=due_on, amount_francs=DUE),)
    return {
        "enrolment": EnrolmentFacts(
            enrolled_on=signed, is_renewal=may_renew and draw(st.booleans()), due_francs=DUE
        ),
        "payments": () if paid is None else (PaymentFact(received_on=paid, amount_francs=DUE),),
        "promise": None
        if due_on is None
        else PromiseFacts(accepted_on=signed, refused_on=None, instalments=instalments),
    }


@st.composite
def _two_years(draw: st.DrawFn) -> tuple[YearFacts, YearFacts]:
    before = draw(_money_of(2024, may_renew=True))
    after = draw(_money_of(2025, may_renew=before["enrolment"] is not None))
    return _year(2024, before), _year(2025, after)


def _year(year: int, money: dict[str, Any]) -> YearFacts:
    starts, ends = date(year, 1, 1), date(year + 1, 1, 1)
    terms = Terms(year=year, starts_on=starts, ends_on=ends, grace_until=date(year, 1, 31))
    return YearFacts(starts_on=starts, ends_on=ends, terms=terms, **money)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((LAST - first).days + 1))


births = st.dates(date(2024, 6, 1), date(2025, 12, 31))
delays = st.none() | st.integers(0, 300)


def _landmarks(born: date, declared: date | None) -> Iterator[date]:
    """The days from birth on which something may begin or end, and their neighbours."""
    turns = [born, born + timedelta(days=FIRST_DAYS), date(2025, 1, 1), declared or born]
    around = {turn + timedelta(days=n) for turn in turns for n in (-1, 0, 1)}
    return (day for day in sorted(around | {date(2025, 12, 31)}) if born <= day <= LAST)


@settings(max_examples=100, deadline=None)
@given(_two_years(), births, delays)
def test_first_days_of_a_covered_birth_then_the_households_from_the_declaration(
    years: tuple[YearFacts, YearFacts], born: date, delay: int | None
) -> None:
    declared = None if delay is None else born + timedelta(days=delay)
    house = open_periods(RightsFacts(person=ADULT, household=ALWAYS, years=years))
    child = RightsFacts(person=_person(born, born, declared), household=ALWAYS, years=years)
    periods = open_periods(child)

    def expected(day: date) -> bool:
        is_born_covered = any(born in period for period in house)
        is_first = is_born_covered and (day - born).days < FIRST_DAYS
        is_declared = declared is not None and declared <= day
        return is_first or (is_declared and any(day in period for period in house))

    for day in _days(born):
        assert any(day in period for period in periods) is expected(day), day
    for day in _landmarks(born, declared):
        coverage = coverage_on(child, day)
        assert coverage.is_open is expected(day), (day, coverage.sentence)


@settings(max_examples=60, deadline=None)
@given(_two_years(), births)
def test_the_mothers_card_says_what_the_childs_own_record_would(
    years: tuple[YearFacts, YearFacts], born: date
) -> None:
    mother = RightsFacts(person=ADULT, household=ALWAYS, years=years)
    child = RightsFacts(person=_person(born, born, None), household=ALWAYS, years=years)
    for day in _landmarks(born, None):
        asked = newborn_coverage(born_on=born, on=day, mother=mother, mother_then=mother)
        assert asked == coverage_on(child, day)
