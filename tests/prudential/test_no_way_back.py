"""What the regulator is served, subtracted by brute force: no group of one to four comes out.

Every count that the regulator's functions and CONAMUS's printed report give of a year is an
equation over the smallest groups: the heads and the dependants of the part that an old and a new
commune have in common; the men and the women of a unit, heads who came back, heads who are new and
dependants. Every group whose size can be computed from them (subtraction.py) must be empty or of
five and more.
"""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from federations.models import Federation, Place, Unit
from federations.selectors.statements import rows_of
from federations.tenancy.actor import system_actor
from membership.models import Enrolment, Household
from membership.rules.insured import InsuredCount, total_insured
from membership.selectors import network_insured
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.suppression import is_small
from prudential.selectors.annual_facts import annual_facts
from prudential.selectors.releases import released_insured
from prudential.services.releases import release_all_figures
from tests.prudential.releasing import people_by
from tests.prudential.subtraction import (
    DEPENDANT,
    Told,
    insured_told,
    small_groups,
)
from tests.world import World

TODAY = date(2025, 6, 30)
UNTIL, SINCE = Place.Division.UNTIL_2025, Place.Division.SINCE_2025
#: Old commune, new commune: some new ones join old ones, two old ones were split.
PARTS = (
    ("X-A1", "Y-A1"), ("X-A1", "Y-A2"), ("X-A2", "Y-A1"), ("X-A3", "Y-A2"), ("X-B1", "Y-A2"),
    ("X-B1", "Y-B1"), ("X-B2", "Y-B1"), ("X-B3", "Y-B2"), ("X-B4", "Y-B2"),
)  # fmt: skip
UNITS = {"UMUCO": ("W-U1", "W-U2"), "INEZA": ("W-I1", "W-I2", "W-I3"), "UMWE": ("W-M1",)}
SIZES = (0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 7)
FULL = (5, 8, 11)
#: A federation's only unit, with hardly a household: the federation itself is small.
LONE = UNITS["UMWE"]
#: Young sections, where nearly all men, or all, are heads: how often one has a man or a woman more.
YOUNG = {"W-U1": (0.02, 0.02), "W-I2": (0.03, 0.9)}
#: A year of each base division: the report of 2022 keeps the old one, that of 2026 the new.
YEARS = (2023, 2027)
#: The people of a part: old commune, new commune, whether they are heads.
Living = tuple[str, str, bool]


@dataclass(frozen=True)
class Land:
    """The collines, one per part, and the communes by code."""

    collines: dict[tuple[str, str], int]
    communes: dict[str, int]
    provinces: dict[str, int]


# --- the world of the trial ---------------------------------------------------------


def _place(kind: str, division: str, code: str, **more: object) -> Place:
    return Place.objects.create(kind=kind, division=division, code=code, name=code, **more)


def make_land() -> Land:
    provinces, communes = {}, {}
    for place, division in (("X", UNTIL), ("Y", SINCE)):
        for letter in "AB":
            provinces[f"{place}-{letter}"] = _place("province", division, f"{place}-{letter}")
    for code in sorted({code for pair in PARTS for code in pair}):
        division = UNTIL if code.startswith("X") else SINCE
        communes[code] = _place("commune", division, code, parent=provinces[code[:3]])
    collines = {}
    for number, (old, new) in enumerate(PARTS):
        zone = _place("zone", SINCE, f"{new}-Z{number}", parent=communes[new])
        collines[old, new] = _place(
            "colline", SINCE, f"{new}-C{number}", parent=zone, former_commune=communes[old]
        ).pk
    return Land(
        collines,
        {code: place.pk for code, place in communes.items()},
        {code: place.pk for code, place in provinces.items()},
    )


def make_units(world: World, as_actor: Callable) -> dict[str, Unit]:
    tenants = dict(world.tenants)
    with as_actor(world.system("CONAMUS")):
        tenants["UMWE"] = Federation.objects.create(
            code="UMWE", name="Umwe", short_name="Umwe", kind="federation", loaded_at=timezone.now()
        ).pk
    made = {}
    for tenant, codes in UNITS.items():
        with as_actor(system_actor(tenants[tenant], "essai")):
            for code in codes:
                made[code] = Unit.objects.create(
                    tenant_id=tenants[tenant], code=code, name=code, kind="section",
                    valid_from=date(2015, 1, 1),
                )  # fmt: skip
    return made


def homes(land: Land, unit: Unit, draw: Random, *, is_full: bool) -> list[int]:
    """Where a unit's households live: few in the first part of the split commune.

    In a full year that part is the only small one: only comparing the divisions gives it.
    """
    first, *others = land.collines.values()
    if unit.code in LONE:
        return [others[0]] * draw.randint(1, 4)
    sizes = FULL if is_full else SIZES
    few = [first] * (3 if unit.code == "W-U1" else 0)
    return few + [place for place in others for _ in range(draw.choice(sizes))]


