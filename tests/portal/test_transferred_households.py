"""Two households pass to another federation: on every page each is kept where it was, once."""

from collections.abc import Callable

import pytest
from django.test import Client

from federations.models import Unit
from federations.tenancy.actor import Actor
from membership.rules.indicators import total_flows
from membership.selectors.indicators import year_flows
from membership.selectors.progress import (
    Progress,
    network_progress,
    progress_by_unit,
    total_progress,
)
from membership.services.transfers import accept_transfer, propose_transfer
from prudential.selectors.annual_facts import annual_facts
from tests.membership.families import TODAY
from tests.world import World

SignIn = Callable[[str], Client]

#: Umuco had four households in 2024 and enrols two of them, and two more; Ineza had two, and
#: enrols both, a new one, and two that Umuco had.
EXPECTED = {
    "Fédération Ineza": Progress(before=2, renewed=2, new=3),
    "Fédération Umuco": Progress(before=4, renewed=4, elsewhere=2, new=2),
}


@pytest.fixture
def passed(world: World, as_actor: Callable) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    for number in ("UMU-1001", "UMU-1003"):
        with as_actor(amina):
            row = propose_transfer(
                actor=amina,
                household_id=world.households[number],
                destination_id=world.tenants["INEZA"],
                version=None,
                leaves_on=TODAY,
                because="déménagement",
            )
        with as_actor(bernard):
            accept_transfer(
                actor=bernard,
                transfer_id=row.pk,
                unit_id=world.units["INE-S1"],
                colline_id=world.places["N-GI-01-1-1"],
            )


@pytest.mark.usefixtures("passed")
def test_a_federation_and_conamus_read_the_same_campaign(
    world: World, as_actor: Callable, sign_in: SignIn
) -> None:
    with as_actor(world.actor("clara")):
        network = {row.name: row.progress for row in network_progress(world.actor("clara"), 2025)}
    assert network == EXPECTED
    page = sign_in("clara").get("/campagne/?annee=2025").content.decode()
    # Who came from another federation is new there, and not in the network.
    assert "6 ménages sur 6 de 2024 réinscrits, 3 nouveaux." in page
    for username, name in (("amina", "Fédération Umuco"), ("bernard", "Fédération Ineza")):
        actor = world.actor(username)
        with as_actor(actor):
            own = total_progress(row.progress for row in progress_by_unit(actor, 2025, on=TODAY))
        assert own == EXPECTED[name]


@pytest.mark.usefixtures("passed")
def test_the_indicators_the_report_and_the_pages_keep_the_same_households(
    world: World, as_actor: Callable, sign_in: SignIn
) -> None:
    codes = {"amina": "UMUCO", "bernard": "INEZA"}
    for username, code in codes.items():
        kept = _kept_by_indicators(world.actor(username), as_actor)
        assert kept == ((4, 4) if code == "UMUCO" else (2, 2))
        with as_actor(world.system(code)):
            unit = Unit.objects.select_related("tenant").get(code=code)
            report = annual_facts(unit, 2024, produced_on=TODAY, settled_on=TODAY).membership
        assert (report.before.households, report.renewed) == kept
        client = sign_in(username)
        figures = {one.label: one.value for one in client.get("/").context["figures"]}
        assert figures["Fidélisation"] == "100,0\u202f%"
    rows = {row.name: row for row in sign_in("clara").get("/reseau/").context["rows"]}
    assert {name: row.retention for name, row in rows.items()} == {
        "Ineza": "100\u202f%",
        "Umuco": "100\u202f%",
        "Réseau": "100\u202f%",
    }


def _kept_by_indicators(actor: Actor, as_actor: Callable) -> tuple[int, int]:
    with as_actor(actor):
        flows = total_flows(one.flows for one in year_flows(actor, 2025))
    return flows.before_households, flows.kept_in_network


@pytest.mark.usefixtures("passed")
def test_an_agent_s_home_tells_who_the_federation_did_not_have(sign_in: SignIn) -> None:
    page = sign_in("beatrice").get("/")
    assert page.context["state"] == "2 ménages sur 2 réinscrits (100\u202f%), 3 nouveaux."
    left = sign_in("agnes").get("/")
    assert left.context["state"] == "2 ménages sur 2 réinscrits (100\u202f%), 1 nouveau."
