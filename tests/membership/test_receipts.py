"""Receipts: cancelled only by a counter-receipt, found again, printed in two formats."""

import re
import threading
from collections import Counter
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound, PeriodClosed
from federations.models import Federation, PeriodLock, Unit
from federations.tenancy.scope import open_scope
from membership.documents.receipts import receipt_facts
from membership.models import Beneficiary, Household, Payment, ReceiptPrint
from membership.rules.coverage import ReasonCode
from membership.selectors import payments as selectors
from membership.selectors.balances import owed_by
from membership.selectors.payments import found_receipts, payment_by_id, payments
from membership.selectors.rights import coverage_of_household
from membership.services.life_events import record_death
from membership.services.payments import reverse_payment
from membership.services.receipts import ORIGINAL_AGAIN
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.money import TODAY, owing, paid


def text_of(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.split())


def test_a_counter_receipt_takes_back_exactly_its_receipt(amina):
    enrolment = owing("UMU-1001", joining_fee_francs=1_000)
    payment = paid(amina, enrolment, amount_francs=9_999)
    undone = reverse_payment(actor=amina, payment_id=payment.pk, reason=" Mauvais  ménage ")
    for column in (
        "amount_francs", "contribution_francs", "fee_francs", "federation_francs",
        "confederation_francs",
    ):  # fmt: skip
        assert getattr(undone, column) == -getattr(payment, column)
    assert payment.federation_francs > 0
    assert (undone.reverses_id, undone.reversal_reason) == (payment.pk, "Mauvais ménage")
    assert (undone.receipt_number, undone.received_on) == (payment.receipt_number + 1, TODAY)
    assert owed_by(enrolment).household_left_francs == 31_000
    assert Payment.objects.get(pk=payment.pk).amount_francs == 9_999


def test_a_receipt_is_cancelled_once_and_a_counter_receipt_never(amina):
    payment = paid(amina, owing("UMU-1001"))
    undone = reverse_payment(actor=amina, payment_id=payment.pk, reason="Erreur")
    with pytest.raises(Conflict, match="déjà annulé par le UMU-S1-2025-00002"):
        reverse_payment(actor=amina, payment_id=payment.pk, reason="Encore")
    with pytest.raises(DomainError, match="contre-reçu ne s’annule pas"):
        reverse_payment(actor=amina, payment_id=undone.pk, reason="Retour")


def test_the_same_cancellation_sent_twice_is_one(amina):
    payment = paid(amina, owing("UMU-1001"))
    both = [
        reverse_payment(actor=amina, payment_id=payment.pk, reason="Erreur", key="k")
        for _ in range(2)
    ]
    assert both[0] == both[1]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_reason_is_needed(amina, reason):
    payment = paid(amina, owing("UMU-1001"))
    with pytest.raises(DomainError) as refused:
        reverse_payment(actor=amina, payment_id=payment.pk, reason=reason)
    assert refused.value.field == "reason"


def test_who_may_cancel(world, as_actor):
    with as_actor(world.actor("agnes")):
        payment = paid(world.actor("agnes"), owing("UMU-1001"))
        with pytest.raises(NotAllowed):
            reverse_payment(actor=world.actor("agnes"), payment_id=payment.pk, reason="x")
    with as_actor(world.actor("bernard")), pytest.raises(NotFound):
        reverse_payment(actor=world.actor("bernard"), payment_id=payment.pk, reason="x")
    with as_actor(world.actor("albert")):
        assert reverse_payment(actor=world.actor("albert"), payment_id=payment.pk, reason="x")


def test_a_closed_month_takes_no_counter_receipt(amina):
    payment = paid(amina, owing("UMU-1001"))
    PeriodLock.objects.create(
        tenant_id=amina.tenant_id, unit_id=payment.unit_id, month=date(2025, 6, 1), locked_by="x"
    )
    with pytest.raises(PeriodClosed):
        reverse_payment(actor=amina, payment_id=payment.pk, reason="x")


def test_two_who_cancel_at_once_make_one_counter_receipt(own_database):
    amina = own_database.actor("amina")
    with open_scope(amina, source="essai"):
        payment = paid(amina, owing("UMU-1001"))
    start, told = threading.Barrier(2), []

    def cancel() -> None:
        start.wait()
        try:
            with open_scope(amina, source="essai"):
                told.append(reverse_payment(actor=amina, payment_id=payment.pk, reason="x"))
        except Conflict as error:
            told.append(error)
        connection.close()

    threads = [threading.Thread(target=cancel) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in told) == ["Conflict", "Payment"]


