"""The confederation's report of 2024 holds every published figure and each federation's row.

Every column of the files of published figures is looked for (`conamus/demo/data`).
"""

import csv
import re
from io import BytesIO

import pytest
from django.db import transaction
from pypdf import PdfReader

from conamus.kernel.text import search_key
from federations.models import Federation, StoredFile, Unit
from federations.tenancy.actor import system_actor
from prudential.models import AnnualReport
from prudential.services.annual_report import produce_annual_report
from tests import databases
from tests.prudential.reading import figure, plain, text_of

DATA = databases.BASE / "conamus/demo/data"
TYPES = {
    "CDS": "Centres de santé (CDS)",
    "HOPITAL": "Hôpitaux",
    "CLINIQUE_POLYCLINIQUE": "Cliniques et polycliniques",
    "CENTRE_MEDICAL": "Centres médicaux",
    "TOTAL": "Total",
}


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def report(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> tuple[AnnualReport, bytes]:
    """Produce the report once, as the command does; nothing of it stays in the database."""
    from federations.tenancy.scope import open_scope

    with (
        django_db_blocker.unblock(),
        databases.connected_to(databases.demo_database()),
        transaction.atomic(),
    ):
        actor = system_actor(Federation.objects.get(code="CONAMUS").pk, "essai")
        with open_scope(actor, source="essai"):
            unit = Unit.objects.get(tenant_id=actor.tenant_id, kind=Unit.Kind.CONFEDERATION)
        made = produce_annual_report(
            actor=actor, unit_id=unit.pk, year=2024, progress=lambda *_: None
        )
        with open_scope(actor, source="essai"):
            content = bytes(StoredFile.objects.get(pk=made.file_id).content)
        transaction.set_rollback(True)
    return made, content


@pytest.fixture(scope="module")
def text(report: tuple[AnnualReport, bytes]) -> str:
    return text_of(report[1])


@pytest.fixture(scope="module")
def names(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> dict[str, str]:
    """Return the federations' names as the report writes them, by their published name."""
    with django_db_blocker.unblock(), databases.connected_to(databases.demo_database()):
        found = Federation.objects.filter(kind="federation").values_list("short_name", flat=True)
        return {**{search_key(name): name for name in found}, "total": "Total"}


@pytest.mark.parametrize("row", rows_of("insured_2025.csv"), ids=lambda row: row["federation"])
def test_the_insured_of_each_federation(text: str, names: dict, row: dict) -> None:
    figures = [figure(int(value)) for name, value in row.items() if name != "federation"]
    assert " ".join([names[search_key(row["federation"])], *figures]) in text


@pytest.mark.parametrize(
    "row",
    [row for row in rows_of("growth_retention_2025.csv") if row["federation"] != "GLOBAL"],
    ids=lambda row: row["federation"],
)
def test_growth_and_retention_of_each_federation(text: str, names: dict, row: dict) -> None:
    name = names[search_key(row["federation"])]
    line = text.split("Tableau 3. Croissance et fidélisation de 2024 à 2025 ")[1]
    line = line.split(f"{name} ")[1].split(" % ")
    assert line[1] == figure(int(row["growth_rate_percent"]))
    assert line[3].split()[0] == row["retention_rate_percent"]


def test_the_global_rates_are_ours_and_the_published_method_is_named(text: str) -> None:
    published = next(
        row for row in rows_of("growth_retention_2025.csv") if row["federation"] == "GLOBAL"
    )
    whole = text.split("Ensemble 37 ")[1][:80]
    assert f" {published['growth_rate_percent']} % " in whole
    assert "82,8 %" in whole
    mean = f"{published['retention_rate_percent']} %"
    assert f"Moyenne simple des taux (méthode du rapport 2024) 80,8 % {mean}" in text


@pytest.mark.parametrize(
    "row", rows_of("facilities_2024.csv"), ids=lambda row: row["facility_type"]
)
def test_facilities_by_type_and_ownership(text: str, row: dict) -> None:
    counts = (row["public"], row["private"], row["faith_based"], row["total"])
    assert " ".join([TYPES[row["facility_type"]], *counts]) in text


@pytest.mark.parametrize("row", rows_of("expenses_2024.csv"), ids=lambda row: row["amount_bif"])
def test_expenses_by_heading_and_funder(text: str, row: dict) -> None:
    part = text.split("Les dépenses de 2024 s’élèvent")[1]
    assert figure(int(row["amount_bif"])) in part
    assert row["funding_source"] in part


#: Promoters in the order of the columns: FEMUSCABU, MUNASA, Tugarukiramagara, Tuzokira, Twiteho.
PROMOTERS = ("ADISCO", "MUNASA", "UCODE/AMR", "FVS-AMADE", "MEMISA")
PAST = rows_of("households_2013_2019.csv")


@pytest.mark.parametrize("year", dict.fromkeys(row["mutualist_year"] for row in PAST))
@pytest.mark.parametrize(
    ("column", "title"),
    [
        ("households", "Ménages assurés par année mutualiste, 2013-2014 à 2025"),
        ("sections", "Mutuelles et sections publiées, 2013-2014 à 2019"),
    ],
)
def test_past_years_by_promoter(text: str, year: str, column: str, title: str) -> None:
    """Households and sections of each promoter and their published total, on one line."""
    published = {row["promoter"]: int(row[column]) for row in PAST if row["mutualist_year"] == year}
    line = [figure(published.pop(promoter)) for promoter in (*PROMOTERS, "TOTAL")]
    assert not published
    table = text.split(title)[-1].split("Source : ")[0].replace("*", "")
    assert plain(" ".join([year, *line])) in plain(table)


def test_the_gap_and_the_break_of_the_series_are_said(text: str) -> None:
    for year in (2020, 2021, 2022, 2023):
        assert f"{year} n.d. n.d. n.d. n.d. n.d. n.d." in text
    assert "En 2019, MEMISA travaillait aussi dans la province de Muyinga" in text


@pytest.mark.parametrize(
    "words",
    [
        "101 / 119",
        "119 101 58 283 263 963 710",
        "101 des 119 communes",
        "Responsables administratifs, sanitaires et religieux 176",
        "Prestataires renforcés sur la gestion des soins subventionnés 124",
        "Prestataires sensibilisés à l’approche genre 68",
        "24 gestionnaires de centres",
        "57 femmes sur l’hygiène menstruelle",
        "53 femmes sur le leadership",
        "57 femmes sur la prévention des infections",
        "Deux médecins conseils, aidés de six infirmiers cadres",
        "35 jours de formation",
        "Deux ateliers ont fait le point sur l’inter-mutualité",
        "MUNASA-Twitwararikane 21 683 36 888",
        "Tugarukiramagara y’Imiryango 2 172 4 209",
        "29 activités, dont",
        "Total 29 ≥ 561 n.d. n.d.",
    ],
)
def test_other_published_figures(text: str, words: str) -> None:
    assert words in text


def test_it_is_a_readable_document(report: tuple[AnnualReport, bytes], text: str) -> None:
    made, content = report
    reader = PdfReader(BytesIO(content))
    assert 22 <= made.pages <= 30
    assert reader.metadata.title == "Rapport d’activités 2024 — CONAMUS"
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert "II. Principales réalisations et résultats" in titles
    assert "Annexe E. Provenance des données" in titles
    assert "Réseau de démonstration" in text
    assert re.search(r"Produit le .{8,20}, données arrêtées au 30 juin 2025", text)
    assert "par province des ménages, des bénéficiaires et des formations sanitaires" in text
    assert "Photo 1. Les provinces du Burundi" in text
    contents = plain(reader.pages[1].extract_text())
    page = int(contents.split("Formations sanitaires")[1].replace(".", " ").split()[0])
    assert "III. Formations sanitaires" in plain(reader.pages[page - 1].extract_text())
