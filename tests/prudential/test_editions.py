"""Editions of the network's report that the regulator reads: nothing small by subtraction."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from django.db import connection

from membership.models import Enrolment
from prudential.models import AnnualReport
from prudential.selectors.releases import released_insured
from prudential.selectors.reports import readable_reports
from prudential.services import produce_annual_report
from tests.prudential.reading import text_of
from tests.prudential.releasing import UNITS, enrol, settle
from tests.world import World


def _produce(world: World, year: int = 2024, **more: Any) -> AnnualReport:
    return produce_annual_report(
        actor=world.actor("clara"), unit_id=world.units["CONAMUS"], year=year,
        progress=lambda *_: None, **more,
    )  # fmt: skip


def _read_by_regulator(world: World, as_actor: Callable) -> list[AnnualReport]:
    """The editions that the regulator reads, the oldest first."""
    regine = world.actor("regine")
    with as_actor(regine):
        return list(reversed(readable_reports(regine).select_related("file").defer(None)))


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


def test_where_one_household_joined_the_regulator_has_an_edition_of_its_own(
    world: World, as_actor: Callable, sign_in: Callable
) -> None:
    settle(world, as_actor)
    first = _produce(world)
    assert first.is_for_regulator
    enrol(world, as_actor, 1)
    second = _produce(world)
    assert not second.is_for_regulator
    assert "un à quatre ménages" in second.kept_because
    [same, its_own] = _read_by_regulator(world, as_actor)
    assert same.pk == first.pk
    assert its_own.is_as_released
    assert its_own.facts == first.facts
    assert second.facts["totals"]["households"] == first.facts["totals"]["households"] + 1
    assert "Édition du régulateur" in text_of(bytes(its_own.file.content))
    assert "Édition du régulateur" not in text_of(bytes(same.file.content))
    client = sign_in("regine")
    page = client.get("/rapports/").content.decode()
    assert f"/rapports/{its_own.pk}.pdf" in page
    assert f"/rapports/{second.pk}.pdf" not in page
    assert client.get(f"/rapports/{its_own.pk}.pdf").status_code == 200
    assert client.get(f"/rapports/{second.pk}.pdf").status_code == 404
    clara = sign_in("clara")
    assert clara.get(f"/rapports/{second.pk}.pdf").status_code == 200
    listed = clara.get("/rapports/").content.decode()
    assert "pas ouverte : ses chiffres du jour" in listed
    assert "la sienne, aux chiffres arrêtés" in listed


def test_the_same_figures_or_enough_movement_make_one_edition(
    world: World, as_actor: Callable
) -> None:
    settle(world, as_actor)
    for count, code in ((0, "UMU-S1"), (5, "UMU-S1"), (7, "INE-S1")):
        enrol(world, as_actor, count, code)
        assert _produce(world).is_for_regulator
    # What moved little since the last release adds up.
    enrol(world, as_actor, 3)
    assert not _produce(world).is_for_regulator
    enrol(world, as_actor, 3)
    assert _produce(world).is_for_regulator


def test_a_member_more_is_a_movement_and_one_who_left_again_is_none(
    world: World, as_actor: Callable
) -> None:
    settle(world, as_actor)
    _produce(world)
    rows = Enrolment.objects.filter(tenant_id=world.tenants["UMUCO"], year_id=2025)
    for females, is_shared in ((8, False), (1, True)):
        with as_actor(world.system("UMUCO")):
            rows.filter(pk=rows.order_by("-pk")[0].pk).update(females=females)
        assert _produce(world).is_for_regulator is is_shared


def test_a_report_and_the_pages_say_the_same(world: World, as_actor: Callable) -> None:
    """Subtracting one from the other gives nothing, whatever joined between."""
    settle(world, as_actor)
    for count in (0, 1, 3, 9):
        enrol(world, as_actor, count)
        _produce(world)
        edition = _read_by_regulator(world, as_actor)[-1]
        with as_actor(world.actor("regine")):
            shown = released_insured(2025, 2025)
        assert edition.facts["totals"]["households"] == sum(one.households for one in shown)


def test_whatever_is_opened_is_subtracted(world: World, as_actor: Callable) -> None:
    """Thirty households in each unit, then growth; every cell less its earlier self."""
    # The third production would tell of one household more; by the last they are five.
    for growth in ((30, 30, 30), (5, 0, 9), (1, 0, 0), (4, 0, 7)):
        for code, count in zip(UNITS, growth, strict=True):
            enrol(world, as_actor, count, code)
        _produce(world)
    read = _read_by_regulator(world, as_actor)
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


def test_a_closed_edition_is_not_read_past_the_page_either(
    world: World, as_actor: Callable
) -> None:
    """As the regulator's database role: neither its figures nor its file; who wrote it, both."""
    settle(world, as_actor)
    _produce(world)
    enrol(world, as_actor, 1)
    second = _produce(world)
    read = _read_by_regulator(world, as_actor)
    asked = (
        ("SELECT id FROM prudential_annualreport", {one.pk for one in read}, {second.pk}),
        ("SELECT id FROM federations_storedfile", {one.file_id for one in read}, {second.file_id}),
    )
    for query, opened, closed in asked:
        with as_actor(world.actor("regine")), connection.cursor() as cursor:
            cursor.execute(query)
            assert {key for (key,) in cursor.fetchall()} == opened
        with as_actor(world.actor("clara")), connection.cursor() as cursor:
            cursor.execute(query)
            assert {key for (key,) in cursor.fetchall()} >= opened | closed


def test_a_job_done_twice_makes_its_editions_once(world: World, as_actor: Callable) -> None:
    settle(world, as_actor)
    _produce(world)
    enrol(world, as_actor, 1)
    job = uuid4()
    assert _produce(world, job_id=job).pk == _produce(world, job_id=job).pk
    with as_actor(world.actor("clara")):
        assert AnnualReport.objects.count() == 3


def test_a_federations_report_is_the_days(world: World, as_actor: Callable) -> None:
    enrol(world, as_actor, 1)
    report = produce_annual_report(
        actor=world.actor("amina"), unit_id=world.units["UMUCO"], year=2024,
        progress=lambda *_: None,
    )  # fmt: skip
    assert (report.kept_because, report.is_as_released) == ("", False)
    assert report.facts["totals"]["households"] == 7
