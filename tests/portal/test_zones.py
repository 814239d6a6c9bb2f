"""Where units work, as every page tells it: in either division, from the day that is decided."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client

from conamus import clock
from federations.models import CommuneMapping, Federation, Unit
from federations.services.units import UnitDetails, create_unit, set_zone
from federations.tenancy.actor import Actor
from prudential.selectors.annual_facts import annual_facts
from tests.world import World

SignIn = Callable[[str], Client]
#: Today is the 30 June 2025.
LATER = date(2026, 6, 1)


@pytest.fixture
def mapped(world: World, as_actor: Callable) -> Iterator[None]:
    """Bugendana of before lies in Bugendana of today, Giheta nowhere that is known."""
    with as_actor(world.system("CONAMUS")):
        CommuneMapping.objects.create(
            former_id=world.places["A-GI-01"], current_id=world.places["N-GI-01"],
            is_main=True, method="essai",
        )  # fmt: skip


def _set_zone(world: World, as_actor: Callable, unit: str, codes: list[str], day: date) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        communes = [world.places[code] for code in codes]
        set_zone(actor=amina, unit_id=world.units[unit], commune_ids=communes, from_date=day)


def _figures(page: object) -> dict[str, str]:
    return {one.label: one.value for one in page.context["figures"]}


def _told(world: World, sign_in: SignIn, as_actor: Callable) -> dict[str, object]:
    """All that pages tell of where Umuco works."""
    amina, clara, annick = sign_in("amina"), sign_in("clara"), sign_in("annick")
    umuco = world.tenants["UMUCO"]
    nurse = annick.get("/")
    return {
        "federation": _figures(amina.get("/federations/umuco/"))["Communes couvertes"],
        "network": _figures(clara.get("/"))["Communes couvertes"],
        "maps": [
            client.get(f"/carte/?decoupage={division}").context["state"]
            for client in (amina, clara)
            for division in ("until_2025", "since_2025")
        ],
        "nurse": (nurse.context["state"], _figures(nurse)),
        "list": {
            row["Code"]: row["Nom"]
            for row in _rows(annick, f"/formations-sanitaires/?federation={umuco}")
        },
        "file": annick.get("/chiffres/formations-sanitaires.csv").content,
        "units of the facility": [
            unit.code for unit in sign_in("fabrice").get("/").context["units"]
        ],
        "units of the commune": [
            [zone.unit.code for zone in amina.get(f"/lieux/{place}/").context["zones"]]
            for place in (world.places["A-GI-01"], world.places["N-GI-01"])
        ],
        "units of the province": {
            row["Code"]
            for row in _rows(amina, f"/unites/?federation={umuco}&province={world.places['A-GI']}")
        },
        "report": _facilities_reported(world, as_actor),
    }


def _rows(client: Client, path: str) -> list[dict[str, str]]:
    head, *lines = client.get(f"{path}&export=csv").content.decode("utf-8-sig").splitlines()
    return [dict(zip(head.split(";"), line.split(";"), strict=True)) for line in lines]


def _facilities_reported(world: World, as_actor: Callable) -> int:
    with as_actor(world.actor("amina")):
        unit = Unit.objects.select_related("tenant").get(code="UMUCO")
        today = clock.today()
        return annual_facts(unit, 2025, produced_on=today, settled_on=today).facilities.total


@pytest.mark.usefixtures("mapped")
def test_a_zone_named_in_the_new_division_is_where_it_was(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    with as_actor(world.system("UMUCO")):
        Unit.objects.filter(tenant_id=world.tenants["UMUCO"]).update(place=None)
    before = _told(world, sign_in, as_actor)
    assert before["federation"] == "1"
    assert before["network"] == "1 sur 2"
    assert before["units of the facility"] == ["INE-S1", "UMU-S1", "UMU-S2"]
    assert before["units of the province"] == {"UMU-S1", "UMU-S2"}
    assert before["list"].keys() == {"FS-T001", "FS-T002"}
    for unit in ("UMU-S1", "UMU-S2"):
        _set_zone(world, as_actor, unit, ["N-GI-01"], clock.today())
    assert _told(world, sign_in, as_actor) == before


def test_a_commune_to_come_is_covered_on_its_day(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    amina, unit = sign_in("amina"), world.units["UMU-S1"]
    _set_zone(world, as_actor, "UMU-S1", ["A-GI-01", "A-GI-02"], LATER)

    def told() -> tuple[str, object]:
        covered = _figures(amina.get("/federations/umuco/"))["Communes couvertes"]
        return covered, amina.get(f"/unites/{unit}/chiffres/").context["communes"]

    assert told() == ("1", ("Bugendana",))


def test_a_commune_of_this_year_was_not_covered_the_year_before(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    _set_zone(world, as_actor, "UMU-S1", ["A-GI-01", "A-GI-02"], clock.today())
    path = "/chiffres/unites.csv?federation=umuco&annee="
    told = {
        year: {row["Code"]: row["Communes"] for row in _rows(sign_in("amina"), f"{path}{year}")}
        for year in (2024, 2025)
    }
    assert told == {
        2024: {"UMU-S1": "Bugendana", "UMU-S2": "Bugendana"},
        2025: {"UMU-S1": "Bugendana, Giheta", "UMU-S2": "Bugendana"},
    }


def _section(world: World, actor: Actor, parent: int, code: str, day: date, **more: object) -> Unit:
    details = UnitDetails(name=f"Section {code}", code=code, parent_id=parent)
    return create_unit(actor=actor, kind="section", details=details, valid_from=day, **more)


def test_a_section_to_come_is_not_yet_called(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        communes = [world.places["A-GI-01"]]
        for code, day in (("UMU-S8", clock.today()), ("UMU-S9", LATER)):
            _section(world, amina, world.units["UMUCO"], code, day, commune_ids=communes)
    codes = {unit.code for unit in sign_in("fabrice").get("/").context["units"]}
    assert codes == {"INE-S1", "UMU-S1", "UMU-S2", "UMU-S8"}


def test_a_mutuelle_made_of_sections_counts_by_these_on_pages_and_in_reports(
    world: World, sign_in: SignIn, as_actor: Callable
) -> None:
    """Umuco has two sections; a mutuelle with two more makes four, and works where it says."""
    amina, opened = world.actor("amina"), date(2024, 7, 1)
    with as_actor(amina):
        details = UnitDetails(name="Mutuelle", code="UMU-M1", parent_id=world.units["UMUCO"])
        mutuelle = create_unit(
            actor=amina, kind="mutuelle", details=details, valid_from=opened,
            commune_ids=[world.places["A-GI-02"]],
        )  # fmt: skip
        for code in ("UMU-S8", "UMU-S9"):
            _section(world, amina, mutuelle.pk, code, opened)
        unit = Unit.objects.select_related("tenant").get(code="UMUCO")
        today = clock.today()
        report = annual_facts(unit, 2024, produced_on=today, settled_on=today)
    figures = _figures(sign_in("amina").get("/federations/umuco/"))
    assert (report.membership.units, report.covered_communes) == (4, 2)
    assert (figures["Mutuelles et sections"], figures["Communes couvertes"]) == ("4", "2")
    clara = sign_in("clara").get("/")
    assert _figures(clara)["Mutuelles et sections"] == "5"
    umuco = Federation.objects.get(code="UMUCO").short_name
    assert {row.name: row.units for row in clara.context["rows"]}[umuco] == "4"
