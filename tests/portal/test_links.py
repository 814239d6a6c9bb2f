"""Every number leads to what it is made of: each linked cell opens a list of just its rows."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.test import Client

from conamus.charts.formats import MASKED
from tests.portal.conftest import Answer

Demo = Callable[[str], Client]
Read = Callable[[Client, str], Answer]
MANAGER, CONFEDERATION, REGULATOR = (
    "gestionnaire.munasa", "gestionnaire.conamus", "regulateur.conamus",
)  # fmt: skip
LINKED = re.compile(r'<(?:td class="num"|th scope="row")><a href="([^"]+)">([^<]+)</a>')


def figure_of(page: str, title: str) -> str:
    """Return the picture of that title, its table included."""
    return next(part for part in page.split("<figure")[1:] if title in part).split("</figure>")[0]


def linked_cells(page: str, title: str) -> list[tuple[str, str]]:
    """Return the addresses and texts of the linked cells under the picture of that title."""
    return [(unescape(url), text) for url, text in LINKED.findall(figure_of(page, title))]


def number(text: str) -> int:
    return int(text.replace("\u202f", "").replace("\xa0FBu", ""))


def numbers(page: str, title: str) -> Iterator[tuple[str, int]]:
    for url, text in linked_cells(page, title):
        if text.replace("\u202f", "").isdecimal():
            yield url, number(text)


def rows_listed(client: Client, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.context["count"]


@pytest.mark.parametrize("username", [CONFEDERATION, "infirmier.munasa"])
def test_facilities_by_type_and_ownership(username: str, demo_client: Demo) -> None:
    client = demo_client(username)
    page = client.get("/").content.decode()
    cells = list(numbers(page, "Formations sanitaires conventionnées"))
    assert len(cells) >= 12
    assert [rows_listed(client, url) for url, _ in cells] == [count for _, count in cells]


def test_the_picture_of_facilities_leads_to_the_register(demo_client: Demo) -> None:
    client = demo_client(CONFEDERATION)
    page = client.get("/").content.decode()
    figure = figure_of(page, "Formations sanitaires conventionnées")
    url = re.search(r'<a href="([^"]+)">Voir la liste</a>', figure)
    assert url is not None
    assert rows_listed(client, unescape(url[1])) == 710


def test_expenses_by_heading_and_funder(demo_client: Demo) -> None:
    client = demo_client(CONFEDERATION)
    cells = [
        (url, francs)
        for url, francs in numbers(client.get("/").content.decode(), "Dépenses de 2024")
        if francs
    ]
    assert sum(francs for _, francs in cells) == 239_502_077
    for url, francs in cells:
        listed = client.get(url).context
        assert sum(amount for _, amount in listed["view"].sums["heading"]) == francs, url


def test_a_federation_s_households_of_the_year_are_its_list(demo_client: Demo) -> None:
    client = demo_client(MANAGER)
    [(url, households)] = numbers(client.get("/").content.decode(), "Ménages assurés par année")
    assert rows_listed(client, url) == households == 36_888


def test_a_unit_s_households_of_the_year_are_in_the_list(demo_client: Demo) -> None:
    client = demo_client(MANAGER)
    unit = client.get("/").context["rows"][0]
    [(url, households)] = numbers(client.get(unit.url).content.decode(), "Ménages assurés, ")
    assert rows_listed(client, url) == households > 0


def test_one_s_own_communes_lead_to_their_households(demo_client: Demo) -> None:
    client = demo_client(MANAGER)
    page = client.get("/carte/?decoupage=since_2025&mesure=menages").content.decode()
    cells = [(url, n) for url, n in numbers(page, "Ménages assurés par commune") if n][:4]
    assert len(cells) == 4
    assert [rows_listed(client, url) for url, _ in cells] == [n for _, n in cells]


def test_a_federation_leads_to_its_units(demo_client: Demo) -> None:
    client = demo_client(CONFEDERATION)
    cells = linked_cells(client.get("/").content.decode(), "par sexe du chef de ménage")
    assert len(cells) == 5 * 3
    assert {client.get(url.split("#")[0]).status_code for url, _ in cells} == {200}


@pytest.mark.parametrize("path", ["/", "/reseau/", "/carte/", "/federations/munasa/"])
def test_nothing_leads_the_regulator_to_persons(path: str, demo_client: Demo) -> None:
    client = demo_client(REGULATOR)
    page = client.get(path).content.decode()
    links = {unescape(url) for url in re.findall(r'href="(/[^"#]+)', page)}
    assert not [url for url in links if url.startswith("/menages/")]
    cells = {unescape(url).split("#")[0] for url, _ in LINKED.findall(page)}
    assert {client.get(url).status_code for url in cells} <= {200}
    assert MASKED not in page  # the demonstration's federations have no small group


def test_published_sections_stand_beside_the_households(demo_client: Demo) -> None:
    text = demo_client(CONFEDERATION).get("/chiffres/evolution.csv").content.decode("utf-8-sig")
    header, *rows = (line.split(";") for line in text.splitlines())
    sections = {row[0]: row[header.index("Sections publiées")] for row in rows}
    assert (sections["2019"], sections["2021"], sections["2025"]) == ("118", "n.d.", "—")
