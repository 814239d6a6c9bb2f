"""What the regulator is served, subtracted by brute force: no group of one to four comes out.

Every count that the regulator's functions and CONAMUS's printed report give of a year is an
equation over the smallest groups (the part that an old and a new commune have in common;
the men and the women of a unit). Of the space that the equations span, every vector of
zeros and ones is a group whose size can be computed by adding and subtracting: each is
tried, and must be empty or of five and more.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

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
from prudential.services_releases import release_all_figures
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
#: A year of each base division: the report of 2022 keeps the old one, that of 2026 the new.
YEARS = (2023, 2027)

Served = tuple[frozenset[Hashable], int]


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


def enrol(unit: Unit, land: Land, year: int, draw: Random, *, is_full: bool) -> None:
    """Enrol households of a unit here and there, in groups that are often small."""
    places = homes(land, unit, draw, is_full=is_full)
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
            head_sex="F" if draw.random() < (0.05 if is_full else 0.2) else "M",
            males=draw.randint(0, 3), females=draw.randint(1, 3),
        )
        for one in households
    )  # fmt: skip


# --- adding and subtracting ---------------------------------------------------------


def solved(served: Iterable[Served], atoms: Sequence[Hashable]) -> list[list[Fraction]]:
    """Return the reduced rows of the equations; an empty group has no members at all."""
    rows = []
    for group, count in served:
        rows.append([Fraction(atom in group) for atom in atoms])
        if count == 0:
            rows += [[Fraction(atom == one) for atom in atoms] for one in group]
    reduced: list[list[Fraction]] = []
    for column in range(len(atoms)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows = [_without(row, pivot, column) for row in rows]
        reduced = [*(_without(row, pivot, column) for row in reduced), pivot]
    return reduced


def _without(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    times = row[column]
    return (
        [value - times * other for value, other in zip(row, pivot, strict=True)] if times else row
    )


def groups_told(rows: list[list[Fraction]], width: int) -> Iterator[list[int]]:
    """Yield every group whose size can be computed: the places of its atoms."""
    sums = [[Fraction(0)] * width]
    for row in rows:
        sums += [[a + b for a, b in zip(one, row, strict=True)] for one in sums]
    for one in sums:
        if all(value in (0, 1) for value in one):
            yield [place for place, value in enumerate(one) if value]


def small_groups(served: Sequence[Served], truth: Mapping[Hashable, int]) -> list[list[Hashable]]:
    atoms = list(truth)
    told = groups_told(solved(served, atoms), len(atoms))
    found = ([atoms[place] for place in places] for places in told)
    return [group for group in found if is_small(sum(truth[atom] for atom in group))]


def given(*equations: tuple[Iterable[Hashable], int | None]) -> list[Served]:
    """Keep what is served: a hidden count is no equation."""
    return [(frozenset(group), count) for group, count in equations if count is not None]


def test_the_trial_itself_finds_a_group_by_subtraction() -> None:
    truth = {"a": 3, "b": 20, "c": 9}
    assert small_groups(given((["a", "b"], 23), (["b"], 20)), truth) == [["a"]]
    assert small_groups(given((["a", "b"], 23), (["c"], 9)), truth) == []


# --- the trials -----------------------------------------------------------------------


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
                enrol(unit, land, of_year, draw, is_full=seed % 2 == 0)
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


def communes_shown(year: int, division: Place.Division) -> list[tuple[int, int | None]]:
    """Every commune that has households, and how many the regulator is told."""
    told = rows_of(
        "SELECT commune_id, households FROM released_insured_by_commune(%s, %s)", year, division
    )
    return [(row["commune_id"], row["households"]) for row in told]


def households_by_part(land: Land, year: int) -> dict[Hashable, int]:
    counts = dict.fromkeys(land.collines.values(), 0)
    for place in Enrolment.objects.filter(year_id=year).values_list("colline_id", flat=True):
        counts[place] = counts.get(place, 0) + 1
    return {part: counts[colline] for part, colline in land.collines.items()}


def test_the_two_divisions_compared(
    trial: tuple, as_actor: Callable, behind_the_wall: Callable
) -> None:
    world, land, _, year = trial
    with behind_the_wall():
        truth = households_by_part(land, year)
    names = {pk: code for code, pk in land.communes.items()}
    equations = [(truth, sum(truth.values()))]
    with as_actor(world.actor("regine")):
        for place, division in enumerate((UNTIL, SINCE)):
            for commune, households in communes_shown(year, division):
                inside = [part for part in truth if part[place] == names[commune]]
                equations.append((inside, households))
    for province in report_of(world, as_actor, year).provinces:
        inside = [part for part in truth if province.name in (part[0][:3], part[1][:3])]
        equations.append((inside, province.households))
    assert any(is_small(count) for count in truth.values())
    assert small_groups(given(*equations), truth) == []


def test_the_sexes_of_the_heads_by_unit_and_federation(trial: tuple, as_actor: Callable) -> None:
    world, _, made, year = trial
    true = counts_of(world, as_actor, "clara", year)
    truth: dict[Hashable, int] = {}
    for one in true:
        truth |= {
            (one.unit_id, "M"): one.male_heads or 0,
            (one.unit_id, "F"): one.female_heads or 0,
        }
    equations: list[tuple[Iterable[Hashable], int | None]] = [
        ([a for a in truth if a[1] == sex], sum(n for a, n in truth.items() if a[1] == sex))
        for sex in "MF"
    ]
    for one in counts_of(world, as_actor, "regine", year):
        men, women = (one.unit_id, "M"), (one.unit_id, "F")
        equations += [([men], one.male_heads), ([women], one.female_heads)]
        equations.append(([men, women], one.households))
    facts = report_of(world, as_actor, year)
    units = {one.tenant_id: set() for one in true}
    for one in true:
        units[one.tenant_id].add(one.unit_id)
    for group in facts.membership.groups:
        inside = [atom for atom in truth if atom[0] in units.get(group.key, ())]
        for sex, count in (("M", group.now.male_heads), ("F", group.now.female_heads)):
            equations.append(([atom for atom in inside if atom[1] == sex], count))
        equations.append((inside, group.now.households))
    keys = {unit.code: unit.pk for unit in made.values()}
    for unit in facts.units:
        inside = [atom for atom in truth if atom[0] == keys.get(unit.code)]
        equations.append((inside, unit.households))
    assert any(is_small(count) for count in truth.values())
    assert small_groups(given(*equations), truth) == []


def test_those_who_came_back_and_those_who_are_new(trial: tuple, as_actor: Callable) -> None:
    world, _, _, year = trial
    true = counts_of(world, as_actor, "clara", year)
    truth: dict[Hashable, int] = {}
    for one in true:
        renewals, households = one.renewals or 0, one.households or 0
        truth |= {(one.unit_id, "back"): renewals, (one.unit_id, "new"): households - renewals}
    equations: list[tuple[Iterable[Hashable], int | None]] = []
    for one in counts_of(world, as_actor, "regine", year):
        back, new = (one.unit_id, "back"), (one.unit_id, "new")
        equations += [([back], one.renewals), ([back, new], one.households)]
    for group in report_of(world, as_actor, year).membership.groups:
        own = {one.unit_id for one in true if one.tenant_id == group.key}
        inside = [atom for atom in truth if atom[0] in own]
        equations.append(([atom for atom in inside if atom[1] == "back"], group.renewed))
        equations.append((inside, group.now.households))
        if group.renewed is not None and group.before.households is not None:
            assert not is_small(group.before.households - group.renewed)
    assert small_groups(given(*equations), truth) == []


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
        if group.now.male_heads is None:
            assert {one.male_heads for one in units} == {None}
        if group.renewed is None:
            assert {one.renewals for one in units} == {None}
        whole = total_insured(units)
        assert whole.households in (None, group.now.households)
    by_code = {unit.code: unit.households for unit in facts.units}
    codes = {unit.pk: unit.code for unit in made.values()}
    assert {codes[one.unit_id]: one.households for one in shown} == {
        codes[one.unit_id]: by_code[codes[one.unit_id]] for one in shown
    }


@pytest.mark.parametrize(("few", "is_shown"), [(3, False), (6, True)])
def test_places_less_the_units_in_them(
    world: World, as_actor: Callable, behind_the_wall: Callable, few: int, is_shown: bool
) -> None:
    """Each section lives in a commune of its own: the two cuts meet, and so do their holes."""
    year = 2027
    with as_actor(world.actor("clara")):
        land = make_land()
    units = make_units(world, as_actor)
    living = {("X-A1", "Y-A1"): ("W-U1", few), ("X-A3", "Y-A2"): ("W-U2", 30),
              ("X-B3", "Y-B2"): ("W-I1", 25), ("X-B2", "Y-B1"): ("W-I2", 40)}  # fmt: skip
    for part, (code, count) in living.items():
        with as_actor(system_actor(units[code].tenant_id, "essai")):
            _live_in(units[code], land.collines[part], count, year)
    truth: dict[Hashable, int] = {part: count for part, (_, count) in living.items()}
    part_of = {units[code].pk: part for part, (code, _) in living.items()}
    names = {pk: code for code, pk in land.communes.items()}
    equations: list[tuple[Iterable[Hashable], int | None]] = [(truth, sum(truth.values()))]
    places: list[int | None] = []
    release_all_figures(on=TODAY)
    with as_actor(world.actor("regine")):
        equations += [
            ([part_of[one.unit_id]], one.households) for one in released_insured(year, year)
        ]
        for place, division in enumerate((UNTIL, SINCE)):
            for commune, households in communes_shown(year, division):
                inside = [part for part in truth if part[place] == names[commune]]
                equations.append((inside, households))
                places.append(households)
    facts = report_of(world, as_actor, year)
    for province in facts.provinces:
        inside = [part for part in truth if province.name in (part[0][:3], part[1][:3])]
        equations.append((inside, province.households))
        places += [province.households] if inside else []
    keys = {unit.code: unit.pk for unit in units.values()}
    equations += [
        ([part_of[keys[unit.code]]], unit.households)
        for unit in facts.units
        if keys.get(unit.code) in part_of
    ]
    assert small_groups(given(*equations), truth) == []
    assert (None not in places) is is_shown
    assert (set(places) == {None}) is not is_shown


def _live_in(unit: Unit, colline_id: int, count: int, year: int) -> None:
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
            head_sex="M", males=1, females=1,
        )
        for one in households
    )  # fmt: skip