def test_rights_follow_the_receipts(amina):
    enrolment = owing("UMU-1001", enrolled_on=date(2024, 11, 1), is_renewal=True)
    household = Household.objects.get(number="UMU-1001")
    payment = paid(
        amina, enrolment, received_on=date(2024, 11, 2), backdating_reason="Carnet retrouvé"
    )

    def codes() -> set[ReasonCode]:
        return {cover.code for _, cover in coverage_of_household(household.pk, TODAY)}

    assert codes() == {ReasonCode.OPEN}
    reverse_payment(actor=amina, payment_id=payment.pk, reason="Chèque sans provision")
    assert codes() == {ReasonCode.UNPAID}
    paid(amina, enrolment)
    assert codes() == {ReasonCode.OPEN}


def test_a_receipt_says_what_was_left_when_it_was_written(amina):
    enrolment = owing("UMU-1001")
    first = paid(amina, enrolment, amount_francs=10_000)
    paid(amina, enrolment)
    facts = receipt_facts(amina, payment_by_id(amina, first.pk))
    assert (facts.due_francs, facts.left_francs) == (30_000, 20_000)
    assert (facts.head, facts.household) == ("Umucoa Kéza", "UMU-1001")


def words_of(client, address: str) -> Counter[str]:
    """Return the words of a receipt, whatever their order on the paper."""
    return Counter(text_of(client.get(address).content).split())


@pytest.mark.parametrize("first_reader", ["agnes", "arthur"])
def test_a_receipt_printed_again_says_what_the_first_one_said(
    first_reader, world, sign_in, as_actor, behind_the_wall
):
    """Head, unit, federation and number change; the duplicate has its word and its day more."""
    agnes = world.actor("agnes")
    with as_actor(agnes):
        payment = paid(agnes, owing("UMU-1001"))
    sheet = reverse("payment_receipt", args=[payment.pk])
    ticket = sheet + "?format=ticket"
    client = sign_in("agnes")
    before = words_of(sign_in(first_reader), sheet)
    with as_actor(world.system("UMUCO")):
        head = Beneficiary.objects.filter(number="UMU-1001-0")
        assert head.update(family_name="Nouveaunom") == 1
        Household.objects.filter(number="UMU-1001").update(number="UMU-9009")
        Unit.objects.filter(pk=payment.unit_id).update(name="Autre section", code="UMU-S9")
        Federation.objects.filter(pk=payment.tenant_id).update(name="Fédération renommée")
    _later(behind_the_wall)
    if first_reader == "arthur":
        assert words_of(client, sheet) == before - DUPLICATE - DUPLICATE, "the original comes then"
        before = before - DUPLICATE - DUPLICATE
        _later(behind_the_wall)
    again = words_of(client, sheet)
    assert again - before == DUPLICATE + DUPLICATE
    assert not before - again
    told = words_of(client, ticket)
    assert not told - before - DUPLICATE
    assert {"UMU-S1-2025-00001", "Umucoa", "UMU-1001"} <= set(told)
    with as_actor(agnes):
        today = receipt_facts(agnes, payment_by_id(agnes, payment.pk))
    assert (today.head, today.number) == ("Umucoa Kéza", "UMU-S9-2025-00001")


#: What a duplicate says more, on each of its copies.
DUPLICATE = Counter({"DUPLICATA": 1, "DU": 1, "30/06/2025": 1})


def _later(behind_the_wall) -> None:
    """Let the minutes pass in which the original is given again."""
    with behind_the_wall():
        for one in ReceiptPrint.objects.all():
            at = one.printed_at - ORIGINAL_AGAIN - timedelta(seconds=1)
            ReceiptPrint.objects.filter(pk=one.pk).update(printed_at=at)


def test_an_original_that_broke_off_comes_again_to_who_asked_for_it(
    world, sign_in, as_actor, behind_the_wall
):
    """On the same paper, for some minutes; looking whether it is there spends nothing."""
    with as_actor(world.actor("agnes")):
        payment = paid(world.actor("agnes"), owing("UMU-1001"))
    sheet = reverse("payment_receipt", args=[payment.pk])
    agnes, albert = sign_in("agnes"), sign_in("albert")

    def is_original(client, address: str = sheet) -> bool:
        return "DUPLICATA" not in text_of(client.get(address).content).upper()

    looked = albert.head(sheet)
    assert (looked.status_code, looked["Content-Type"], looked.content) == (
        200, "application/pdf", b"",
    )  # fmt: skip
    assert sign_in("bernard").head(sheet).status_code == 404
    with behind_the_wall():
        assert not ReceiptPrint.objects.exists()
    assert is_original(agnes)
    assert is_original(agnes)
    assert not is_original(albert), "somebody else"
    assert not is_original(agnes, f"{sheet}?format=ticket"), "the other paper"
    assert is_original(agnes)
    _later(behind_the_wall)
    assert not is_original(agnes)
    with behind_the_wall():
        assert Counter(ReceiptPrint.objects.values_list("paper", flat=True)) == {
            "a4": 5, "ticket": 1,
        }  # fmt: skip


