"""Payments brought in by file: the desk's rules, receipts without gaps, never counted twice."""

import pytest

from membership.models import Payment, ReceiptBook
from membership.services.payments import reverse_payment
from tests.membership.importing import (
    child,
    csv_of,
    head,
    loaded,
    outcomes,
    told,
)

TITLES = (
    "N° ménage",
    "Montant",
    "Date",
    "Moyen",
    "Référence",
    "Reçu papier",
    "Téléphone du payeur",
    "Frais",
)


@pytest.fixture
def amina(world, as_actor, tmp_path):
    """Amina at work, with one household of two that owes 21 000 francs."""
    actor = world.actor("amina")
    with as_actor(actor):
        loaded(actor, tmp_path, csv_of([head(former="K-9"), child()]))
        yield actor


def paid(paper: str = "R-1", **more: str) -> dict[str, str]:
    """Return a payment's row."""
    row = {"N° ménage": "UMU-0010001", "Montant": "5 000", "Date": "20/11/2024",
           "Reçu papier": paper}  # fmt: skip
    return row | {title.replace("_", " "): value for title, value in more.items()}


def brought(actor, folder, *rows, choice="good_rows"):
    return loaded(actor, folder, csv_of(rows, TITLES), kind="payments", choice=choice)


def test_parts_shares_and_receipts(amina, tmp_path):
    row = brought(amina, tmp_path, paid(), paid("R-2", Montant="16000"))
    assert outcomes(row) == {"created": 2}, told(row)
    first, second = Payment.objects.order_by("receipt_number")
    assert (first.fee_francs, first.contribution_francs) == (1_000, 4_000)
    assert (first.federation_francs, first.confederation_francs) == (900, 200)
    assert (second.fee_francs, second.contribution_francs) == (0, 16_000)
    assert [first.receipt_number, second.receipt_number] == [1, 2]
    assert ReceiptBook.objects.get(unit=first.unit, year=2024).last_number == 2
    assert first.recorded_by == "Amina Nduwimana"


def test_the_same_file_twice(amina, tmp_path):
    rows = (paid(), paid("R-2", Montant="1000"))
    brought(amina, tmp_path, *rows)
    assert outcomes(brought(amina, tmp_path, *rows)) == {"unchanged": 2}
    assert Payment.objects.count() == 2


def test_by_the_old_number_and_by_reference(amina, tmp_path):
    row = paid("", **{"N°_ménage": "K-9", "Moyen": "Lumicash", "Référence": "mp 1", "Frais": "120"})
    assert outcomes(brought(amina, tmp_path, row)) == {"created": 1}
    payment = Payment.objects.get()
    assert (payment.method, payment.reference, payment.operator_fee_francs) == (
        "lumicash", "MP1", 120,
    )  # fmt: skip
    assert outcomes(brought(amina, tmp_path, row)) == {"unchanged": 1}


