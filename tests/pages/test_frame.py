"""The frame around every page: menu, year, role, search, and what it costs."""

import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conamus import clock
from conamus.pages.years import FIRST_YEAR
from federations.models import RoleAssignment
from federations.services.partners import add_partner
from federations.tenancy.scope import open_scope
from tests.world import CAST, PASSWORD

ADDRESSES = [
    "/unites/",
    "/unites/arbre/",
    "/formations-sanitaires/",
    "/lieux/",
    "/districts-sanitaires/",
    "/roles-et-droits/",
    "/recherche/?q=umuco",
]


def _side(page: str) -> str:
    return re.search(r'<nav class="side".*?</nav>', page, re.S).group(0)


@pytest.mark.parametrize("username", sorted(CAST))
def test_every_role_sees_the_directory_in_a_whole_page(username: str, sign_in) -> None:
    client = sign_in(username)
    for address in ADDRESSES:
        page = client.get(address)
        text = page.content.decode()
        assert page.status_code == 200, address
        assert text.count("<h1>") == 1, address
        assert '<html lang="fr">' in text
        assert 'href="#contenu"' in text
        assert len(gzip.compress(page.content, 6)) <= 15_000, address


@pytest.mark.parametrize("username", sorted(CAST))
def test_the_menu_opens_and_no_page_hangs_twice_from_the_same_name(username: str, sign_in) -> None:
    """The pages of the menu, and one of each kind that they lead to."""
    client = sign_in(username)
    menu = re.findall(r'href="([^"]+)"', _side(client.get("/unites/").content.decode()))
    waiting, visited = list(menu), set()
    trails = 0
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"\d+", "n", address.split("?")[0])
        if kind in visited or re.search(r"\.(pdf|csv|xlsx)|compte/|static/", address):
            continue
        visited.add(kind)
        page = client.get(address)
        assert page.status_code == 200 or address not in menu, address
        if "html" not in page["Content-Type"] or page.streaming:
            continue
        text = page.content.decode()
        waiting += re.findall(r'href="(/[^"#]*)"', text.partition("<main")[2])
        trail = re.search(r'<ol class="breadcrumb">(.*?)</ol>', text, re.S)
        names = re.findall(r"<a [^>]*>(.*?)</a>", trail[1]) if trail else []
        names += re.findall(r"<h1>(.*?)</h1>", text)
        assert len(set(names)) == len(names), (address, names)
        trails += bool(trail)
    assert trails >= 2