def test_the_a4_sheet_has_both_copies_and_the_ticket_one(world, sign_in, as_actor, behind_the_wall):
    with as_actor(world.actor("agnes")):
        payment = paid(world.actor("agnes"), owing("UMU-1001"))
    address = reverse("payment_receipt", args=[payment.pk])
    agnes, arthur = sign_in("agnes"), sign_in("arthur")
    answer = agnes.get(address)
    assert answer["Content-Type"] == "application/pdf"
    sheet = PdfReader(BytesIO(answer.content))
    assert len(sheet.pages) == 1
    text = text_of(answer.content)
    assert text.count("UMU-S1-2025-00001") == 2
    assert "Exemplaire du ménage" in text
    assert "Exemplaire de la mutuelle" in text
    assert "DUPLICATA" not in text.upper()
    _later(behind_the_wall)
    assert "DUPLICATA" in text_of(agnes.get(address).content).upper()
    ticket = arthur.get(address + "?format=ticket")
    page = PdfReader(BytesIO(ticket.content)).pages[0]
    assert round(float(page.mediabox.width) * 25.4 / 72) == 80
    assert len(PdfReader(BytesIO(ticket.content)).pages) == 1
    text = text_of(ticket.content)
    assert text.count("UMU-S1-2025-00001") == 1
    assert "DUPLICATA" in text.upper(), "an auditor never prints an original"
    assert agnes.get(address + "?format=a3").status_code == 404


def test_a_counter_receipt_prints_what_it_cancels(world, sign_in, as_actor):
    albert = world.actor("albert")
    with as_actor(albert):
        payment = paid(albert, owing("UMU-1001"))
        undone = reverse_payment(actor=albert, payment_id=payment.pk, reason="Doublon <b>")
    text = text_of(sign_in("albert").get(reverse("payment_receipt", args=[undone.pk])).content)
    assert "Annule le reçu UMU-S1-2025-00001 : Doublon <b>" in text


def test_the_list_finds_and_filters(world, sign_in, as_actor):
    amina = world.actor("amina")
    with as_actor(amina):
        first = paid(
            amina, owing("UMU-1001"), method="lumicash", reference="MP7", paper_receipt="B 9"
        )
        paid(
            amina,
            owing("UMU-1002"),
            received_on=date(2025, 5, 2),
            backdating_reason="Carnet retrouvé",
        )
        reverse_payment(actor=amina, payment_id=first.pk, reason="x")
    client = sign_in("agnes")

    def shown(**asked: str) -> set[str]:
        page = client.get(reverse("payments"), asked).content.decode()
        return set(re.findall(r">(UMU-S1-2025-\d{5})</a>", page))

    one, two, three = (f"UMU-S1-2025-0000{n}" for n in (1, 2, 3))
    assert shown() == {one, two, three}
    assert shown(q="umu-s1-2025-00002") == {two}
    assert shown(q="mp7") == shown(q="b 9") == {one, three}
    assert shown(q="UMU-1002") == {two}
    assert shown(state="annules") == {one}
    assert shown(state="contre-recus") == {three}
    assert shown(state="valables") == {two}
    assert shown(method="cash") == shown(until="2025-05-31") == {two}
    assert shown(by="Amina Nduwimana", since="2025-06-01") == {one, three}
    assert shown(by="Personne") == set(), "who wrote none"


def test_the_list_offers_who_wrote_what_the_other_filters_let_through(world, sign_in, as_actor):
    amina, agnes = world.actor("amina"), world.actor("agnes")
    with as_actor(amina):
        paid(amina, owing("UMU-1001"), amount_francs=1_000)
        paid(amina, owing("UMU-1002"), method="lumicash", reference="MP7")
    with as_actor(agnes):
        paid(agnes, owing("UMU-1001"), amount_francs=2_000)
    client = sign_in("amina")

    def page(**asked: str) -> str:
        return client.get(reverse("payments"), asked).content.decode()

    def offered(text: str) -> list[str]:
        found = re.search(r'<select name="by".*?</select>', text, re.S)
        return re.findall(r'<option value="([^"]+)"', found[0])

    names = sorted((amina.name, agnes.name))
    assert offered(page()) == names
    assert offered(page(by=agnes.name)) == names
    assert offered(page(method="lumicash")) == [amina.name]
    assert offered(page(method="lumicash", by=agnes.name)) == names, "what is asked stays"
    assert "1 reçu, 2\u202f000" in page(by=agnes.name).replace("&nbsp;", " ")


