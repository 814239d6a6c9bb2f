"""A line some of whose receipts were cancelled: its rest is tied, paid or set aside, no more."""

import pytest
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError
from membership.models import Payment, StatementLine
from membership.rules.group_payments import GroupRequest, Part
from membership.services.payments import reverse_payment
from membership.services.statement_lines import (
    pay_from_line,
    pay_several_from_line,
    release_line,
    set_line_aside,
    settle_line,
)
from tests.membership.money import TODAY, owing
from tests.membership.test_statements import brought, csv_of, lines_of, mobile, tied


@pytest.fixture
def opened(world, as_actor):
    """Return the opener of Amina's scope."""
    return lambda: as_actor(world.actor("amina"))


@pytest.fixture
def actor(world):
    return world.actor("amina")


@pytest.fixture
def part(actor, opened) -> StatementLine:
    """A line of 20,000 of which one receipt of 10,000 stands, and one was cancelled."""
    with opened():
        cancelled, _ = (
            mobile(actor, number, payer_phone="79123456") for number in ("UMU-1001", "UMU-1002")
        )
        (line,) = lines_of(brought(actor, csv_of("MP1;30/06/2025;20 000;79123456;150;")))
        receipts = list(Payment.objects.values_list("pk", flat=True))
        settle_line(actor=actor, line_id=line.pk, payment_ids=receipts)
        reverse_payment(actor=actor, payment_id=cancelled.pk, reason="Autre ménage")
        line.refresh_from_db()
        assert (line.state, len(tied(line))) == ("ambiguous", 1)
    return line


def accounted(line: StatementLine) -> tuple[str, int]:
    line.refresh_from_db()
    return line.state, sum(tie.payment.amount_francs for tie in line.ties.all())


def test_its_rest_is_tied(actor, opened, part):
    with opened():
        whole = mobile(actor, "UMU-1003", payer_phone="79000000", amount_francs=20_000)
        with pytest.raises(DomainError, match="il reste 10\u202f000") as refused:
            settle_line(actor=actor, line_id=part.pk, payment_ids=[whole.pk])
        assert refused.value.field == "payment"
        rest = mobile(actor, "UMU-2001", payer_phone="79123456")
        settle_line(actor=actor, line_id=part.pk, payment_ids=[rest.pk])
        assert accounted(part) == ("matched", 20_000)


def test_its_rest_is_paid_and_no_more(actor, opened, part):
    with opened():
        owing("UMU-2003")
        pay_from_line(actor=actor, line_id=part.pk, number="UMU-2003", year=2025)
        assert accounted(part) == ("matched", 20_000)
        made = Payment.objects.latest("pk")
        assert (made.amount_francs, made.reference) == (10_000, "MP1")
        assert made.operator_fee_francs == 0, "the operator's fee was on the whole"


def test_a_whole_transfer_does_not_fit_in_the_rest(actor, opened, part):
    request = GroupRequest(
        method="lumicash", reference="MP1", received_on=TODAY, amount_francs=20_000
    )
    with opened():
        numbers = ("UMU-2001", "UMU-2003")
        for number in numbers:
            owing(number)
        parts = [
            Part(row=row, number=number, year=2025, amount_francs=10_000)
            for row, number in enumerate(numbers, start=1)
        ]
        with pytest.raises(Conflict, match="dépasseraient"):
            pay_several_from_line(actor=actor, line_id=part.pk, request=request, parts=parts)
    with opened():
        assert accounted(part) == ("ambiguous", 10_000)


def test_its_rest_is_set_aside_and_its_receipt_stays(actor, opened, part):
    with opened():
        set_line_aside(actor=actor, line_id=part.pk, reason="Rendu au payeur")
        assert accounted(part) == ("matched", 10_000)
        assert part.explanation.replace("\u202f", " ").startswith("Dont 10 000")
        assert "écartés : Rendu au payeur" in part.explanation
        release_line(actor=actor, line_id=part.pk)
        assert accounted(part) == ("unknown", 0)


def test_a_line_whose_receipts_are_all_of_it_is_not_set_aside(actor, opened):
    with opened():
        payment = mobile(actor, "UMU-1001", reference="MP1")
        titles = "Référence;Date;Montant"
        rows = ("MP1;30/06/2025;10 000", "MP1;30/06/2025;-10 000")
        line, _ = lines_of(brought(actor, csv_of(*rows, titles=titles)))
        assert (line.state, tied(line)) == ("ambiguous", [payment.pk])
        with pytest.raises(Conflict, match="contre-reçu"):
            set_line_aside(actor=actor, line_id=line.pk, reason="x")
        with pytest.raises(Conflict, match="reste rien"):
            pay_from_line(actor=actor, line_id=line.pk, number="UMU-1001", year=2025)
        assert Payment.objects.count() == 1


def test_the_page_offers_what_its_rest_may_be(actor, opened, part, sign_in):
    with opened():
        rest = mobile(actor, "UMU-2001", payer_phone="79123456")
        owing("UMU-2003")
    client = sign_in("amina")
    page = client.get(reverse("statement_line", args=[part.pk])).content.decode()
    assert "Il reste 10\u202f000\u00a0FBu à rapprocher" in page
    assert f'value="{rest.pk}"' in page
    assert "Écarter le reste" in page
    assert "plusieurs ménages" not in page
    settle = reverse("statement_line_settle", args=[part.pk])
    assert client.post(settle, {"payment": rest.pk}).status_code == 302
    with opened():
        assert accounted(part) == ("matched", 20_000)
    stale = client.post(
        reverse("statement_line_pay", args=[part.pk]), {"number": "UMU-2003", "year": "2025"}
    )
    assert stale.status_code in (409, 422)
    with opened():
        assert accounted(part) == ("matched", 20_000)


def test_the_page_says_which_receipt_a_payment_of_the_rest_has(actor, opened, part, sign_in):
    with opened():
        owing("UMU-2003")
    pay = reverse("statement_line_pay", args=[part.pk])
    page = sign_in("amina").post(pay, {"number": "UMU-2003", "year": "2025"}, follow=True)
    with opened():
        number = Payment.objects.latest("pk").receipt_number
    assert f"-2025-{number:05} est établi" in page.content.decode()


def test_the_page_of_what_the_operator_took_back_offers_no_payment(actor, opened, sign_in):
    with opened():
        mobile(actor, "UMU-1001", reference="MP1")
        rows = ("MP1;30/06/2025;10 000;;;", "MP1;30/06/2025;-10 000;;;")
        line, _ = lines_of(brought(actor, csv_of(*rows)))
    page = sign_in("amina").get(reverse("statement_line", args=[line.pk])).content.decode()
    assert "contre-reçu à faire" in page
    for offered in ("Inscrire le paiement", "Choisir le paiement", "Écarter"):
        assert offered not in page
    assert "Reprendre" in page
