"""The days on which a person's rights are open in a mutualist year.

The household's days first: in order with its money, after the waiting, inside the year, not
closed or struck off. Then the person's: born, joined, declared, alive, not gone. Rights that
were open once reopen after the terms' own waiting, none unless they say so; a waiting that an
unpaid stretch interrupted begins again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from conamus.kernel.periods import Period
from membership.rules.coverage.facts import (
    EnrolmentFacts,
    HouseholdFacts,
    PersonFacts,
    Terms,
)
from membership.rules.coverage.standing import Money, stretches, with_supplement
from membership.rules.promises import PaymentFact, PromiseFacts

_DAY = timedelta(days=1)


def periods_of(
    *,
    terms: Terms,
    household: HouseholdFacts,
    enrolment: EnrolmentFacts | None,
    payments: Sequence[PaymentFact],
    promise: PromiseFacts | None,
    person: PersonFacts,
    mother_covered: bool | None = None,
) -> tuple[Period, ...]:
    """Return the periods of the year in which the person is covered, in time, not touching.

    ``mother_covered``: see ``coverage_of``.

    >>> terms = Terms(
    ...     year=2025,
    ...     starts_on=date(2025, 1, 1),
    ...     ends_on=date(2026, 1, 1),
    ...     grace_until=date(2025, 1, 31),
    ... )
    >>> [period] = periods_of(
    ...     terms=terms,
    ...     household=HouseholdFacts(closed_on=None, struck_off_on=None, reinstated_on=None),
    ...     enrolment=EnrolmentFacts(
    ...         enrolled_on=date(2025, 2, 1), is_renewal=False, due_francs=31_000
    ...     ),
    ...     payments=[PaymentFact(received_on=date(2025, 2, 10), amount_francs=31_000)],
    ...     promise=None,
    ...     person=PersonFacts(
    ...         birth_date=date(1980, 5, 1),
    ...         joined_on=date(2025, 2, 1),
    ...         declared_on=None,
    ...         is_head=True,
    ...         left_on=None,
    ...         died_on=None,
    ...     ),
    ... )
    >>> period.start, period.end
    (datetime.date(2025, 3, 12), datetime.date(2026, 1, 1))
    """
    year = Period(terms.starts_on, terms.ends_on)
    spans: list[Period] = []
    if enrolment is not None:
        money = Money(
            enrolment=enrolment,
            payments=payments,
            promise=promise,
            tolerance_days=terms.promise_tolerance_days,
        )
        spans = household_periods(terms, household, money)
        if enrolment.continues_cover:
            spans = _joined([*_continued(terms, household, money, person), *spans])
    own = _own_periods(terms, enrolment, spans, person, mother_covered)
    if enrolment is not None and enrolment.supplement_francs:
        own = _common(own, _paid_for(terms, enrolment, payments, promise, person))
    here = _between(_first_bound(person, enrolment), _last_bound(person))
    return tuple(_joined(_common(_common(own, [year]), here)))


def waiting_days(terms: Terms, enrolment: EnrolmentFacts, settled: date) -> int:
    """Return the days to wait for rights when a household is in order from ``settled``.

    None on a renewal settled by the last day of grace, else the terms' days.
    """
    if not enrolment.is_renewal:
        return terms.waiting_days_new
    return 0 if settled <= terms.grace_until else terms.waiting_days_late


def opening_day(terms: Terms, since: date, wait: int) -> date:
    """Return the day on which rights open for who is in order from ``since`` and waits.

    Paid before the year, the waiting runs before it too, unless the terms count it from its
    first day.

    >>> year = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1)}
    >>> terms = Terms(year=2026, grace_until=date(2026, 1, 31), **year)
    >>> opening_day(terms, date(2025, 12, 15), 30)
    datetime.date(2026, 1, 14)
    """
    if terms.waiting_from_year_start:
        return max(since, terms.starts_on) + _DAY * wait
    return max(since + _DAY * wait, terms.starts_on)


def household_periods(terms: Terms, household: HouseholdFacts, money: Money) -> list[Period]:
    """Return the days on which the household's rights are open, whoever is in it."""
    open_days = _without_holes(_opened(terms, money), household)
    bound = _earliest(household.closed_on, money.enrolment.cancelled_on)
    return _common(open_days, _between(terms.starts_on, bound))


def _continued(
    terms: Terms, household: HouseholdFacts, money: Money, person: PersonFacts
) -> list[Period]:
    """The days that go on from a cover of the day before, whatever the household still waits for.

    Only from a household in order on the day of the entry: paid later, the cover was broken, and
    the person waits with the others of a household that is new.
    """
    if person.joined_on < terms.starts_on:
        return []
    in_order = [
        period
        for stretch in stretches(money)
        for period in _between(stretch.start, stretch.end or terms.ends_on)
        if person.joined_on in period
    ]
    days = _common(_without_holes(in_order, household), _between(person.joined_on, None))
    bound = _earliest(household.closed_on, money.enrolment.cancelled_on)
    return _common(days, _between(terms.starts_on, bound))


def is_late_comer(person: PersonFacts, enrolment: EnrolmentFacts, terms: Terms) -> bool:
    """Tell whether the person waits from their own entry: who was not covered the day before.

    A renewal spares the waiting to the people it renews: who entered since the household was
    registered waits from the entry, on the day of the renewal or a week before it too. A child
    that is born in the household does not; one that comes with its mother waits as she does.
    """
    if enrolment.continues_cover or person.is_born_here:
        return False
    entered_on = person.entered_on(terms)
    if entered_on > (enrolment.signed_on or enrolment.enrolled_on):
        return True
    since = enrolment.household_since
    return enrolment.is_renewal and since is not None and entered_on > since