def test_a_number_that_very_many_share_finds_them_all(world, sign_in, as_actor, monkeypatch):
    amina = world.actor("amina")
    with as_actor(amina):
        made = [paid(amina, owing(number)) for number in ("UMU-1001", "UMU-1002")]
        rows = payments(amina)
        few = set(found_receipts(amina, rows, "UMU-100"))
        monkeypatch.setattr(selectors, "MOST_LED_TO", 1)
        assert set(found_receipts(amina, rows, "UMU-100")) == few == set(made)
        assert set(found_receipts(amina, rows, "UMU-1002")) == {made[1]}


def test_another_units_and_federations_receipts_do_not_exist(world, sign_in, as_actor):
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        other_unit = paid(amina, owing("UMU-2001"))
    with as_actor(bernard):
        other_tenant = paid(bernard, owing("INE-1001"))
    client = sign_in("agnes")
    for payment in (other_unit, other_tenant):
        for name in ("payment_detail", "payment_receipt"):
            assert client.get(reverse(name, args=[payment.pk])).status_code == 404
    assert client.get(reverse("payments")).context["table"].paginator.count == 0


def test_the_page_cancels(world, sign_in, as_actor):
    albert = world.actor("albert")
    with as_actor(albert):
        payment = paid(albert, owing("UMU-1001"))
    client = sign_in("albert")
    page = client.get(reverse("payment_detail", args=[payment.pk]))
    assert reverse("payment_reverse", args=[payment.pk]) in page.content.decode()
    address = reverse("payment_reverse", args=[payment.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    answer = client.post(address, {"reason": "Erreur de ménage"})
    assert answer.status_code == 302
    page = client.get(reverse("payment_detail", args=[payment.pk])).content.decode()
    assert "Erreur de ménage" in page
    assert reverse("payment_reverse", args=[payment.pk]) not in page


def test_a_receipt_names_who_was_the_head_as_it_was_written(world, sign_in, as_actor):
    """In the list, its file, the page and the paper, after a death and after a transfer."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        first = paid(amina, owing("UMU-1001"), amount_francs=10_000)
        head, heir = (Beneficiary.objects.get(number=f"UMU-1001-{n}") for n in (0, 1))
        record_death(actor=amina, person_id=head.pk, died_on=TODAY, new_head_id=heir.pk)
        second = paid(amina, owing("UMU-1001"))
        undone = reverse_payment(actor=amina, payment_id=first.pk, reason="essai")
        transfer = propose_transfer(
            actor=amina, household_id=world.households["UMU-1001"], version=None,
            destination_id=bernard.tenant_id, leaves_on=TODAY,
        )  # fmt: skip
    with as_actor(bernard):
        accept_transfer(
            actor=bernard, transfer_id=transfer.pk, unit_id=world.units["INE-S1"],
            is_outside_zone=True,
        )  # fmt: skip
    client = sign_in("amina")
    listed = client.get(reverse("payments")).content.decode()
    cell = r">(UMU-S1-2025-\d{5})</a>.*?data-label=\"Adhérent\">(.*?)</td>"
    named = dict(re.findall(cell, listed))
    exported = client.get(reverse("payments"), {"export": "csv"}).content.decode("utf-8-sig")
    names = ("Umucoa Kéza", "Umucob Kéza", "Umucoa Kéza")
    for payment, name in zip((first, second, undone), names, strict=True):
        page = client.get(reverse("payment_detail", args=[payment.pk])).content.decode()
        paper = client.get(reverse("payment_receipt", args=[payment.pk])).content
        number = f"UMU-S1-2025-0000{payment.receipt_number}"
        row = next(line for line in exported.splitlines() if line.startswith(number))
        assert named[number] == name
        assert name in row
        assert f"UMU-1001, {name}" in page
        assert name in text_of(paper)


def test_names_of_formulas_are_harmless_in_the_export(world, sign_in, as_actor):
    amina = world.actor("amina")
    with as_actor(amina):
        paid(amina, owing("UMU-1001"), method="bank", reference="=1+1", paper_receipt="+5")
    text = sign_in("agnes").get(reverse("payments"), {"export": "csv"}).content.decode()
    assert ";'=1+1;'+5;" in text


def test_pages_ask_the_same_number_of_queries_however_long_the_list(world, sign_in, as_actor):
    client, amina = sign_in("agnes"), world.actor("amina")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("payments"))
        return len(queries)

    with as_actor(amina):
        paid(amina, owing("UMU-1001"), amount_francs=1_000)
    few = asked()
    with as_actor(amina):
        enrolment = owing("UMU-1002")
        made = [paid(amina, enrolment, amount_francs=100) for _ in range(20)]
        reverse_payment(actor=amina, payment_id=made[0].pk, reason="x")
    assert asked() == few
    assert few <= 30
