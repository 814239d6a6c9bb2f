"""The portal at national size: the published totals, the budgets, nobody's name."""

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client

from bench.portal_pages import paths_of
from conamus.demo.provenance import GENERATED, PUBLISHED
from conamus.kernel.figures import format_integer, format_rate
from conamus.kernel.text import search_key
from federations.models import Place, RoleAssignment, User
from federations.rules.roles import Role
from membership.models import Beneficiary
from tests.portal.conftest import Answer

DATA = Path(__file__).resolve().parents[2] / "conamus" / "demo" / "data"
MOST_QUERIES = 12
MOST_BYTES = 15_000
CONFEDERATION, REGULATOR = "gestionnaire.conamus", "regulateur.conamus"
Demo = Callable[[str], Client]
Read = Callable[[Client, str], Answer]

PAGES = [
    (CONFEDERATION, "/"),
    (CONFEDERATION, "/reseau/"),
    (CONFEDERATION, "/carte/"),
    (CONFEDERATION, "/carte/?decoupage=since_2025&mesure=couverture"),
    (CONFEDERATION, "/federations/munasa/"),
    ("medecin1.conamus", "/"),
    (REGULATOR, "/"),
    (REGULATOR, "/reseau/"),
    (REGULATOR, "/carte/"),
    (REGULATOR, "/federations/munasa/"),
    ("auditeur.conamus", "/"),
    ("administrateur.conamus", "/"),
    ("gestionnaire.munasa", "/"),
    ("gestionnaire.munasa", "/carte/"),
    ("gestionnaire.munasa", "/federations/munasa/"),
    ("auditeur.munasa", "/"),
    ("centre.munasa", "/"),
    ("agent.munasa", "/"),
    ("agent.munasa", "/carte/"),
    ("infirmier.munasa", "/"),
    ("fosa.munasa", "/"),
]


EVERY_ROLE = (
    CONFEDERATION,
    REGULATOR,
    "medecin1.conamus",
    "auditeur.conamus",
    "administrateur.conamus",
    "gestionnaire.munasa",
    "auditeur.munasa",
    "centre.munasa",
    "agent.munasa",
    "infirmier.munasa",
    "fosa.munasa",
)


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def downloaded(client: Client, path: str) -> list[dict[str, str]]:
    text = client.get(path).content.decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_pages_keep_their_budget(
    username: str, path: str, demo_client: Demo, read_page: Read
) -> None:
    answer = read_page(demo_client(username), path)
    assert answer.response.status_code == 200
    assert len(answer.queries) <= MOST_QUERIES, "\n".join(answer.queries)
    assert answer.compressed <= MOST_BYTES


@pytest.mark.parametrize("username", EVERY_ROLE)
def test_every_page_of_the_menu_keeps_its_budget(
    username: str, demo_client: Demo, read_page: Read
) -> None:
    """Queries and bytes of all that the menu leads to; times: `python -m bench portal_pages`."""
    client = demo_client(username)
    role = Role(RoleAssignment.objects.get(user__username=username).role)
    above = {}
    for path in paths_of(role):
        answer = read_page(client, path)
        assert answer.response.status_code == 200, path
        if len(answer.queries) > MOST_QUERIES or answer.compressed > MOST_BYTES:
            above[path] = (len(answer.queries), answer.compressed)
    assert not above


@pytest.mark.parametrize("username", [CONFEDERATION, REGULATOR])
def test_the_federations_compared_are_the_published_ones(username: str, demo_client: Demo) -> None:
    rows = demo_client(username).get("/").context["rows"]
    shown = {search_key(row.name): row for row in rows}
    for published in rows_of("insured_2025.csv"):
        name = published["federation"]
        row = shown["reseau" if name == "TOTAL" else search_key(name)]
        assert row.units == format_integer(int(published["sections"]))
        assert row.households == format_integer(int(published["households_total"]))
        assert row.female_heads == format_integer(int(published["households_female_head"]))
        assert row.people == format_integer(int(published["beneficiaries_total"]))
        assert row.females == format_integer(int(published["beneficiaries_female"]))


def test_growth_and_retention_are_the_published_ones(demo_client: Demo) -> None:
    page = demo_client(CONFEDERATION).get("/reseau/")
    shown = {search_key(row.name): row for row in page.context["rows"]}
    for published in rows_of("growth_retention_2025.csv"):
        if published["federation"] == "GLOBAL":
            continue
        row = shown[search_key(published["federation"])]
        growth = Fraction(int(published["growth_rate_percent"]), 100)
        retention = Fraction(int(published["retention_rate_percent"]), 100)
        assert row.growth.removeprefix("+") == format_rate(growth, 0)
        assert row.retention == format_rate(retention, 0)
    text = page.content.decode()
    assert format_rate(Fraction(828, 1000)) in text
    assert format_rate(Fraction(808, 1000)) in text
    assert shown["reseau"].growth.removeprefix("+") == format_rate(Fraction(54, 100), 0)


def test_the_key_figures_of_the_directory(demo_client: Demo) -> None:
    figures = {
        one.label: one.value for one in demo_client(CONFEDERATION).get("/").context["figures"]
    }
    assert figures["Mutuelles et sections"] == "126"
    assert figures["Communes couvertes"] == "101 sur 119"
    assert figures["Formations sanitaires"] == "710"


