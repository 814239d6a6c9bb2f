"""Who comes when and where: a federation's visits of a year, before anything is billed.

About 1.06 cases per beneficiary-year (published of Tugarukiramagara), more in the rains, more
women and older people. Children under five are free in public facilities: what is billed for them
comes from the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from random import Random

from conamus.demo.care.bills import Bill
from conamus.demo.care.people import Person
from conamus.demo.care.places import AWAY_SHARE, Places
from conamus.demo.care.season import VISITS
from conamus.demo.network import FacilityPlan
from conamus.kernel.figures import round_half_up
from conamus.kernel.periods import next_month

#: Published (S24, Tugarukiramagara 2017–2023).
CASES_PER_BENEFICIARY_YEAR = Fraction(106, 100)
#: Under this age care is free in public facilities.
FREE_UNTIL = 5
_HALVES = (date(2024, 7, 1), date(2025, 1, 1))
_TRIES = 8


@dataclass(slots=True)
class Visit:
    """A visit: who, when, where, and who processes it; ``fraud`` names what was planted.

    ``bill`` None: an honest one is drawn when the visit's turn comes.
    """

    home: str
    person: Person
    day: date
    facility: FacilityPlan
    processing: str
    fraud: str = ""
    stub: str = ""
    claim_id: int = 0
    is_stay: bool | None = None
    bill: Bill | None = None
    entered_by_reader: bool = False
    #: The visit whose stub this one bears again; that one is the model of a fraud.
    twin: "Visit | None" = None
    is_model: bool = False


def draw_visits(
    rng: Random, code: str, people: Sequence[Person], places: Places
) -> Iterator[Visit]:
    """Yield a federation's visits of the two halves of the year."""
    for half, first in enumerate(_HALVES):
        present = [(one, one.days_in(half)) for one in people]
        insured = [(person, days) for person, days in present if days is not None]
        if not insured:
            continue
        middle = next_month(first, 3)
        weights = accumulate(_frequency(person, middle) for person, _ in insured)
        enrolled = sum(person.enrolled[half] for person in people)
        count = round_half_up(enrolled * CASES_PER_BENEFICIARY_YEAR / 2)
        chosen = rng.choices(insured, cum_weights=list(weights), k=int(count))
        for person, days in chosen:
            yield _visit(rng, code, person, _day(rng, *days), places)


def _frequency(person: Person, day: date) -> float:
    """How often someone comes, beside others of the federation (ours)."""
    age = person.age_on(day)
    if age < FREE_UNTIL:
        return 0.55
    if age < 15:
        return 0.8
    if age < 50:
        return 1.35 if person.sex == "F" else 0.85
    return 1.4


def _day(rng: Random, start: date, last: date) -> date:
    """Return a day in the period, as the season has it."""
    most = max(VISITS.values())
    for _ in range(_TRIES):
        day = start + timedelta(days=int(rng.random() * ((last - start).days + 1)))
        if rng.random() * most < VISITS[day.month]:
            return day
    return day


def _visit(rng: Random, code: str, person: Person, day: date, places: Places) -> Visit:
    pays_for_all = person.age_on(day) < FREE_UNTIL
    away = places.away(rng, pays_for_all=pays_for_all) if rng.random() < AWAY_SHARE else None
    if away:
        return Visit(code, person, day, *away)
    facility = places.near(rng, person.unit, pays_for_all=pays_for_all)
    return Visit(code, person, day, facility, code)
