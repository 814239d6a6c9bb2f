"""Editions of a report that the regulator reads are subtracted: nothing small comes out."""

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from membership.models import Enrolment, Household
from prudential.models import AnnualReport, ReportParts
from prudential.rules.editions import Edition, opened_before, small_movements
from prudential.selectors.reports import readable_reports
from prudential.services import produce_annual_report
from tests.world import World


def _produce(world: World, year: int = 2024) -> AnnualReport:
    return produce_annual_report(
        actor=world.actor("clara"), unit_id=world.units["CONAMUS"], year=year,
        progress=lambda *_: None,
    )  # fmt: skip


def _enrol(world: World, as_actor: Callable, count: int, code: str = "UMU-S1", year: int = 2025):
    """Enrol new households of three on one colline of a unit."""
    tenant = world.tenants["UMUCO" if code.startswith("UMU") else "INEZA"]
    with as_actor(world.system("UMUCO" if code.startswith("UMU") else "INEZA")):
        for _ in range(count):
            taken = Household.objects.filter(tenant_id=tenant).count()
            household = Household.objects.create(
                tenant_id=tenant, unit_id=world.units[code], number=f"{code}-E{taken}",
                colline_id=world.places["N-GI-01-1-1"], registered_on=date(2024, 10, 1),
            )  # fmt: skip
            Enrolment.objects.create(
                tenant_id=tenant, household=household, unit_id=world.units[code], year_id=year,
                colline_id=household.colline_id, enrolled_on=date(2024, 11, 1), is_renewal=False,
                head_sex="F", males=2, females=1,
            )  # fmt: skip


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


def _read_by_regulator(world: World, as_actor: Callable) -> list[AnnualReport]:
    regine = world.actor("regine")
    with as_actor(regine):
        return list(reversed(readable_reports(regine).defer(None)))


def test_an_edition_that_tells_of_one_household_stays_closed(
    world: World, as_actor: Callable, sign_in: Callable
) -> None:
    first = _produce(world)
    assert first.is_for_regulator
    _enrol(world, as_actor, 1)
    second = _produce(world)
    assert not second.is_for_regulator
    assert "un à quatre ménages" in second.kept_because
    client = sign_in("regine")
    page = client.get("/rapports/").content.decode()
    assert f"/rapports/{first.pk}.pdf" in page
    assert f"/rapports/{second.pk}.pdf" not in page
    assert "Une édition plus récente du rapport 2024" in page
    assert "L’édition précédente reste la vôtre" in page
    assert client.get(f"/rapports/{first.pk}.pdf").status_code == 200
    assert client.get(f"/rapports/{second.pk}.pdf").status_code == 404
    clara = sign_in("clara")
    assert clara.get(f"/rapports/{second.pk}.pdf").status_code == 200
    assert "pas ouverte : comparée à" in clara.get("/rapports/").content.decode()


def test_the_same_figures_or_enough_movement_are_opened(world: World, as_actor: Callable) -> None:
    _produce(world)
    assert _produce(world).is_for_regulator
    _enrol(world, as_actor, 5)
    assert _produce(world).is_for_regulator
    _enrol(world, as_actor, 7, "INE-S1")
    assert _produce(world).is_for_regulator
    # What moved little since the last one opened adds up.
    _enrol(world, as_actor, 3)
    assert not _produce(world).is_for_regulator
    _enrol(world, as_actor, 3)
    assert _produce(world).is_for_regulator


def test_a_member_more_and_a_household_for_another_are_movements(
    world: World, as_actor: Callable
) -> None:
    _produce(world)
    rows = Enrolment.objects.filter(tenant_id=world.tenants["UMUCO"], year_id=2025)
    with as_actor(world.system("UMUCO")):
        rows.filter(household__number="UMU-1001").update(females=8)
    assert not _produce(world).is_for_regulator
    with as_actor(world.system("UMUCO")):
        rows.filter(household__number="UMU-1001").update(females=2)
    assert _produce(world).is_for_regulator
    with as_actor(world.system("UMUCO")):
        rows.filter(household__number="UMU-1001").update(cancelled_on=date(2025, 2, 1))
    _enrol(world, as_actor, 1)
    assert not _produce(world).is_for_regulator


