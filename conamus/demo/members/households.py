"""The households, people and enrolments of one federation, as rows ready to load.

Three groups make up the two years: households that renew from 2024 to 2025, new ones of 2025,
and those of 2024 that did not come back. Rows are plain tuples: there are half a million. They
refer to units by their position and to collines by code; ``Membership`` names the columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from conamus.demo.members import calendar
from conamus.demo.members.composition import Composition, compose, draw_sizes, shuffled_sexes
from conamus.demo.members.homonyms import with_homonyms
from conamus.demo.members.people import PersonRow, Stay, people_of
from conamus.demo.members.targets import Targets, nearest
from conamus.demo.provenance import stream

#: Renewals that follow the household to another unit of its federation.
MOVED_SHARE = 0.006
#: Households of 2024 that were already members before that year's campaign.
FAITHFUL_SHARE = 0.70
#: How unequal the units of a federation are (sigma of a log-normal weight).
INEQUALITY = 0.45
#: Each unit hands out its numbers from a range of its own; a number never tells a place.
NUMBERS_PER_UNIT = 10_000

HouseholdRow = tuple[int, int, str, str, str]
EnrolmentRow = tuple[int, int, int, str, str, bool, bool, str, int, int]


@dataclass(frozen=True, slots=True)
class InsuringUnit:
    """What a household needs to know of its mutuelle or section."""

    opened_year: int
    collines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """A federation's rows, in the order of units and numbers."""

    #: position, unit position, number, colline code, registered_on
    households: list[HouseholdRow]
    #: see PersonRow
    people: list[PersonRow]
    #: household position, unit position, year, colline code, enrolled_on, is_renewal,
    #: is_same_unit, head_sex, males, females
    enrolments: list[EnrolmentRow]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A household before it has a number: its people, and the years it was enrolled."""

    composition: Composition
    in_2024: bool
    in_2025: bool
    has_newcomer: bool = False


def generate_membership(
    code: str, prefix: str, units: Sequence[InsuringUnit], targets: Targets
) -> Membership:
    """Return the federation's households, people and enrolments of 2024 and 2025."""
    rng = stream(f"members {code}")
    old, new = _draft_households(rng, targets)
    weights = [rng.lognormvariate(0, INEQUALITY) for _ in units]
    assigned: list[list[_Draft]] = [[] for _ in units]
    for drafts in (old, new):
        homes = rng.choices(range(len(units)), weights, k=len(drafts))
        for unit, draft in zip(homes, drafts, strict=True):
            assigned[unit].append(draft)
    writer = _Writer(rng, prefix, units)
    for unit, drafts in enumerate(assigned):
        for rank, draft in enumerate(drafts, start=1):
            writer.add(unit, rank, draft)
    made = writer.membership
    collines = [colline for _, _, _, colline, _ in made.households]
    people = with_homonyms(stream(f"homonyms {code}"), made.people, collines)
    return replace(made, people=people)


def _draft_households(rng: Random, targets: Targets) -> tuple[list[_Draft], list[_Draft]]:
    """Households known in 2024 (shuffled), then those new in 2025; totals come out exact."""
    renewing, new = _compose_2025(rng, targets)
    drafts = _with_newcomers(rng, renewing, targets.newcomers)
    drafts += [_Draft(c, True, False) for c in _compose_lapsed(rng, drafts, targets)]
    rng.shuffle(drafts)
    return drafts, [_Draft(c, False, True) for c in new]


def _compose_2025(rng: Random, targets: Targets) -> tuple[list[Composition], list[Composition]]:
    insured = targets.insured
    renewing_people = targets.renewing_people + targets.newcomers
    sizes = draw_sizes(rng, targets.renewals, renewing_people)
    sizes += draw_sizes(rng, targets.new_households, insured.people - renewing_people)
    heads = shuffled_sexes(rng, insured.male_heads, insured.female_heads)
    composed = compose(rng, sizes, heads, insured.males, insured.females)
    return composed[: targets.renewals], composed[targets.renewals :]


