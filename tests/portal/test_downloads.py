"""The data behind the pictures: whole, plain, harmless, for whom the picture is."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from conamus.charts.formats import MASKED
from conamus.charts.picture import Table
from conamus.pages.exports import export_response
from conamus.portal.data import SOURCES
from conamus.portal.views.downloads import listing_of
from federations.rules.activities import ExpenseFacts
from federations.services.expenses import record_expense
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
    assert rows["Fédération"] == "Croissance (%);Fidélisation (%)"
    assert rows["Umuco"] == "50,0;100,0"
    before = sign_in("clara").get("/chiffres/taux.csv?annee=2020").content.decode("utf-8-sig")
    assert "n.d." in before


def test_expenses_are_of_the_year_that_the_page_names(
    sign_in: SignIn, as_actor: Callable, world: World
) -> None:
    """The home page shows the year before where this one has none; so does its file, by name."""
    actor = world.actor("amina")
    facts = ExpenseFacts(
        unit_id=world.units["UMUCO"], spent_on=date(2024, 5, 3), heading="PERSONNEL",
        amount_francs=700, label="Salaires",
    )  # fmt: skip
    with as_actor(actor):
        record_expense(actor=actor, facts=facts)
    client = sign_in("amina")
    picture = client.get("/").context["expenses_picture"]
    assert "annee=2024" in picture.download_url
    file = client.get(picture.download_url)
    assert "depenses-2024.csv" in file["Content-Disposition"]
    assert "700" in file.content.decode("utf-8-sig")
    assert client.get("/chiffres/depenses.csv?annee=2025").status_code == 404


def test_rates_are_rounded_as_on_the_page_and_stay_numbers(sign_in: SignIn) -> None:
    """What the page writes « 50,0 % » is 50,0 in CSV and a number in XLSX, in lists too."""
    client = sign_in("clara")
    book = load_workbook(BytesIO(client.get("/chiffres/taux.xlsx").content))
    rates = {row[0]: row[1:] for row in book.active.iter_rows(values_only=True)}
    assert rates["Umuco"] == (50, 100)
    listed = sign_in("amina").get("/indicateurs/?export=xlsx").content
    cells = list(load_workbook(BytesIO(listed)).active.iter_rows(values_only=True))
    growth = cells[0].index("Croissance")
    assert {type(row[growth]) for row in cells[1:]} <= {int, float, str}
    assert any(isinstance(row[growth], int | float) for row in cells[1:])
    assert not any("," in row[growth] for row in cells[1:] if isinstance(row[growth], str))


def test_what_is_hidden_in_a_file_is_not_called_unknown(sign_in: SignIn) -> None:
    path = "/chiffres/unites.csv?federation=umuco"
    hidden = sign_in("regine").get(path).content.decode("utf-8-sig")
    assert MASKED in hidden
    assert "n.d." not in hidden
    assert MASKED not in sign_in("clara").get(path).content.decode("utf-8-sig")


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
        headers = content.splitlines()[0].replace(" (%)", "")
        assert headers == ";".join(picture.table().headers)
