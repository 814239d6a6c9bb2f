"""A unit that closes keeps what it insured: no household leaves the federation's figures."""

from collections.abc import Callable
from datetime import date

from django.db.models import Min
from django.test import Client

from federations.models import Unit
from federations.services.units import close_unit
from membership.models import Enrolment
from tests.world import World


def _figure(page: str, label: str) -> str:
    after = page.split(f'<p class="figure-label">{label}</p>', 1)[1]
    return after.split('class="figure-value">', 1)[1].split("</p>", 1)[0]


def test_a_closed_unit_stays_in_the_figures(
    world, as_actor, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("amina")
    before = client.get("/federations/umuco/").content.decode()
    with as_actor(world.actor("amina")):
        close_unit(
            actor=world.actor("amina"), unit_id=world.units["UMU-S2"], closed_on=date(2025, 6, 30)
        )
        name = Unit.objects.get(pk=world.units["UMU-S2"]).name
    after = client.get("/federations/umuco/").content.decode()
    for label in ("Ménages assurés", "Bénéficiaires"):
        assert _figure(after, label) == _figure(before, label)
    assert f"{name} (fermée)" in after
    assert client.get(f"/unites/{world.units['UMU-S2']}/chiffres/").status_code == 200
    home = client.get("/").content.decode()
    assert "encore dans une unité fermée" in home
    assert 'href="/transferts/section/"' in home


def test_who_came_back_after_a_year_that_is_not_held_is_not_known(
    world: World, sign_in: Callable[[str], Client], behind_the_wall: Callable
) -> None:
    unit = world.units["UMU-S1"]
    with behind_the_wall():
        first = Enrolment.objects.filter(unit_id=unit).aggregate(year=Min("year_id"))["year"]
    page = sign_in("amina").get(f"/unites/{unit}/chiffres/").content.decode()
    assert f"Réinscrits de {first} : n.d., le registre n’a aucun ménage de {first - 1} ici." in page
    row = page[page.index(f'<th scope="row">{first}</th>') :].partition("</tr>")[0]
    assert row.endswith('<td class="num">n.d.</td>')
    assert page.count('<td class="num">n.d.</td></tr>') == 1