#: A bad row (after a good one of 5 000 francs under R-1) and what is said of it.
REFUSED = {
    "more than the balance": (paid("R-2", Montant="17000"), "dépasse le solde"),
    "nothing": (paid("R-2", Montant="0"), "supérieur à zéro"),
    "negative": (paid("R-2", Montant="-5"), "négatif"),
    "letters": (paid("R-2", Montant="cinq"), "en chiffres"),
    "decimals": (paid("R-2", Montant="12,5"), "francs entiers"),
    "a receipt used twice": (paid("R-1", Montant="1000"), "a déjà servi"),
    "the same row twice": (paid("R-1"), "même paiement que la ligne 2"),
    "no mark at all": (paid(""), "donnez le reçu papier ou la référence"),
    "nobody": (paid("R-2", **{"N°_ménage": "INE-1001"}), "aucun ménage"),
    "nothing owed": (paid("R-2", **{"N°_ménage": "UMU-1002"}), "Tout est déjà payé"),
    "before the enrolment": (paid("R-2", Date="01/11/2024"), "n’est signée que"),
    "to come": (paid("R-2", Date="01/11/2025"), "à venir"),
    "no day": (paid("R-2", Date=""), "la case est vide"),
    "an unknown way": (paid("R-2", Moyen="troc"), "n’est pas dans la liste"),
    "a bank without slip": (paid("R-2", Moyen="banque"), "bordereau"),
    "a formula": (paid("R-2", Montant="=1+1"), "est une formule"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_cause(amina, tmp_path, row, sentence):
    done = brought(amina, tmp_path, paid(), row)
    assert outcomes(done) == {"created": 1, "refused": 1}
    assert sentence in told(done)[0], told(done)
    assert told(done)[0].startswith("3 ")


def test_a_household_that_is_not_enrolled(amina, tmp_path):
    content = csv_of([paid()], TITLES)
    done = loaded(amina, tmp_path, content, kind="payments", year=2026)
    assert "n’est pas inscrit pour 2026" in told(done)[0]


def test_all_or_nothing_leaves_no_gap(amina, tmp_path):
    done = brought(amina, tmp_path, paid(), paid("R-2", Montant="90000"), choice="all_or_nothing")
    assert done.state == "refused"
    assert not Payment.objects.exists()
    brought(amina, tmp_path, paid())
    assert Payment.objects.get().receipt_number == 1


class TestFreedByACancelledReceipt:
    """As by hand: what was written on the wrong household is written again on the right one."""

    @pytest.fixture
    def cancelled(self, amina, tmp_path):
        """Two payments of one file, by reference and by paper receipt, that were cancelled."""
        loaded(amina, tmp_path, csv_of([head(key="2", given="Paul", former="K-10")]))
        rows = (paid("R-1"), paid("", Moyen="Lumicash", Référence="MP1"))
        brought(amina, tmp_path, *rows)
        for payment in list(Payment.objects.order_by("pk")):
            reverse_payment(actor=amina, payment_id=payment.pk, reason="Autre ménage")
        return rows

    def test_on_the_right_household(self, amina, tmp_path, cancelled):
        right = tuple(row | {"N° ménage": "K-10"} for row in cancelled)
        row = brought(amina, tmp_path, *right)
        assert outcomes(row) == {"created": 2}, told(row)
        standing = Payment.objects.filter(reverses__isnull=True, reversed_by__isnull=True)
        assert sorted(standing.values_list("attempt", "amount_francs")) == [(2, 5_000), (2, 5_000)]
        # Once more: they are there. The first file again: its marks are used.
        assert outcomes(brought(amina, tmp_path, *right)) == {"unchanged": 2}
        again = brought(amina, tmp_path, *cancelled)
        assert outcomes(again) == {"refused": 2}
        assert all("a déjà servi : reçu" in cause for cause in told(again))

    def test_with_the_right_amount(self, amina, tmp_path, cancelled):
        row = brought(amina, tmp_path, *(one | {"Montant": "4 000"} for one in cancelled))
        assert outcomes(row) == {"created": 2}, told(row)

    def test_the_file_that_brought_it_does_not_bring_it_back(self, amina, tmp_path, cancelled):
        before = Payment.objects.count()
        row = brought(amina, tmp_path, *cancelled)
        assert outcomes(row) == {"refused": 2}
        assert all("encaissez-le de nouveau à la main" in cause for cause in told(row))
        assert Payment.objects.count() == before

    def test_cancelled_twice_and_written_a_third_time(self, amina, tmp_path, cancelled):
        amount = 4_000
        for attempt in (2, 3):
            brought(amina, tmp_path, cancelled[0] | {"Montant": str(amount)})
            payment = Payment.objects.get(attempt=attempt, reverses__isnull=True)
            reverse_payment(actor=amina, payment_id=payment.pk, reason="Encore")
            amount -= 1_000

    def test_twice_in_one_file_is_still_once(self, amina, tmp_path, cancelled):
        right = cancelled[0] | {"N° ménage": "K-10"}
        row = brought(amina, tmp_path, right, right)
        assert outcomes(row) == {"created": 1, "refused": 1}
        assert "même paiement que la ligne 2" in told(row)[0]