def enrol(
    unit: Unit, land: Land, year: int, draw: Random, *, is_full: bool, is_young: bool
) -> None:
    """Enrol households of a unit here and there, in groups that are often small."""
    places = homes(land, unit, draw, is_full=is_full)
    more = YOUNG.get(unit.code) if is_young else None
    households = Household.objects.bulk_create(
        Household(
            tenant_id=unit.tenant_id, unit=unit, colline_id=place, registered_on=date(2020, 1, 1),
            number=f"{unit.code}-{year}-{number}",
        )
        for number, place in enumerate(places)
    )  # fmt: skip
    Enrolment.objects.bulk_create(
        Enrolment(
            tenant_id=unit.tenant_id, household=one, unit=unit, year_id=year,
            colline_id=one.colline_id, enrolled_on=date(year - 1, 11, 1),
            is_renewal=draw.random() < 0.7, is_same_unit=draw.random() < 0.9,
            **family(draw, few_women=is_full and not is_young, dependants=more),
        )
        for one in households
    )  # fmt: skip


def family(
    draw: Random, *, few_women: bool, dependants: tuple[float, float] | None
) -> dict[str, Any]:
    """Draw the head of a household and the dependants: none to three, or one more or less often."""
    head = "F" if draw.random() < (0.05 if few_women else 0.2) else "M"
    men, women = (
        [int(draw.random() < chance) for chance in dependants]
        if dependants
        else [draw.randint(0, 3) for _ in "MF"]
    )
    return {"head_sex": head, "males": men + (head == "M"), "females": women + (head == "F")}


# --- the trials -----------------------------------------------------------------------


def test_the_trial_itself_finds_a_group_by_subtraction() -> None:
    truth = {"a": 3, "b": 20, "c": 9}
    assert small_groups([(["a", "b"], 23), (["b"], 20)], truth) == [["a"]]
    assert small_groups([(["a", "b"], 23), (["b"], None), (["c"], 9)], truth) == []


@pytest.fixture(params=[(year, seed) for year in YEARS for seed in range(4)], ids=str)
def trial(
    request: pytest.FixtureRequest, world: World, as_actor: Callable
) -> tuple[World, Land, dict[str, Unit], int]:
    """A year with many small groups, drawn from a seed."""
    year, seed = request.param
    draw = Random(seed)  # noqa: S311 - reproducible, not secret
    with as_actor(world.actor("clara")):
        land = make_land()
    units = make_units(world, as_actor)
    for unit in units.values():
        with as_actor(system_actor(unit.tenant_id, "essai")):
            for of_year in (year - 1, year):
                enrol(unit, land, of_year, draw, is_full=seed % 2 == 0, is_young=seed > 1)
    release_all_figures(on=TODAY)
    return world, land, units, year


def report_of(world: World, as_actor: Callable, year: int) -> ReportFacts:
    with as_actor(world.actor("clara")):
        root = Unit.objects.select_related("tenant").get(code="CONAMUS")
        return annual_facts(root, year - 1, produced_on=TODAY, settled_on=TODAY)


def counts_of(world: World, as_actor: Callable, username: str, year: int) -> list[InsuredCount]:
    read = released_insured if username == "regine" else network_insured
    with as_actor(world.actor(username)):
        return read(year, year)


def communes_told(land: Land, truth: Collection[Living], year: int) -> list[Told]:
    """What the regulator is told of every commune that has households, in either division."""
    names = {pk: code for code, pk in land.communes.items()}
    told: list[Told] = []
    for place, division in enumerate((UNTIL, SINCE)):
        for row in rows_of("SELECT * FROM released_insured_by_commune(%s, %s)", year, division):
            inside = [atom for atom in truth if atom[place] == names[row["commune_id"]]]
            told += whole_told(inside, row["households"], row["people"])
    return told


def provinces_told(facts: ReportFacts, truth: Collection[Living]) -> list[Told]:
    told: list[Told] = []
    for province in facts.provinces:
        inside = [atom for atom in truth if province.name in (atom[0][:3], atom[1][:3])]
        told += whole_told(inside, province.households, province.people)
    return told


def whole_told(
    inside: Collection[Living], households: int | None, people: int | None
) -> list[Told]:
    return [([atom for atom in inside if atom[2]], households), (inside, people)]


def living(land: Land, year: int) -> dict[Hashable, int]:
    """Count the heads and the dependants of each part."""
    part_of = {colline: part for part, colline in land.collines.items()}
    counts = {(*part, is_head): 0 for part in land.collines for is_head in (True, False)}
    for one in Enrolment.objects.filter(year_id=year):
        counts[*part_of[one.colline_id], True] += 1
        counts[*part_of[one.colline_id], False] += one.people - 1
    return counts


def test_the_two_divisions_compared(
    trial: tuple, as_actor: Callable, behind_the_wall: Callable
) -> None:
    world, land, _, year = trial
    with behind_the_wall():
        truth = living(land, year)
    told = whole_told(truth, sum(truth[a] for a in truth if a[2]), sum(truth.values()))
    with as_actor(world.actor("regine")):
        told += communes_told(land, truth, year)
    told += provinces_told(report_of(world, as_actor, year), truth)
    assert any(is_small(count) for count in truth.values())
    assert small_groups(told, truth) == []


