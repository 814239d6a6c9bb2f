"""Penetration in the year of a re-cut: a population that passed to new units is counted once."""

from fractions import Fraction

import pytest

from membership.models import Enrolment
from membership.selectors.progress import network_progress
from membership.selectors.targets import handovers
from membership.services.enrolments import enrol, undo_enrolment
from membership.services.recuts import recut_batch, undo_recut
from membership.services.targets import set_target
from membership.tables.indicators import TOTAL
from tests.membership.families import TODAY
from tests.membership.test_rates import _exported
from tests.membership.test_recuts import _decide, _new, _opening


def _set(actor, unit_id: int, households: int) -> None:
    set_target(actor=actor, unit_id=unit_id, year=2025, households=households, source="recensement")


@pytest.fixture
def recut(world, as_actor):
    """Section 1, of 100 households, is cut anew (section 2 has 50); INEZA has 50."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        _set(amina, world.units["UMU-S1"], 100)
        _set(amina, world.units["UMU-S2"], 50)
        found = _decide(world, amina, _opening(world, 1, "A-GI-01"))
        recut_batch(actor=amina, recut_id=found.pk)
    with as_actor(bernard):
        _set(bernard, world.units["INE-S1"], 50)
    return found


@pytest.fixture
def neuve(world, as_actor, recut) -> int:
    """The new section, in which a household enrols for the year of the re-cut."""
    amina, key = world.actor("amina"), world.households["UMU-1001"]
    with as_actor(amina):
        before = Enrolment.objects.get(household=key, year_id=2025)
        undo_enrolment(actor=amina, enrolment_id=before.pk, because="erreur")
        made = enrol(actor=amina, household_id=key, year=2025, enrolled_on=TODAY)
        assert [made.unit_id] == _new(recut)
    return made.unit_id


def _told(client, by: str) -> dict[str, tuple[str, str]]:
    """Return the target and the penetration of each line of the indicators."""
    titles, *rows = _exported(client, by)
    target, rate = titles.index("Ménages cibles"), titles.index("Pénétration")
    return {row[0]: (row[target], row[rate]) for row in rows}


def _of_network(world, as_actor) -> dict[str, int | None]:
    clara = world.actor("clara")
    with as_actor(clara):
        return {row.name: row.target for row in network_progress(clara, 2025)}


def test_without_a_target_of_the_new_unit_the_old_ones_stands(
    world, as_actor, sign_in, neuve
) -> None:
    amina, clara = sign_in("amina"), sign_in("clara")
    shown = _told(amina, "unite")
    assert shown["Section neuve 1"] == ("n.d.", "n.d.")
    assert shown["Section Umuco 1"][0] == "100"
    assert shown[TOTAL] == _told(amina, "sexe")[TOTAL] == ("150", "4,0")
    assert _told(amina, "commune")[TOTAL][0] == "150"
    assert _told(amina, "ancienne-commune")["Bugendana"][0] == "150"
    total = amina.get("/campagne/?annee=2025").context["total"]
    assert (total.target, total.penetration) == (150, Fraction(6, 150))
    assert _of_network(world, as_actor) == {"Fédération Ineza": 50, "Fédération Umuco": 150}
    assert _told(clara, "unite")[TOTAL][0] == "200"
    assert clara.get("/campagne/?annee=2025").context["total"].target == 200


def test_the_target_of_the_new_unit_takes_the_old_ones_place(
    world, as_actor, sign_in, neuve
) -> None:
    with as_actor(world.actor("amina")):
        _set(world.actor("amina"), neuve, 110)
    amina = sign_in("amina")
    shown = _told(amina, "unite")
    assert (shown["Section neuve 1"][0], shown["Section Umuco 1"][0]) == ("110", "100")
    assert shown[TOTAL][0] == "160"
    assert _told(amina, "ancienne-commune")["Bugendana"][0] == "160"
    assert amina.get("/campagne/?annee=2025").context["total"].target == 160
    assert _of_network(world, as_actor)["Fédération Umuco"] == 160
    assert _told(sign_in("clara"), "unite")[TOTAL][0] == "210"


def test_with_neither_there_is_none(world, sign_in, neuve) -> None:
    """Nothing is guessed from the other section."""
    client = sign_in("amina")
    address = "/campagne/cibles/?annee=2025"
    form = client.get(address).context["form"]
    fields = {
        "source": "recensement", "version": form["version"].value(),
        f"unit-{world.units['UMU-S1']}": "", f"unit-{world.units['UMU-S2']}": "50",
        f"unit-{neuve}": "",
    }  # fmt: skip
    assert client.post(address, fields).status_code == 302
    assert _told(client, "unite")[TOTAL] == ("n.d.", "n.d.")
    assert client.get("/campagne/?annee=2025").context["total"].target is None


def test_a_recut_taken_back_hands_nothing_on(world, as_actor, recut) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        [found] = handovers()
        assert (found.closed, found.opened) == ({world.units["UMU-S1"]}, set(_new(recut)))
        undo_recut(actor=amina, recut_id=recut.pk)
        assert handovers() == []
