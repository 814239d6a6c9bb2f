"""Plants each kind of fraud among a federation's visits: some changed, some added."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random

from claims.rules.signals.facilities import ROUND_FRANCS
from conamus.demo.care.bills import Bill, acts, line, make_bill, overpriced
from conamus.demo.care.frauds.register import Death, LateWriting
from conamus.demo.care.people import Person
from conamus.demo.care.places import HOSPITAL, PUBLIC, Places
from conamus.demo.care.season import MONTHS, TODAY, month_of
from conamus.demo.care.visits import FREE_UNTIL, Visit
from conamus.demo.network import FacilityPlan
from conamus.kernel.periods import last_day

#: Kinds and how many of each are planted for every 100,000 visits, at least one.
KINDS: dict[str, int] = {
    "price_above_tariff": 60, "duplicate": 60, "stub_outside": 40, "outside_rights": 40,
    "in_waiting": 40, "wrong_sex": 40, "wrong_age": 30, "free_care": 50, "overlapping_stays": 30,
    "too_many_cases": 8, "equal_amounts": 6, "round_amounts": 6, "month_end": 6,
    "facility_outlier": 6, "lent_card": 30, "same_person": 40, "stub_twice": 30,
    "after_death": 30, "backdated": 40, "many_stays": 4,
}  # fmt: skip
_FEWEST = 1
_PER = 100_000
_RUN = 18
_MANY_CASES = 9
#: An outlier is a facility of at most so many visits in a half year.
_SMALL = 120
#: Tablets whose number brings a bill to a round amount.
_CHEAP = ("AMOX500", "PARA500", "IBU400", "MULTIV")
#: Enrolments written late though nothing is wrong with them, of every 100,000 visits.
_HONEST_LATE = 300


class Planter:
    """Plants frauds among a federation's visits: some changed, some added."""

    def __init__(
        self, rng: Random, visits: list[Visit], people: Sequence[Person], places: Places
    ) -> None:
        self._rng, self._visits, self._people, self._places = rng, visits, people, places
        self._own = [one for one in visits if one.home == one.processing]
        self._of_month: defaultdict[tuple[str, date], list[Visit]] = defaultdict(list)
        for one in self._own:
            self._of_month[one.facility.code, month_of(one.day)].append(one)
        self._of_household: defaultdict[int, list[Visit]] = defaultdict(list)
        for one in visits:
            self._of_household[one.person.household].append(one)
        #: What is to be written in the register of members (`write_in_register`).
        self.deaths: list[Death] = []
        self.late: list[LateWriting] = []

    def plant(self) -> None:
        """Plant every kind."""
        for kind, frequency in KINDS.items():
            count = max(_FEWEST, round(frequency * len(self._own) / _PER))
            plant = _PLANTS[kind]
            for _ in range(count):
                self._visits.extend(plant(self))
        self._write_honest_late()

    def _drawn(self, holds: Callable[[Visit], bool]) -> Visit | None:
        """Return an honest visit that holds a condition."""
        for _ in range(400):
            one = self._own[int(self._rng.random() * len(self._own))]
            if _is_honest(one) and holds(one):
                return one
        return None

    def _mark(self, one: Visit | None, kind: str, bill: Bill | None = None) -> None:
        if one is not None:
            one.fraud, one.bill = kind, bill

    def _bill(self, one: Visit, reason: str = "PALU") -> Bill:
        return make_bill(self._rng, reason, one.facility, one.day, is_stay=False)

    def price_above_tariff(self) -> Iterator[Visit]:
        one = self._drawn(lambda v: v.person.age_on(v.day) >= FREE_UNTIL)
        if one is not None:
            bill = self._bill(one, "TYPH")
            percent = self._rng.randint(130, 170)
            lines = tuple(overpriced(each, percent) for each in bill.lines)
            self._mark(one, "price_above_tariff", replace(bill, lines=lines))
        yield from ()

    def duplicate(self) -> Iterator[Visit]:
        one = self._drawn(lambda v: v.person.age_on(v.day) >= FREE_UNTIL)
        if one is not None:
            one.bill = self._bill(one, "IRA")
            yield replace(one, fraud="duplicate")

    def stub_outside(self) -> Iterator[Visit]:
        one = self._drawn(lambda v: True)
        self._mark(one, "stub_outside")
        yield from ()

    def outside_rights(self) -> Iterator[Visit]:
        """Someone whose household was not enrolled again, treated in 2025."""
        gone = self._someone(lambda p: p.opens[0] is not None and p.opens[1] is None)
        if gone is not None:
            day = date(2025, 1, 15) + timedelta(days=int(self._rng.random() * 130))
            yield self._added(gone, day, "outside_rights")

    def in_waiting(self) -> Iterator[Visit]:
        """Someone new, treated before the end of the waiting period."""
        new = self._someone(
            lambda p: p.opens[0] is None and p.opens[1] is not None and p.opens[1].month > 1
        )
        if new is not None and new.opens[1] is not None:
            yield self._added(new, new.opens[1] - timedelta(days=8), "in_waiting")

    def wrong_sex(self) -> Iterator[Visit]:
        one = self._drawn(lambda v: v.person.sex == "M" and v.person.age_on(v.day) > 15)
        if one is not None:
            lines = [line(acts()[code], 1, one.facility, one.day) for code in ("CPN", "HB")]
            self._mark(one, "wrong_sex", Bill("GROSS", 0, tuple(lines)))
        yield from ()

    def wrong_age(self) -> Iterator[Visit]:
        one = self._drawn(lambda v: v.person.sex == "F" and 5 <= v.person.age_on(v.day) < 9)
        if one is not None:
            lines = [line(acts()[code], 1, one.facility, one.day) for code in ("CONPF", "TGR")]
            self._mark(one, "wrong_age", Bill("GROSS", 0, tuple(lines)))
        yield from ()

    def free_care(self) -> Iterator[Visit]:
        """A child under five billed by a public facility."""
        one = self._drawn(
            lambda v: v.facility.ownership == PUBLIC and v.facility.facility_type != HOSPITAL
        )
        child = self._someone(lambda p: p.opens[1] is not None and p.birth_date.year >= 2021)
        if one is not None and child is not None:
            day = max(one.day, date(2025, 2, 10))
            yield replace(one, person=child, day=day, fraud="free_care", is_stay=False)

    def overlapping_stays(self) -> Iterator[Visit]:
        one = self._drawn(lambda v: v.person.age_on(v.day) >= FREE_UNTIL and v.day.day < 20)
        if one is None:
            return
        hospitals = [
            self._places.hospital(self._rng, one.person.unit, pays_for_all=False) for _ in range(8)
        ]
        other = next((h for h in hospitals if h.code != hospitals[0].code), None)
        if other is not None:
            one.facility = hospitals[0]
            self._mark(one, "overlapping_stays", self._stay(one))
            second = replace(one, facility=other, day=one.day + timedelta(days=1))
            second.bill = self._stay(second)
            yield second

    def _stay(self, one: Visit) -> Bill:
        lines = [
            line(acts()["CONG"], 1, one.facility, one.day),
            line(acts()["JHC"], 4, one.facility, one.day),
            line(acts()["CEFTRI"], 6, one.facility, one.day),
        ]
        return Bill("PALUG", 4, tuple(lines))

    def too_many_cases(self) -> Iterator[Visit]:
        one = self._drawn(lambda v: v.person.age_on(v.day) >= FREE_UNTIL)
        if one is None:
            return
        month = month_of(one.day)
        self._mark(one, "too_many_cases")
        for rank in range(1, _MANY_CASES):
            yield replace(one, day=month + timedelta(days=3 * rank), bill=None)

    def equal_amounts(self) -> Iterator[Visit]:
        """A book filled with one bill, among honest care."""
        for one in self._some_of_a_month():
            bill = _two_lines(one, ("CONI", 1), ("AMOX500", 20))
            yield self._false(one, "equal_amounts", bill)

    def round_amounts(self) -> Iterator[Visit]:
        """Bills brought to whole thousands by the number of tablets."""
        for rank, one in enumerate(self._some_of_a_month()):
            yield self._false(one, "round_amounts", _round_bill(one, rank))

    def _false(self, model: Visit, kind: str, bill: Bill | None) -> Visit:
        """Care like another's that somebody else was never given."""
        return replace(model, fraud=kind, bill=bill, person=self._anyone(model))

    def month_end(self) -> Iterator[Visit]:
        """Care that nobody was given, written up on the last days of a month."""
        for rank, one in enumerate(self._some_of_a_month()):
            day = last_day(one.day) - timedelta(days=rank % 2)
            yield replace(self._false(one, "month_end", None), day=min(day, TODAY))

    def _some_of_a_month(self) -> list[Visit]:
        """The models of a run: one facility's honest visits of a month."""
        one = self._drawn(lambda v: v.day.month in (2, 3, 4, 5, 6, 11, 12))
        if one is None:
            return []
        held = self._of_month[one.facility.code, month_of(one.day)]
        honest = [v for v in held if _is_honest(v)] or [one]
        return [honest[rank % len(honest)] for rank in range(_RUN)]

    def _anyone(self, one: Visit) -> Person:
        """Another adult of the same unit who was insured on the day."""
        half = 0 if one.day.year == MONTHS[0].year else 1
        for _ in range(200):
            person = self._people[int(self._rng.random() * len(self._people))]
            days = person.days_in(half)
            if days and days[0] <= one.day and person.age_on(one.day) >= 16:
                return person
        return one.person

    def facility_outlier(self) -> Iterator[Visit]:
        """A facility whose medicines come three times as many, months on end."""
        one = self._drawn(
            lambda v: (
                v.facility.facility_type != HOSPITAL
                and len(self._of_half_year(v.facility)) <= _SMALL
            )
        )
        for each in self._of_half_year(one.facility) if one is not None else ():
            if _is_honest(each):
                self._mark(each, "facility_outlier", self._inflated(each))
        yield from ()

    def _of_half_year(self, facility: FacilityPlan) -> list[Visit]:
        return [
            one for month in MONTHS[6:] for one in self._of_month.get((facility.code, month), [])
        ]

    def _inflated(self, one: Visit) -> Bill:
        bill = self._bill(one, "DYS")
        more = [replace(each, quantity=each.quantity * 3) for each in bill.lines[1:]]
        extra = line(acts()["CEFTRI"], 4, one.facility, one.day)
        return replace(bill, lines=(*bill.lines[:1], *more, extra))

    def lent_card(self) -> Iterator[Visit]:
        """One card at two distant facilities on one day."""
        one = self._drawn(lambda v: v.person.age_on(v.day) >= 16)
        if one is not None:
            far = self._far_from(one.facility)
            self._mark(one, "lent_card")
            if far is not None:
                yield replace(one, facility=far, bill=None)

    def _far_from(self, facility: FacilityPlan) -> FacilityPlan | None:
        """A facility of the federation in another district."""
        for _ in range(100):
            one = self._own[int(self._rng.random() * len(self._own))].facility
            if one.commune != facility.commune and one.district != facility.district:
                return one
        return None

    def same_person(self) -> Iterator[Visit]:
        """Someone who accepts what they entered themselves."""
        one = self._drawn(lambda v: v.day < MONTHS[9] and v.person.age_on(v.day) >= FREE_UNTIL)
        if one is not None:
            bill = self._bill(one, "TYPH")
            dear = line(acts()["CEFTRI"], 12, one.facility, one.day)
            self._mark(one, "same_person", replace(bill, lines=(*bill.lines, dear)))
            one.entered_by_reader = True
        yield from ()

    def stub_twice(self) -> Iterator[Visit]:
        """The number of an attestation of the month, on another's attestation some days later."""
        one = self._drawn(lambda v: v.day.day <= 20)
        if one is not None:
            one.is_model = True
            day = one.day + timedelta(days=self._rng.randint(1, 8))
            second = replace(one, person=self._anyone(one), day=day, fraud="stub_twice")
            second.is_model, second.twin = False, one
            yield second

    def after_death(self) -> Iterator[Visit]:
        """Someone who died in 2024, whose card was used some days or weeks after."""
        gone = self._someone(
            lambda p: (
                p.enrolled == (True, False)
                and not p.is_head
                and p.days_in(0) == (MONTHS[0], date(2024, 12, 31))
                and p.pk not in {death.person for death in self.deaths}
            )
        )
        if gone is None:
            return
        died_on = date(2024, 8, 1) + timedelta(days=int(self._rng.random() * 100))
        self.deaths.append(Death(gone.pk, died_on))
        for one in self._of_household[gone.household]:
            if one.person.pk == gone.pk and one.day > died_on and not one.fraud:
                one.fraud = "after_death"
        day = died_on + timedelta(days=self._rng.randint(3, 40))
        yield self._added(gone, day, "after_death")

    def backdated(self) -> Iterator[Visit]:
        """A household enrolled for the year once somebody was ill, under an earlier day."""
        one = self._drawn(lambda v: v.day.year == 2025 and v.day < MONTHS[-1])
        if one is not None:
            written_on = one.day + timedelta(days=self._rng.randint(1, 10))
            self.late.append(LateWriting(one.person.household, written_on))
            for each in self._of_household[one.person.household]:
                if each.day.year == 2025 and each.day < written_on and not each.fraud:
                    each.fraud = "backdated"
        yield from ()

    def _write_honest_late(self) -> None:
        """Late writing with nothing behind it: papers that travelled for some weeks."""
        known = {one.household for one in self.late}
        for _ in range(round(_HONEST_LATE * len(self._own) / _PER)):
            person = self._someone(lambda p: p.enrolled[1] and p.household not in known)
            opens = person.opens[1] if person is not None else None
            if person is not None and opens is not None:
                known.add(person.household)
                written_on = opens - timedelta(days=self._rng.randint(-10, 20))
                self.late.append(LateWriting(person.household, written_on))

    def many_stays(self) -> Iterator[Visit]:
        """A hospital that keeps for days nearly all who come, months on end."""
        one = self._drawn(
            lambda v: (
                v.facility.facility_type == HOSPITAL
                and 12 <= len(self._of_half_year(v.facility)) <= _SMALL
            )
        )
        for each in self._of_half_year(one.facility) if one is not None else ():
            if _is_honest(each) and self._rng.random() < 0.8:
                self._mark(each, "many_stays")
                each.is_stay = True
        yield from ()

    def _someone(self, holds: Callable[[Person], bool]) -> Person | None:
        for _ in range(3_000):
            person = self._people[int(self._rng.random() * len(self._people))]
            if holds(person):
                return person
        return None

    def _added(self, person: Person, day: date, kind: str) -> Visit:
        facility = self._places.near(self._rng, person.unit, pays_for_all=True)
        return Visit(self._own[0].home, person, day, facility, self._own[0].processing, kind)


def _is_honest(one: Visit) -> bool:
    """Tell whether nothing was made of a visit yet: neither a fraud nor the model of one."""
    return not one.fraud and one.bill is None and not one.is_model


def _two_lines(one: Visit, *what: tuple[str, int]) -> Bill:
    lines = tuple(line(acts()[code], quantity, one.facility, one.day) for code, quantity in what)
    return Bill("IRA", 0, lines)


def _round_bill(one: Visit, rank: int) -> Bill:
    """The bill of one or two consultations with the first number of tablets that makes it round."""
    for tablets, visits, code in product(range(12 + 7 * (rank % 4), 500), (1, 2), _CHEAP):
        bill = _two_lines(one, ("CONG", visits), (code, tablets))
        if sum(each.asked_francs for each in bill.lines) % ROUND_FRANCS == 0:
            return bill
    raise RuntimeError("no number of tablets makes a round amount")


_PLANTS: dict[str, Callable[[Planter], Iterator[Visit]]] = {
    kind: getattr(Planter, kind) for kind in KINDS
}