def first_days(person: PersonFacts, terms: Terms) -> list[Period]:
    """The days from birth that a child born into a covered household has, declared or not."""
    return _between(person.birth_date, person.birth_date + _DAY * terms.newborn_days)


def supplement_wait(person: PersonFacts, enrolment: EnrolmentFacts, terms: Terms) -> int:
    """Return the days to wait once a person's own supplement is paid."""
    spared = person.is_born_here or enrolment.continues_cover
    return 0 if spared else terms.waiting_days_new


def _opened(terms: Terms, money: Money) -> list[Period]:
    """In order, after the waiting, inside the year; once open, reopened after its own waiting.

    What opened in the federation that the household came from has waited there.
    """
    periods: list[Period] = []
    for index, stretch in enumerate(stretches(money)):
        carried = money.enrolment.opens_on if index == 0 else None
        if carried is not None and stretch.start <= carried:
            start = carried
        elif periods or carried is not None:
            start = opening_day(terms, stretch.start, terms.waiting_days_reopened)
        else:
            wait = waiting_days(terms, money.enrolment, stretch.start)
            start = opening_day(terms, stretch.start, wait)
            start = max(start, money.enrolment.waits_until or start)
        end = min(stretch.end or terms.ends_on, terms.ends_on)
        periods += _between(start, end)
    return periods


def _own_periods(
    terms: Terms,
    enrolment: EnrolmentFacts | None,
    spans: list[Period],
    person: PersonFacts,
    mother_covered: bool | None,
) -> list[Period]:
    """The household's days as they begin for this person, and a newborn's first days.

    A newborn has the household's days from its declaration on, and before it the first ones only:
    whenever the year was signed, since a signature after the birth declares nobody.
    """
    days: list[Period] = []
    if person.is_born_here and _is_born_covered(terms, enrolment, spans, person, mother_covered):
        days += first_days(person, terms)
    since = None if enrolment is None else _belongs_since(person, enrolment, terms)
    if since is not None:
        days += _common(spans, _between(since, None))
    return _joined(days)


def _belongs_since(person: PersonFacts, enrolment: EnrolmentFacts, terms: Terms) -> date | None:
    """The day from which the person is covered as the household is; None: not declared yet."""
    if enrolment.continues_cover:
        return person.joined_on
    if is_late_comer(person, enrolment, terms):
        return person.entered_on(terms) + _DAY * terms.waiting_days_new
    return person.told_on if person.is_born_here else date.min


def _paid_for(
    terms: Terms,
    enrolment: EnrolmentFacts,
    payments: Sequence[PaymentFact],
    promise: PromiseFacts | None,
    person: PersonFacts,
) -> list[Period]:
    """The days from which a person's own supplement is paid, after the waiting of who joins.

    A newborn has its first days whatever is paid, and does not wait afterwards.
    """
    entered_on = person.joined_on if enrolment.continues_cover else person.entered_on(terms)
    periods = first_days(person, terms) if person.is_born_here else []
    wait = supplement_wait(person, enrolment, terms)
    money = Money(
        enrolment=with_supplement(enrolment),
        payments=payments,
        promise=promise,
        tolerance_days=terms.promise_tolerance_days,
    )
    for stretch in stretches(money):
        since = max(stretch.start, entered_on)
        periods += _between(since + _DAY * wait, stretch.end)
        wait = 0 if person.is_born_here else terms.waiting_days_reopened
    return _joined(periods)


def _is_born_covered(
    terms: Terms,
    enrolment: EnrolmentFacts | None,
    spans: list[Period],
    person: PersonFacts,
    mother_covered: bool | None,
) -> bool:
    """Born on a covered day; where nobody knows of the year before, a renewal says so."""
    if mother_covered is not None or enrolment is None:
        return bool(mother_covered)
    if person.birth_date < terms.starts_on:
        return enrolment.is_renewal
    return any(person.birth_date in period for period in spans)


def _without_holes(periods: list[Period], household: HouseholdFacts) -> list[Period]:
    """Leave out all the days on which the household is struck off, or gone."""
    for hole in household.holes:
        before = _between(date.min, hole.out_on)
        after = [] if hole.back_on is None else _between(hole.back_on, None)
        periods = _joined([*_common(periods, before), *_common(periods, after)])
    return periods


def _first_bound(person: PersonFacts, enrolment: EnrolmentFacts | None) -> date:
    """The first day of the person here: the birth, or the day the household came to the federation.

    What it was in before, the waiting and the cover of who is born, count all the same.
    """
    arrived_on = None if enrolment is None else enrolment.arrived_on
    return max(person.birth_date, arrived_on or person.birth_date)


def _last_bound(person: PersonFacts) -> date | None:
    """The first day without the person: the day after the death, or the leaving."""
    after_death = None if person.died_on is None else person.died_on + _DAY
    return _earliest(person.left_on, after_death)


def _earliest(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _between(start: date, end: date | None) -> list[Period]:
    """The period between two days, or nothing where there is no day between them."""
    return [Period(start, end)] if end is None or start < end else []


def _common(some: Iterable[Period], others: Sequence[Period]) -> list[Period]:
    """The days that are in both."""
    return [
        period
        for one in some
        for other in others
        for period in _between(max(one.start, other.start), _earliest(one.end, other.end))
    ]


def _joined(periods: Iterable[Period]) -> list[Period]:
    """The same days in time, with touching or overlapping periods made one."""
    return list(_merge(sorted(periods, key=lambda period: period.start)))


def _merge(ordered: Iterable[Period]) -> Iterator[Period]:
    current: Period | None = None
    for period in ordered:
        if current is None:
            current = period
        elif current.end is None or period.start <= current.end:
            ends = (current.end, period.end)
            current = Period(current.start, None if None in ends else max(e for e in ends if e))
        else:
            yield current
            current = period
    if current is not None:
        yield current