def test_heads_and_dependants_by_unit_and_federation(
    trial: tuple, as_actor: Callable, behind_the_wall: Callable
) -> None:
    world, _, made, year = trial
    true = counts_of(world, as_actor, "clara", year)
    with behind_the_wall():
        truth = people_by([unit.pk for unit in made.values()], year)
    whole = total_insured(true)
    told = insured_told(truth, whole, whole.renewals)
    for one in counts_of(world, as_actor, "regine", year):
        told += insured_told([a for a in truth if a[0] == one.unit_id], one, one.renewals)
    facts = report_of(world, as_actor, year)
    for group in facts.membership.groups:
        own = {unit.pk for unit in made.values() if unit.tenant_id == group.key}
        told += insured_told([a for a in truth if a[0] in own], group.now, group.renewed)
        if group.renewed is not None and group.before.households is not None:
            assert not is_small(group.before.households - group.renewed)
    for unit in facts.units:
        if unit.code in made:
            inside = [atom for atom in truth if atom[0] == made[unit.code].pk]
            told += [
                ([atom for atom in inside if atom[2] != DEPENDANT], unit.households),
                (inside, unit.people),
            ]
    assert any(is_small(count) for count in truth.values())
    assert small_groups(told, truth) == []


def test_the_report_hides_the_federations_that_the_regulator_s_pages_hide(
    trial: tuple, as_actor: Callable
) -> None:
    """One rule in two languages: where a federation is hidden, so are all its units."""
    world, _, made, year = trial
    shown = counts_of(world, as_actor, "regine", year)
    facts = report_of(world, as_actor, year)
    for group in facts.membership.groups:
        units = [one for one in shown if one.tenant_id == group.key]
        if not units:
            continue
        if group.now.households is None:
            assert {one.households for one in units} == {None}
        for hidden in ("people", "male_heads", "males"):
            if getattr(group.now, hidden) is None:
                assert {getattr(one, hidden) for one in units} == {None}
        if group.renewed is None:
            assert {one.renewals for one in units} == {None}
        whole = total_insured(units)
        assert whole.households in (None, group.now.households)
    by_code = {unit.code: (unit.households, unit.people) for unit in facts.units}
    codes = {unit.pk: unit.code for unit in made.values()}
    for one in shown:
        assert (one.households, one.people) == by_code[codes[one.unit_id]]


@pytest.mark.parametrize(
    ("few", "dependants", "is_shown"), [(3, 9, False), (6, 6, True), (6, 2, False)]
)
def test_places_less_the_units_in_them(
    world: World,
    as_actor: Callable,
    behind_the_wall: Callable,
    few: int,
    dependants: int,
    is_shown: bool,
) -> None:
    """Each section lives in a commune of its own: the two cuts meet, and so do their holes."""
    year = 2027
    with as_actor(world.actor("clara")):
        land = make_land()
    units = make_units(world, as_actor)
    homes_of = {("X-A1", "Y-A1"): ("W-U1", few, dependants), ("X-A3", "Y-A2"): ("W-U2", 30, 30),
                ("X-B3", "Y-B2"): ("W-I1", 25, 50), ("X-B2", "Y-B1"): ("W-I2", 40, 80)}  # fmt: skip
    for part, (code, *sizes) in homes_of.items():
        with as_actor(system_actor(units[code].tenant_id, "essai")):
            _live_in(units[code], land.collines[part], *sizes, year)
    with behind_the_wall():
        truth = {atom: count for atom, count in living(land, year).items() if count}
    told = whole_told(truth, sum(truth[a] for a in truth if a[2]), sum(truth.values()))
    release_all_figures(on=TODAY)
    facts = report_of(world, as_actor, year)
    with as_actor(world.actor("regine")):
        places = communes_told(land, truth, year)
        shown = {one.unit_id: one for one in released_insured(year, year)}
    places += [one for one in provinces_told(facts, truth) if one[0]]
    printed = {unit.code: unit for unit in facts.units}
    for part, (code, *_) in homes_of.items():
        for unit in (shown[units[code].pk], printed[code]):
            inside = [atom for atom in truth if atom[:2] == part]
            told += whole_told(inside, unit.households, unit.people)
    assert small_groups([*told, *places], truth) == []
    assert {count is not None for _, count in places} == {is_shown}


def _live_in(unit: Unit, colline_id: int, count: int, dependants: int, year: int) -> None:
    households = Household.objects.bulk_create(
        Household(
            tenant_id=unit.tenant_id, unit=unit, colline_id=colline_id,
            registered_on=date(2020, 1, 1), number=f"{unit.code}-P{number}",
        )
        for number in range(count)
    )  # fmt: skip
    Enrolment.objects.bulk_create(
        Enrolment(
            tenant_id=unit.tenant_id, household=one, unit=unit, year_id=year,
            colline_id=colline_id, enrolled_on=date(year - 1, 11, 1), is_renewal=False,
            head_sex="M", males=1, females=len(range(number, dependants, count)),
        )
        for number, one in enumerate(households)
    )  # fmt: skip
