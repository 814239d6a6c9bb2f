"""The cash sheet of a day: by method, counter-receipts apart, on screen and on paper."""

from datetime import date

from django.urls import reverse

from federations.models import Unit
from membership.selectors.payments import cash_sheet
from membership.services.payments import reverse_payment
from tests.membership.money import TODAY, owing, paid
from tests.membership.test_receipts import text_of


def _day(amina):
    """Two in cash, one by Lumicash; the first cancelled the same day, one of the day before."""
    first = paid(amina, owing("UMU-1001", joining_fee_francs=1_000), amount_francs=5_000)
    paid(amina, owing("UMU-1002"), amount_francs=7_000)
    paid(amina, owing("UMU-1003"), amount_francs=9_000, method="lumicash", reference="M1")
    paid(amina, owing("UMU-1002"), amount_francs=100, received_on=date(2025, 6, 29))
    reverse_payment(actor=amina, payment_id=first.pk, reason="Erreur")


def test_it_adds_up_by_method(world, as_actor):
    amina = world.actor("amina")
    with as_actor(amina):
        _day(amina)
        sheet = cash_sheet(amina, unit=Unit.objects.get(code="UMU-S1"), day=TODAY)
        other = cash_sheet(amina, unit=Unit.objects.get(code="UMU-S2"), day=TODAY)
    assert [
        (total.label, total.count, total.received_francs, total.reversed_francs)
        for total in sheet.totals
    ] == [("espèces", 3, 12_000, -5_000), ("Lumicash", 1, 9_000, 0)]
    assert (sheet.cash_francs, sheet.total_francs) == (7_000, 16_000)
    assert (sheet.fee_francs, sheet.contribution_francs) == (0, 16_000)
    assert other.lines == []


def test_the_page_and_the_paper(world, sign_in, as_actor):
    amina = world.actor("amina")
    with as_actor(amina):
        _day(amina)
    client = sign_in("agnes")
    page = client.get(reverse("cash_sheet"))
    assert page.context["sheet"].unit.code == "UMU-S1"
    assert "annule UMU-S1-2025-00001" in page.content.decode()
    asked = {"unit": world.units["UMU-S1"], "day": "2025-06-29"}
    assert client.get(reverse("cash_sheet"), asked).context["sheet"].total_francs == 100
    text = text_of(client.get(reverse("cash_sheet_pdf")).content)
    assert "Feuille de caisse du 30 juin 2025" in text
    assert "La personne qui vérifie" in text
    assert "16\u202f000" in text.replace(" ", "\u202f")


def test_a_receipt_dated_back_says_why(world, sign_in, as_actor):
    amina = world.actor("amina")
    with as_actor(amina):
        paid(amina, owing("UMU-1002"), amount_francs=1_000)
        old = paid(
            amina, owing("UMU-1001"), amount_francs=2_000, received_on=date(2025, 3, 1),
            backdating_reason="Carnet <retrouvé>",
        )  # fmt: skip
    client, told = sign_in("albert"), "antidaté : Carnet &lt;retrouvé&gt;"
    assert told not in client.get(reverse("cash_sheet")).content.decode()
    asked = {"unit": world.units["UMU-S1"], "day": "2025-03-01"}
    assert told in client.get(reverse("cash_sheet"), asked).content.decode()
    paper = text_of(client.get(reverse("cash_sheet_pdf"), asked).content)
    assert "Amina Nduwimana, antidaté : Carnet <retrouvé>" in paper
    page = client.get(reverse("payment_detail", args=[old.pk])).content.decode()
    assert "Carnet &lt;retrouvé&gt;" in page


def test_an_empty_day_says_so_and_another_units_day_is_not_offered(world, sign_in):
    client = sign_in("agnes")
    page = client.get(reverse("cash_sheet"), {"day": "2025-01-02"}).content.decode()
    assert "n’a rien encaissé le 2 janvier 2025" in page
    for unit in ("UMU-S2", "INE-S1"):
        asked = {"unit": world.units[unit], "day": "2025-06-30"}
        page = client.get(reverse("cash_sheet"), asked)
        assert page.context["sheet"] is None
        assert client.get(reverse("cash_sheet_pdf"), asked).status_code == 404
    assert client.get(reverse("cash_sheet"), {"day": "hier"}).status_code == 200
