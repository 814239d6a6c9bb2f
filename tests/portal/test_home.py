"""Each role's home page in the small world: what it shows, what it must not show."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from conamus.charts.formats import MASKED
from tests.world import World

pytestmark = pytest.mark.django_db

#: Sign-in name → (template, a sentence that only this page has).
HOMES = {
    "clara": ("confederation", "Ce qui vous attend"),
    "medard": ("adviser", "Les fédérations comparées"),
    "regine": ("regulator", "Chiffres agrégés seulement"),
    "sylvere": ("system", "Tâches de tout le réseau"),
    "amina": ("federation", "Inscrire une activité"),
    "arthur": ("federation", "Historique des changements"),
    "agnes": ("unit", "Trouver un ménage"),
    "albert": ("unit", "Trouver un ménage"),
    "annick": ("nurse", "Ouvrir le registre"),
    "fabrice": ("facility", "Qui appeler"),
}
SignIn = Callable[[str], Client]


@pytest.mark.parametrize("username", HOMES)
def test_each_role_has_its_home(username: str, sign_in: SignIn) -> None:
    template, sentence = HOMES[username]
    response = sign_in(username).get("/")
    assert response.status_code == 200
    assert f"portal/{template}.html" in [used.name for used in response.templates]
    assert sentence in response.content.decode()


def test_a_stranger_is_sent_to_the_sign_in(world: World) -> None:
    assert Client().get("/").status_code == 302


def test_an_agent_sees_the_own_section_and_no_other(sign_in: SignIn, world: World) -> None:
    page = sign_in("agnes").get("/")
    text = page.content.decode()
    assert page.context["title"] == "Section Umuco 1"
    assert "UMU-1001" in text
    assert "UMU-2001" not in text
    assert "INE-1001" not in text


def test_an_agent_counts_who_came_back_and_who_did_not(sign_in: SignIn) -> None:
    figures = {one.label: one.value for one in sign_in("agnes").get("/").context["figures"]}
    assert figures["Ménages assurés en 2025"] == "3"
    assert figures["Réinscrits"] == "2"
    assert figures["Pas encore réinscrits"] == "0"


def test_a_centre_sees_the_units_that_it_serves(sign_in: SignIn) -> None:
    page = sign_in("albert").get("/")
    assert [row.name for row in page.context["units"]] == ["Section Umuco 1", "Section Umuco 2"]


def test_a_federation_sees_its_own_units_only(sign_in: SignIn) -> None:
    page = sign_in("amina").get("/")
    assert {row.name for row in page.context["rows"]} == {"Section Umuco 1", "Section Umuco 2"}
    assert "Ineza" not in page.content.decode()


def test_the_units_are_sorted_as_asked(sign_in: SignIn) -> None:
    client = sign_in("amina")
    names = [row.name for row in client.get("/?tri=-nom").context["rows"]]
    assert names == ["Section Umuco 2", "Section Umuco 1"]
    assert 'aria-sort="descending"' in client.get("/?tri=-nom").content.decode()


def test_an_auditor_is_offered_nothing_to_do(sign_in: SignIn) -> None:
    text = sign_in("arthur").get("/").content.decode()
    assert "Ce qui vous attend" not in text
    assert "Inscrire" not in text


def test_an_auditor_is_led_to_receipts_and_to_who_asked_for_rights(sign_in: SignIn) -> None:
    client = sign_in("arthur")
    page = client.get("/").content.decode()
    for address in ("/cotisations/", "/cotisations/caisse/", reverse("rights_traces")):
        assert f'<li><a href="{address}"' in page or f', <a href="{address}"' in page
        assert client.get(address).status_code == 200


def test_a_facility_reads_its_card_and_whom_to_call(sign_in: SignIn) -> None:
    text = sign_in("fabrice").get("/").content.decode()
    assert "CDS Mutoyi" in text
    for unit in ("Section Umuco 1", "Section Umuco 2", "Section Ineza 1"):
        assert unit in text
    assert "ménages assurés" not in text


def test_the_regulator_reads_no_small_group(sign_in: SignIn) -> None:
    """Six and three households: a group of one to four is hidden, and what would tell it."""
    page = sign_in("regine").get("/")
    umuco = next(row for row in page.context["rows"] if row.name == "Umuco")
    ineza = next(row for row in page.context["rows"] if row.name == "Ineza")
    assert (ineza.households, ineza.female_heads) == (MASKED, MASKED)
    assert (umuco.households, umuco.female_heads) == (MASKED, MASKED)
    assert page.context["rows"][-1].households == MASKED
    assert "groupe de un à quatre, ou nombre qui permettrait" in page.content.decode()


def test_the_confederation_reads_the_same_groups_whole(sign_in: SignIn) -> None:
    rows = {row.name: row for row in sign_in("clara").get("/").context["rows"]}
    assert (rows["Umuco"].households, rows["Umuco"].female_heads) == ("6", "2")
    assert (rows["Ineza"].households, rows["Réseau"].households) == ("3", "9")


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("clara", "/reseau/", 200),
        ("regine", "/reseau/", 200),
        ("medard", "/reseau/", 200),
        ("amina", "/reseau/", 403),
        ("sylvere", "/reseau/", 403),
        ("clara", "/carte/", 200),
        ("amina", "/carte/", 200),
        ("agnes", "/carte/", 200),
        ("fabrice", "/carte/", 403),
        ("sylvere", "/carte/", 403),
        ("clara", "/federations/umuco/", 200),
        ("regine", "/federations/umuco/", 200),
        ("amina", "/federations/umuco/", 200),
        ("amina", "/federations/ineza/", 403),
        ("fabrice", "/federations/umuco/", 403),
        ("agnes", "/federations/umuco/", 403),
        ("albert", "/federations/umuco/", 403),
        ("clara", "/federations/conamus/", 404),
        ("clara", "/federations/inconnue/", 404),
    ],
)
def test_figures_are_for_whom_the_table_says(
    username: str, path: str, status: int, sign_in: SignIn
) -> None:
    assert sign_in(username).get(path).status_code == status


@pytest.mark.parametrize(
    ("username", "code", "status"),
    [
        ("clara", "UMU-S1", 200),
        ("regine", "UMU-S1", 200),
        ("amina", "UMU-S2", 200),
        ("amina", "INE-S1", 403),
        ("agnes", "UMU-S1", 200),
        ("agnes", "UMU-S2", 404),
        ("beatrice", "UMU-S1", 403),
        ("fabrice", "UMU-S1", 403),
        ("clara", "UMU-C1", 404),
    ],
)
def test_a_unit_s_figures_stay_with_its_own(
    username: str, code: str, status: int, sign_in: SignIn, world: World
) -> None:
    path = f"/unites/{world.units[code]}/chiffres/"
    assert sign_in(username).get(path).status_code == status


def test_a_unit_s_figures_are_hidden_from_the_regulator_when_small(
    sign_in: SignIn, world: World
) -> None:
    path = f"/unites/{world.units['UMU-S1']}/chiffres/"
    shown = {one.label: one.value for one in sign_in("regine").get(path).context["figures"]}
    assert shown["Ménages assurés"] == MASKED
    assert shown["Cheffes de ménage"] == MASKED


@pytest.mark.parametrize("username", ["clara", "regine", "amina"])
def test_a_year_without_enrolments_is_unknown_and_not_empty(username: str, sign_in: SignIn) -> None:
    client = sign_in(username)
    client.post("/annee/", {"year": "2019", "next": "/"})
    page = client.get("/")
    assert page.context["state"].startswith("Aucune adhésion n’est inscrite pour 2019")
    figures = {one.label: one.value for one in page.context["figures"]}
    assert figures["Ménages assurés"] == "n.d."
    assert {row.households for row in page.context["rows"]} == {"n.d."}


@pytest.mark.parametrize("path", ["/", "/reseau/", "/federations/umuco/"])
def test_what_is_masked_is_not_said_to_be_nothing(path: str, sign_in: SignIn) -> None:
    """Three states: no enrolment, enrolments that are not shown, a number."""
    told = "Des ménages sont assurés pour 2025 ; leur nombre n’est pas montré ici."
    client = sign_in("regine")
    page = client.get(path)
    assert page.context["state"] == told
    assert told in page.content.decode()
    assert "Aucune adhésion" not in page.content.decode()
    assert {row.households for row in page.context["rows"]} == {MASKED}
    for figure in page.context.get("figures", ()):
        if figure.label == "Ménages assurés":
            assert figure.value == MASKED
    client.post("/annee/", {"year": "2019", "next": "/"})
    assert client.get(path).context["state"].startswith("Aucune adhésion n’est inscrite pour 2019")
    assert "ménages assurés" in sign_in("clara").get(path).context["state"]


@pytest.mark.parametrize("username", ["agnes", "albert"])
def test_no_page_of_a_unit_leads_to_the_whole_federation(
    username: str, sign_in: SignIn, world: World
) -> None:
    client = sign_in(username)
    for path in ("/", "/carte/", f"/unites/{world.units['UMU-S1']}/chiffres/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "/federations/umuco/" not in page.content.decode().lower()
        assert "federation=" not in page.content.decode()
    amina = sign_in("amina").get(f"/unites/{world.units['UMU-S1']}/chiffres/")
    assert "/federations/umuco/" in amina.content.decode().lower()