def _with_newcomers(rng: Random, renewing: list[Composition], newcomers: int) -> list[_Draft]:
    """Mark households whose last member joined after the enrolment of 2024."""
    possible = [index for index, composition in enumerate(renewing) if composition.others]
    chosen = frozenset(rng.sample(possible, newcomers))
    return [_Draft(c, True, True, index in chosen) for index, c in enumerate(renewing)]


def _compose_lapsed(rng: Random, renewing: list[_Draft], targets: Targets) -> list[Composition]:
    """The households of 2024 that left: what the year's totals leave."""
    here = [_without_newcomer(draft) for draft in renewing]
    females = targets.females_2024 - sum(c.females for c in here)
    people = targets.people_2024 - sum(c.males + c.females for c in here)
    sizes = draw_sizes(rng, targets.lapsed_households, people)
    insured = targets.insured
    widows = nearest(Fraction(len(sizes) * insured.female_heads, insured.households))
    heads = shuffled_sexes(rng, len(sizes) - widows, widows)
    return compose(rng, sizes, heads, people - females, females)


def _without_newcomer(draft: _Draft) -> Composition:
    """The household as it was when it enrolled for 2024."""
    if not draft.has_newcomer:
        return draft.composition
    now = draft.composition
    return Composition(now.head, now.spouse, now.others[:-1])


class _Writer:
    """Turns drafts into rows, unit by unit."""

    def __init__(self, rng: Random, prefix: str, units: Sequence[InsuringUnit]) -> None:
        self.membership = Membership([], [], [])
        self._rng, self._prefix, self._units = rng, prefix, units

    def add(self, unit: int, rank: int, draft: _Draft) -> None:
        """Write one household: its number is the ``rank``-th of its unit's range."""
        position = len(self.membership.households)
        number = f"{self._prefix}-{(unit + 1) * NUMBERS_PER_UNIT + rank:07d}"
        colline = self._rng.choice(self._units[unit].collines)
        stay = self._stay(unit, draft)
        row = (position, unit, number, colline, calendar.iso(stay.registered))
        self.membership.households.append(row)
        self.membership.people.extend(
            people_of(self._rng, position, number, draft.composition, stay)
        )
        self._enrol(position, unit, colline, draft, stay)

    def _stay(self, unit: int, draft: _Draft) -> Stay:
        """When the household registered and when it signed for each year."""
        rng = self._rng
        enrolled_2024 = calendar.enrolment_day(rng, 2024) if draft.in_2024 else None
        enrolled_2025 = calendar.enrolment_day(rng, 2025) if draft.in_2025 else None
        first = enrolled_2024 or enrolled_2025
        if first is None:
            raise ValueError("a household was enrolled in one of the two years")
        opened = self._units[unit].opened_year
        if enrolled_2024 and opened < 2023 and rng.random() < FAITHFUL_SHARE:
            past = int((2023 - opened) * rng.random() ** 2)
            first = calendar.campaign_day(rng, 2023 - past)
        return Stay(first, enrolled_2024, enrolled_2025, draft.has_newcomer)

    def _enrol(self, position: int, unit: int, colline: str, draft: _Draft, stay: Stay) -> None:
        """Write what was declared for each year; a few came from another unit since 2024."""
        add, now = self.membership.enrolments.append, draft.composition
        before = self._unit_before(unit, draft)
        if stay.enrolled_2024:
            then = _without_newcomer(draft)
            place = colline if before == unit else self._rng.choice(self._units[before].collines)
            add((position, before, 2024, place, calendar.iso(stay.enrolled_2024),
                 stay.registered < stay.enrolled_2024, True,
                 then.head, then.males, then.females))  # fmt: skip
        if stay.enrolled_2025:
            add((position, unit, 2025, colline, calendar.iso(stay.enrolled_2025),
                 draft.in_2024, before == unit, now.head, now.males, now.females))  # fmt: skip

    def _unit_before(self, unit: int, draft: _Draft) -> int:
        """The unit of 2024: nearly always the same."""
        renews = draft.in_2024 and draft.in_2025
        if not renews or len(self._units) == 1 or self._rng.random() >= MOVED_SHARE:
            return unit
        return (unit + self._rng.randrange(1, len(self._units))) % len(self._units)
