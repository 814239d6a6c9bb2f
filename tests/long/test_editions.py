"""Editions of the network's report that the regulator reads: nothing small by subtraction."""

from collections.abc import Callable
from uuid import uuid4

from django.db import connection

from prudential.models import AnnualReport
from prudential.services.annual_report import produce_annual_report
from tests.prudential.reading import text_of
from tests.prudential.releasing import enrol, produce, read_by_regulator, settle
from tests.world import World


def test_where_one_household_joined_the_regulator_has_an_edition_of_its_own(
    world: World, as_actor: Callable, sign_in: Callable
) -> None:
    settle(world, as_actor)
    first = produce(world)
    assert first.is_for_regulator
    enrol(world, as_actor, 1)
    second = produce(world)
    assert not second.is_for_regulator
    assert "un à quatre ménages" in second.kept_because
    [same, its_own] = read_by_regulator(world, as_actor)
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


def test_a_closed_edition_is_not_read_past_the_page_either(
    world: World, as_actor: Callable
) -> None:
    """As the regulator's database role: neither its figures nor its file; who wrote it, both."""
    settle(world, as_actor)
    produce(world)
    enrol(world, as_actor, 1)
    second = produce(world)
    read = read_by_regulator(world, as_actor)
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
    produce(world)
    enrol(world, as_actor, 1)
    job = uuid4()
    assert produce(world, job_id=job).pk == produce(world, job_id=job).pk
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
