"""Editions produced one after the other while the register grows: nothing by subtraction."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from membership.models import Enrolment
from prudential.models import AnnualReport
from prudential.selectors.releases import released_insured
from tests.prudential.releasing import UNITS, enrol, produce, read_by_regulator, settle
from tests.world import World


def _numbers(value: Any, path: str = "") -> Iterator[tuple[str, int]]:
    """Every number that an edition keeps, by where it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _numbers(inner, f"{path}/{place}")
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, value


def test_the_same_figures_or_enough_movement_make_one_edition(
    world: World, as_actor: Callable
) -> None:
    settle(world, as_actor)
    for count, code in ((0, "UMU-S1"), (5, "UMU-S1"), (7, "INE-S1")):
        enrol(world, as_actor, count, code)
        assert produce(world).is_for_regulator
    # What moved little since the last release adds up.
    enrol(world, as_actor, 3)
    assert not produce(world).is_for_regulator
    enrol(world, as_actor, 3)
    assert produce(world).is_for_regulator


def test_a_member_more_is_a_movement_and_one_who_left_again_is_none(
    world: World, as_actor: Callable
) -> None:
    settle(world, as_actor)
    produce(world)
    rows = Enrolment.objects.filter(tenant_id=world.tenants["UMUCO"], year_id=2025)
    for females, is_shared in ((8, False), (1, True)):
        with as_actor(world.system("UMUCO")):
            rows.filter(pk=rows.order_by("-pk")[0].pk).update(females=females)
        assert produce(world).is_for_regulator is is_shared


def test_a_report_and_the_pages_say_the_same(world: World, as_actor: Callable) -> None:
    """Subtracting one from the other gives nothing, whatever joined between."""
    settle(world, as_actor)
    for count in (0, 1, 3, 9):
        enrol(world, as_actor, count)
        produce(world)
        edition = read_by_regulator(world, as_actor)[-1]
        with as_actor(world.actor("regine")):
            shown = released_insured(2025, 2025)
        assert edition.facts["totals"]["households"] == sum(one.households for one in shown)


def test_whatever_is_opened_is_subtracted(world: World, as_actor: Callable) -> None:
    """Thirty households in each unit, then growth; every cell less its earlier self."""
    # The third production would tell of one household more; by the last they are five.
    for growth in ((30, 30, 30), (5, 0, 9), (1, 0, 0), (4, 0, 7)):
        for code, count in zip(UNITS, growth, strict=True):
            enrol(world, as_actor, count, code)
        produce(world)
    read = read_by_regulator(world, as_actor)
    with as_actor(world.actor("clara")):
        assert (len(read), AnnualReport.objects.count()) == (4, 5)
    moved = [
        after[path] - before[path]
        for earlier, later in itertools.combinations(read, 2)
        for before, after in [(dict(_numbers(earlier.facts)), dict(_numbers(later.facts)))]
        for path in before.keys() & after.keys()
    ]
    assert any(moved)
    assert not [by for by in moved if 0 < abs(by) < 5]
