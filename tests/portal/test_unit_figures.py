"""One rate of a unit, wherever it is read: its page, its federation's page and file, the report."""

import csv
from collections.abc import Callable

import pytest
from django.test import Client

from conamus import clock
from federations.models import Federation, Unit
from federations.tenancy.actor import system_actor
from membership.models import Enrolment
from prudential.documents.growth_part import retention_words
from prudential.selectors.annual_facts import annual_facts
from tests.world import World

SignIn = Callable[[str], Client]


def _units_file(client: Client, path: str) -> dict[str, dict[str, str]]:
    text = client.get(path).content.decode("utf-8-sig")
    return {row["Unité"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}


@pytest.mark.parametrize("username", ["gestionnaire.femuscabu", "regulateur.conamus"])
def test_each_unit_page_equals_its_line(
    username: str, demo_client: Callable[[str], Client]
) -> None:
    client = demo_client(username)
    lines = client.get("/federations/femuscabu/").context["rows"]
    listed = _units_file(client, "/chiffres/unites.csv?federation=femuscabu")
    assert len(lines) == len(listed) == 36
    for line in lines:
        page = client.get(line.url).context
        told = {one.label: one.value for one in page["figures"]}
        row = page["row"]
        assert (row.before, row.households, row.growth, row.retention) == (
            line.before, line.households, line.growth, line.retention,
        )  # fmt: skip
        assert told["Fidélisation"] == line.retention
        assert page["years"][0]["renewals"].replace("\u202f", "") == listed[line.name]["Réinscrits"]


def test_the_report_prints_the_rate_of_each_line(
    demo_client: Callable[[str], Client], as_actor: Callable
) -> None:
    lines = demo_client("gestionnaire.femuscabu").get("/federations/femuscabu/").context["rows"]
    actor = system_actor(Federation.objects.get(code="FEMUSCABU").pk, "essai")
    with as_actor(actor):
        unit = Unit.objects.select_related("tenant").get(code="FEMUSCABU")
        facts = annual_facts(unit, 2024, produced_on=clock.today(), settled_on=clock.today())
    printed = {one.name: retention_words(one, 0) for one in facts.membership.groups}
    assert printed == {line.name: line.retention for line in lines}


def test_who_comes_from_another_unit_is_not_kept_by_this_one(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    """Two of 2024 renewed; one of them had been elsewhere: what remains is one of two."""
    unit = world.units["UMU-S1"]
    with as_actor(world.system("UMUCO")):
        come = Enrolment.objects.filter(unit_id=unit, year_id=2025, is_renewal=True).first()
        assert come is not None
        Enrolment.objects.filter(pk=come.pk).update(is_same_unit=False)
    client = sign_in("amina")
    page = client.get(f"/unites/{unit}/chiffres/")
    (line,) = [
        row
        for row in client.get("/federations/umuco/").context["rows"]
        if row.url.endswith(f"/{unit}/chiffres/")
    ]
    assert page.context["row"].retention == line.retention == "50\u202f%"
    assert [one["renewals"] for one in page.context["years"]] == ["1", "n.d."]
    assert "réinscrits dans cette unité ou dans celle qui l’a remplacée" in page.content.decode()


def test_without_the_year_before_nobody_is_told_to_have_come_back(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    """The register says that they renewed, not of which households: in no file, on no page."""
    with as_actor(world.system("UMUCO")):
        Enrolment.objects.filter(year_id=2024).update(is_renewal=True, is_same_unit=True)
    path = "/chiffres/unites.csv?federation=umuco"
    for username in ("amina", "clara"):
        client = sign_in(username)
        for row in _units_file(client, f"{path}&annee=2024").values():
            assert (row["Ménages 2023"], row["Réinscrits"]) == ("n.d.", "n.d.")
            assert row["Ménages 2024"] == "2"
    hidden = _units_file(sign_in("regine"), f"{path}&annee=2024")
    assert {row["Réinscrits"] for row in hidden.values()} == {"n.d."}


def test_a_unit_of_which_nobody_is_held_the_year_before_has_none_who_came_back(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    unit = world.units["UMU-S1"]
    with as_actor(world.system("UMUCO")):
        Enrolment.objects.filter(year_id=2024, unit_id=unit).update(
            cancelled_on=clock.today(), cancelled_because="essai"
        )
        name = Unit.objects.get(pk=unit).name
    client = sign_in("amina")
    row = _units_file(client, "/chiffres/unites.csv?federation=umuco")[name]
    assert (row["Ménages 2024"], row["Réinscrits"]) == ("n.d.", "n.d.")
    assert client.get(f"/unites/{unit}/chiffres/").context["years"][0]["renewals"] == "n.d."


def test_cancelled_enrolments_are_neither_latest_nor_back(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    with as_actor(world.system("UMUCO")):
        gone = Enrolment.objects.filter(household_id=world.households["UMU-1001"], year_id=2025)
        gone.update(cancelled_on=clock.today(), cancelled_because="essai")
    page = sign_in("agnes").get("/")
    figures = {one.label: one.value for one in page.context["figures"]}
    assert (figures["Réinscrits"], figures["Pas encore réinscrits"]) == ("1", "1")
    assert {row.household.number for row in page.context["latest"]} == {"UMU-1002", "UMU-1003"}


def test_an_agent_s_home_follows_the_households_wherever_they_came_back(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    """Of two of 2024 one renewed in another unit: back for the agent, not kept by the unit."""
    with as_actor(world.system("UMUCO")):
        moved = Enrolment.objects.filter(household_id=world.households["UMU-1003"], year_id=2025)
        moved.update(unit_id=world.units["UMU-S2"], is_same_unit=False)
    page = sign_in("agnes").get("/")
    figures = {one.label: one for one in page.context["figures"]}
    assert (figures["Réinscrits"].value, figures["Pas encore réinscrits"].value) == ("2", "0")
    assert figures["Réinscrits"].note.endswith("de 2024, ici ou dans une autre unité")
    assert page.context["state"] == "2 ménages sur 2 réinscrits (100\u202f%), 1 nouveau."
    unit = sign_in("agnes").get(f"/unites/{world.units['UMU-S1']}/chiffres/")
    assert unit.context["years"][0]["renewals"] == "1"