def _asked(client: Client, address: str) -> list[str]:
    """The queries of a page, without those that open and close its scope."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "set_config", "pg_backend_pid", "ROLE")
    return [q["sql"] for q in queries if not any(word in q["sql"][:80] for word in frame)]


@pytest.mark.parametrize("username", ["amina", "agnes", "albert"])
@pytest.mark.parametrize("address", ["/menages/", "/menages/?q=umucoa&sort=head"])
def test_the_households_ask_at_most_twelve_queries(username, address, sign_in) -> None:
    asked = _asked(sign_in(username), address)
    assert len(asked) <= 12, "\n".join(asked)


@pytest.mark.parametrize("username", ["clara", "amina", "agnes", "regine"])
@pytest.mark.parametrize(
    "address",
    ["/unites/", "/unites/{unit}/", "/formations-sanitaires/", "/lieux/", "/recherche/?q=umuco"],
)
def test_a_page_asks_at_most_twelve_queries(username, address, sign_in, world) -> None:
    client = sign_in(username)
    asked = _asked(client, address.format(unit=world.units["UMU-S1"]))
    assert len(asked) <= 12, "\n".join(asked)


def test_nothing_of_a_page_is_kept_by_the_browser(sign_in) -> None:
    assert "no-store" in sign_in("amina").get("/menages/")["Cache-Control"]


def test_the_year_is_chosen_once_and_kept(sign_in) -> None:
    client = sign_in("amina")
    answer = client.post("/annee/", {"year": "2024", "next": "/menages/?q=umuco"})
    assert (answer.status_code, answer["Location"]) == (302, "/menages/?q=umuco")
    assert "Année <strong>2024</strong>" in client.get("/unites/").content.decode()
    assert "pour l’année 2024" in client.get("/menages/").content.decode()


@pytest.mark.parametrize("year", ["", "abc", str(FIRST_YEAR - 1), "9999", "²"])
def test_a_year_that_is_not_offered_changes_nothing(year: str, sign_in) -> None:
    client = sign_in("amina")
    page = client.post("/annee/", {"year": year, "next": "/unites/"}, follow=True)
    text = page.content.decode()
    assert "Cette année n’est pas disponible." in text
    assert f"Année <strong>{clock.today().year}</strong>" in text


@pytest.mark.parametrize("target", ["https://ailleurs.example/", "//ailleurs.example", ""])
def test_the_way_back_stays_on_this_site(target: str, sign_in) -> None:
    answer = sign_in("amina").post("/annee/", {"year": "2024", "next": target})
    assert answer["Location"] == "/"


def _second_role(world, username: str) -> int:
    """Give someone the role that Arthur has, beside their own."""
    with open_scope(world.system("UMUCO"), source="essai"):
        given = RoleAssignment.objects.create(
            user_id=world.users[username],
            role="auditor",
            tenant_id=world.tenants["UMUCO"],
            valid_from="2020-01-01",
        )
    return given.pk


def test_a_person_with_two_roles_switches(world, sign_in) -> None:
    second = _second_role(world, "amina")
    client = sign_in("amina")
    assert "Ouvrir une unité" in client.get("/unites/").content.decode()
    client.post("/compte/role/", {"assignment": second})
    page = client.get("/unites/").content.decode()
    assert "Ouvrir une unité" not in page
    assert "Auditeur" in page


def test_nobody_takes_another_persons_role(world, sign_in) -> None:
    client = sign_in("agnes")
    client.post("/compte/role/", {"assignment": world.assignments["amina"]})
    assert client.get("/unites/ouvrir/").status_code == 403


def test_the_outsider_is_told_whom_to_ask(world) -> None:
    client = Client()
    client.post("/compte/login/", {"login": "oda", "password": PASSWORD})
    page = client.get("/unites/", follow=True)
    assert page.redirect_chain[-1][0] == "/compte/sans-role/"
    assert "aucun rôle ne vous est attribué" in page.content.decode()
    assert client.get("/compte/password/change/").status_code == 200


def test_a_name_in_a_title_stays_text(world, sign_in, as_actor) -> None:
    with as_actor(world.actor("amina")):
        add_partner(actor=world.actor("amina"), name="<b>Gras</b> & fils", kind="funder")
    page = sign_in("amina").get("/partenaires/").content.decode()
    assert "<b>Gras</b>" not in page
    assert "&lt;b&gt;Gras&lt;/b&gt; &amp; fils" in page


@pytest.mark.parametrize(
    ("username", "finds_people"),
    [("amina", True), ("agnes", True), ("regine", False), ("clara", False), ("fabrice", False)],
)
def test_the_search_finds_people_for_those_who_may(username, finds_people, sign_in) -> None:
    page = sign_in(username).get("/recherche/?q=umucoa").content.decode()
    assert ("Ménages et bénéficiaires" in page) is finds_people


def test_the_search_stays_in_ones_federation_and_unit(sign_in) -> None:
    assert "INE-1001" not in sign_in("amina").get("/recherche/?q=inezaa").content.decode()
    agnes = sign_in("agnes").get("/recherche/?q=umucoa").content.decode()
    assert "UMU-1001" in agnes
    assert "UMU-2001" not in agnes


def test_the_search_needs_two_letters_and_says_when_it_finds_nothing(sign_in) -> None:
    client = sign_in("amina")
    assert "au moins deux lettres" in client.get("/recherche/?q=a").content.decode()
    assert "Rien ne répond à « zzzz »" in client.get("/recherche/?q=zzzz").content.decode()
