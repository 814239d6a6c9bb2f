"""The data behind the pictures: whole, plain, harmless, for whom the picture is."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from conamus.charts.picture import Table
from conamus.pages.exports import export_response
from conamus.portal.data import SOURCES
from conamus.portal.views.downloads import listing_of
from tests.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def test_csv_and_xlsx_say_the_same(sign_in: SignIn) -> None:
    client = sign_in("clara")
    text = client.get("/chiffres/menages.csv").content.decode("utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()]
    book = load_workbook(BytesIO(client.get("/chiffres/menages.xlsx").content))
    cells = [[str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    assert cells == lines
    assert lines[0] == ["Fédération", "Chef homme", "Cheffe femme"]
    assert ["Umuco", "4", "2"] in lines


def test_rates_are_numbers_and_the_unknown_is_said(sign_in: SignIn) -> None:
    text = sign_in("clara").get("/chiffres/taux.csv").content.decode("utf-8-sig")
    rows = dict(line.split(";", 1) for line in text.splitlines())
    assert rows["Umuco"] == "0,5;1,0"
    before = sign_in("clara").get("/chiffres/taux.csv?annee=2020").content.decode("utf-8-sig")
    assert "n.d." in before


def test_text_that_begins_a_formula_is_made_harmless() -> None:
    table = Table(("Unité", "Ménages"), (("=2+2", 3),))
    content = export_response(listing_of(table), name="x", kind="csv").content.decode("utf-8-sig")
    assert "'=2+2;3" in content


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("clara", "/chiffres/evolution.csv", 200),
        ("clara", "/chiffres/rien.csv", 404),
        ("clara", "/chiffres/evolution.pdf", 404),
        ("clara", "/chiffres/evolution.csv?annee=1789", 404),
        ("clara", "/chiffres/evolution.csv?annee=demain", 404),
        ("amina", "/chiffres/evolution.csv", 403),
        ("amina", "/chiffres/evolution.csv?federation=umuco", 200),
        ("amina", "/chiffres/evolution.csv?federation=ineza", 403),
        ("amina", "/chiffres/unites.csv?federation=ineza", 403),
        ("amina", "/chiffres/depenses.csv", 404),
        ("agnes", "/chiffres/depenses.csv", 403),
        ("agnes", "/chiffres/renouvellement.csv", 200),
        ("agnes", "/chiffres/unites.csv?federation=umuco", 403),
        ("agnes", "/chiffres/renouvellement.csv?federation=umuco", 403),
        ("agnes", "/chiffres/evolution.csv?federation=umuco", 403),
        ("agnes", "/chiffres/formations-sanitaires.csv?federation=umuco", 403),
        ("albert", "/chiffres/unites.csv?federation=umuco", 403),
        ("albert", "/chiffres/renouvellement.csv?federation=umuco", 403),
        ("albert", "/chiffres/evolution.csv?federation=umuco", 403),
        ("albert", "/chiffres/formations-sanitaires.csv?federation=umuco", 403),
        ("regine", "/chiffres/renouvellement.csv", 403),
        ("fabrice", "/chiffres/menages.csv", 403),
        ("fabrice", "/chiffres/communes.csv", 403),
        ("clara", "/chiffres/unite.csv", 409),
    ],
)
def test_a_download_asks_for_the_picture_s_permission(
    username: str, path: str, status: int, sign_in: SignIn
) -> None:
    assert sign_in(username).get(path).status_code == status


def test_a_unit_of_another_federation_is_refused(sign_in: SignIn, world: World) -> None:
    path = f"/chiffres/unite.csv?unite={world.units['INE-S1']}"
    assert sign_in("amina").get(path).status_code == 403
    assert sign_in("clara").get(path).status_code == 200


@pytest.mark.parametrize("username", ["clara", "regine", "amina"])
def test_every_picture_of_a_home_page_can_be_downloaded(username: str, sign_in: SignIn) -> None:
    client = sign_in(username)
    page = client.get("/")
    pictures = page.context["pictures"].values()
    assert pictures
    for picture in pictures:
        name = picture.download_url.split("/")[2].split(".")[0]
        assert name in SOURCES
        content = client.get(picture.download_url).content.decode("utf-8-sig")
        assert content.splitlines()[0] == ";".join(picture.table().headers)