def test_the_evolution_joins_published_and_counted_years(demo_client: Demo) -> None:
    rows = downloaded(demo_client(CONFEDERATION), "/chiffres/evolution.csv?annee=2025")
    network = {row["Année"]: row["Réseau"] for row in rows}
    for published in rows_of("households_2013_2019.csv"):
        if published["promoter"] == "TOTAL":
            assert network[published["mutualist_year"]] == published["households"]
    assert [network[str(year)] for year in range(2020, 2024)] == ["n.d."] * 4
    assert network["2025"] == "58283"


def test_facilities_by_type_and_ownership(demo_client: Demo) -> None:
    path = "/chiffres/formations-sanitaires.csv?annee=2025"
    shown = downloaded(demo_client(CONFEDERATION), path)
    published = [row for row in rows_of("facilities_2024.csv") if row["facility_type"] != "TOTAL"]
    assert [
        (int(row["Public"]), int(row["Privé"]), int(row["Confessionnel"])) for row in shown
    ] == [(int(row["public"]), int(row["private"]), int(row["faith_based"])) for row in published]


def test_expenses_by_heading_and_funder(demo_client: Demo) -> None:
    page = demo_client(CONFEDERATION).get("/")
    published = {
        (row["designation"].casefold(), row["amount_bif"])
        for row in rows_of("expenses_2024.csv")
        if row["designation"] != "TOTAL"
    }
    spent = page.context["expenses"]
    shown = {(search_key(one.heading), str(one.amount_francs)) for one in spent.sums}
    assert spent.year == 2024
    assert shown == published
    assert f"{format_integer(239_502_077)}" in page.content.decode()


@pytest.mark.parametrize("division", list(Place.Division))
def test_the_map_holds_every_household(division: Place.Division, demo_client: Demo) -> None:
    path = f"/chiffres/communes.csv?annee=2025&decoupage={division.value}"
    rows = downloaded(demo_client(CONFEDERATION), path)
    assert len(rows) == (119 if division == Place.Division.UNTIL_2025 else 42)
    assert sum(int(row["ménages"]) for row in rows) == 58_283
    path = f"/chiffres/provinces.csv?annee=2025&decoupage={division.value}"
    provinces = downloaded(demo_client(CONFEDERATION), path)
    assert sum(int(row["ménages"]) for row in provinces) == 58_283


def test_a_federation_reads_its_own_total(demo_client: Demo) -> None:
    client = demo_client("gestionnaire.munasa")
    figures = {one.label: one.value for one in client.get("/").context["figures"]}
    assert figures["Ménages assurés"] == format_integer(36_888)
    units = downloaded(client, "/chiffres/unites.csv?annee=2025&federation=munasa")
    assert len(units) == 74
    assert sum(int(row["Ménages 2025"]) for row in units) == 36_888
    assert sum(int(row["Ménages 2024"]) for row in units) == 21_683


def test_a_long_table_is_cut_on_the_home_page_and_whole_behind_it(demo_client: Demo) -> None:
    client = demo_client("gestionnaire.munasa")
    assert len(client.get("/").context["rows"]) == 15
    assert len(client.get("/federations/munasa/").context["rows"]) == 74


def test_the_regulator_meets_nobody_s_name(
    demo_client: Demo, behind_the_wall: Callable[[], AbstractContextManager[None]]
) -> None:
    client = demo_client(REGULATOR)
    own = User.objects.get(username=REGULATOR).full_name
    names = set(User.objects.values_list("full_name", flat=True)) - {own}
    with behind_the_wall():
        heads = Beneficiary.objects.filter(relationship=Beneficiary.Relationship.HEAD)
        names |= {str(head) for head in heads.order_by("pk")[:2000]}
    assert len(names) > 1000
    for path in ("/", "/reseau/", "/carte/", "/federations/twiteho/", "/federations/munasa/"):
        text = client.get(path).content.decode()
        assert [name for name in names if name in text] == [], path


def test_the_regulator_s_units_hide_groups_of_one_to_four(demo_client: Demo) -> None:
    rows = downloaded(demo_client(REGULATOR), "/chiffres/unites.csv?annee=2025&federation=tuzokira")
    counts = [
        value
        for row in rows
        for column, value in row.items()
        if column not in ("Code", "Unité", "Communes")
    ]
    assert counts
    assert not [value for value in counts if value.isdecimal() and 0 < int(value) < 5]


def test_what_is_published_and_what_is_generated_is_said(demo_client: Demo) -> None:
    client = demo_client("agent.munasa")
    assert "/provenance/" in client.get("/").content.decode()
    text = client.get("/provenance/").content.decode()
    for sentence in (*(subject for subject, _ in PUBLISHED), *GENERATED):
        assert sentence in text


def test_a_year_before_the_register_claims_no_units(demo_client: Callable) -> None:
    """Opening dates before it are generated: 2019 had 118 sections, not what they say."""
    client = demo_client("gestionnaire.conamus")
    client.post("/annee/", {"year": "2019", "next": "/"})
    page = client.get("/").content.decode()
    figure = page.split("Mutuelles et sections")[1][:200]
    assert "n.d." in figure


def test_the_text_to_write_is_of_the_year_that_is_said(demo_client: Callable) -> None:
    client = demo_client("gestionnaire.munasa")
    page = client.get("/").content.decode()
    assert "/textes/?annee=2024" in page
    assert "Textes du rapport 2024" in client.get("/textes/?annee=2024").content.decode()