def test_the_next_years_report_is_judged_by_the_year_they_share(
    world: World, as_actor: Callable
) -> None:
    _enrol(world, as_actor, 40, year=2026)
    _produce(world)
    assert _produce(world, 2025).is_for_regulator
    _enrol(world, as_actor, 2)
    assert not _produce(world, 2025).is_for_regulator


def test_whatever_is_opened_is_subtracted(world: World, as_actor: Callable) -> None:
    """Thirty households in each unit, then growth; every cell less its earlier self."""
    units = ("UMU-S1", "UMU-S2", "INE-S1")
    # The third edition would tell of one household more; by the last they are five.
    for growth in ((30, 30, 30), (5, 0, 9), (1, 0, 0), (4, 0, 7)):
        for code, count in zip(units, growth, strict=True):
            _enrol(world, as_actor, count, code)
        _produce(world)
    read = _read_by_regulator(world, as_actor)
    with as_actor(world.actor("clara")):
        assert (len(read), AnnualReport.objects.count()) == (3, 4)
    for earlier, later in itertools.combinations(read, 2):
        before, after = (dict(_numbers(one.facts)) for one in (earlier, later))
        moved = {path: after[path] - before[path] for path in before.keys() & after.keys()}
        assert moved
        assert not {path: by for path, by in moved.items() if 0 < abs(by) < 5}


def test_any_union_of_parts_moves_by_five_or_not_at_all() -> None:
    """Units by chance, growing; any set of them that could be told apart, less its past."""
    chance = random.Random(5)  # noqa: S311 -- no secret
    scopes = frozenset({"2025/u"})
    for _ in range(200):
        counts = {f"2025/u/{n}": [chance.randint(0, 60)] for n in range(4)}
        opened = [Edition(scopes, counts)]
        for _ in range(6):
            last = opened[-1].parts
            counts = {
                key: [part[0] + chance.choice((0, 0, 0, 2, 5, 11))] for key, part in last.items()
            }
            if not small_movements(opened_before(opened), Edition(scopes, counts)):
                opened.append(Edition(scopes, counts))
        for (earlier, later), size in itertools.product(
            itertools.combinations(opened, 2), range(1, 5)
        ):
            for keys in itertools.combinations(earlier.parts, size):
                moved = sum(later.parts[key][0] - earlier.parts[key][0] for key in keys)
                assert moved == 0 or moved >= 5


def test_what_judges_the_next_edition_is_not_the_regulators(
    world: World, as_actor: Callable
) -> None:
    _produce(world)
    with as_actor(world.actor("clara")):
        assert ReportParts.objects.count() == 1
    with (
        as_actor(world.actor("regine")),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT counts FROM prudential_reportparts")


def test_a_closed_edition_is_not_read_past_the_page_either(
    world: World, as_actor: Callable
) -> None:
    """As the regulator's database role: neither its figures nor its file; who wrote it, both."""
    first = _produce(world)
    _enrol(world, as_actor, 1)
    second = _produce(world)
    assert not second.is_for_regulator
    asked = (
        ("SELECT id FROM prudential_annualreport", {first.pk}, {second.pk}),
        ("SELECT id FROM federations_storedfile", {first.file_id}, {second.file_id}),
    )
    for query, opened, closed in asked:
        with as_actor(world.actor("regine")), connection.cursor() as cursor:
            cursor.execute(query)
            assert {key for (key,) in cursor.fetchall()} == opened
        with as_actor(world.actor("clara")), connection.cursor() as cursor:
            cursor.execute(query)
            assert {key for (key,) in cursor.fetchall()} >= opened | closed


def test_only_the_regulator_asks_which_editions_are_kept(world: World, as_actor: Callable) -> None:
    for username in ("clara", "amina"):
        with (
            as_actor(world.actor(username)),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM editions_kept_from_regulator()")


def test_a_federations_report_is_judged_by_nobody(world: World) -> None:
    report = produce_annual_report(
        actor=world.actor("amina"), unit_id=world.units["UMUCO"], year=2024,
        progress=lambda *_: None,
    )  # fmt: skip
    assert (report.is_for_regulator, report.kept_because) == (True, "")
