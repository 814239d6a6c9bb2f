"""What lines say of a transaction: how it ended, that it was there, that it came to nothing."""

import pytest

from conamus.kernel.errors import DomainError
from membership.models import Payment, StatementLine
from membership.services.payments import reverse_payment
from membership.services.statement_lines import (
    pay_from_line,
    release_line,
    set_line_aside,
    settle_line,
)
from membership.services.statements import match_again
from tests.membership.money import owing
from tests.membership.test_statements import brought, csv_of, lines_of, mobile, states, tied

_TITLES = "Référence;Date;Montant;Téléphone;Statut"
_OTHER = "MP2;30/06/2025;1 000;79000000;"


def shows(actor, *rows: str) -> list[StatementLine]:
    """Bring a statement with these lines and return them."""
    return lines_of(brought(actor, csv_of(*rows, titles=_TITLES)))


def fresh(line: StatementLine) -> StatementLine:
    return StatementLine.objects.get(pk=line.pk)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *(
            (said, "matched")
            for said in ("", "Completed", "Transaction réussie", "SUCCÈS", "Validé")
        ),
        *(
            (said, "set_aside")
            for said in (
                "En attente", "En cours", "Pending", "Refusé", "Refusée", "Non abouti",
                "Non réussi", "Unsuccessful", "Remboursé", "Extourné", "Refunded", "Rollback",
                "Aborted", "Timeout", "Erreur", "Transaction failed",
            )
        ),
        *(
            (said, "ambiguous")
            for said in ("Suspendu", "Bloquée", "Pas encore reçu", "Not completed", "17", "???")
        ),
    ],
)  # fmt: skip
def test_only_a_known_word_makes_a_line_money(amina, status, state):
    mobile(amina, "UMU-1001", reference="MP1")
    (line,) = shows(amina, f"MP1;30/06/2025;10 000;79123456;{status}")
    assert line.state == state
    assert bool(tied(line)) is (state == "matched")
    if state != "matched":
        assert f"« {status} »" in line.explanation
        assert match_again(actor=amina, statement_id=line.statement_id) == 0
        assert (fresh(line).state, tied(line)) == (state, []), "nor when it is tried again"


def test_a_person_says_that_an_unknown_word_was_money(amina):
    payment = mobile(amina, "UMU-1001", reference="MP1")
    (line,) = shows(amina, "MP1;30/06/2025;10 000;79123456;Liquidé")
    settle_line(actor=amina, line_id=line.pk, payment_ids=[payment.pk])
    again, _ = shows(amina, "MP1;30/06/2025;10 000;79123456;Completed", _OTHER)
    assert again.state == "set_aside"
    assert "déjà apportée" in again.explanation


def test_the_same_unknown_word_again_is_one_line_to_look_at(amina):
    first, again = shows(amina, *["MP1;30/06/2025;10 000;79123456;Suspendu"] * 2)
    assert (first.state, again.state) == ("ambiguous", "set_aside")


@pytest.mark.parametrize(
    "earlier",
    [
        "MP1;29/06/2025;10 000;79123456;Pending",
        "MP1;29/06/2025;10 000;79123456;En cours",
        "MP1;29/06/2025;10 000;79123456;Suspendu",
        "MP1;29/06/2025;-150;79123456;Commission",
        "MP1;29/06/2025;-150;79123456;",
    ],
)
def test_what_was_no_money_hides_no_money(amina, earlier):
    payment = mobile(amina, "UMU-1001", reference="MP1")
    shows(amina, earlier)
    line, _ = shows(amina, "MP1;29/06/2025;10 000;79123456;Completed", _OTHER)
    assert (line.state, tied(line)) == ("matched", [payment.pk])


def test_money_that_arrived_after_all_is_paid_at_the_desk(amina):
    """While it waits, and once it is there without a receipt."""
    shows(amina, "MP1;29/06/2025;10 000;79123456;Pending")
    wrong = mobile(amina, "UMU-1001", reference="MP1")
    reverse_payment(actor=amina, payment_id=wrong.pk, reason="Autre ménage")
    line, _ = shows(amina, "MP1;29/06/2025;10 000;79123456;Completed", _OTHER)
    assert line.state == "unknown"
    right = mobile(amina, "UMU-1002", reference="MP1")
    assert match_again(actor=amina, statement_id=line.statement_id) == 1
    assert tied(line) == [right.pk]


def test_a_transaction_that_failed_still_pays_nothing(amina):
    shows(amina, "MP1;29/06/2025;10 000;79123456;Failed")
    with pytest.raises(DomainError, match="écartée : Transaction non aboutie"):
        mobile(amina, "UMU-1001", reference="MP1")


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("MP1;29/06/2025;9 000;79123456;", "autre montant (10\u202f000"),
        ("MP1;30/06/2025;10 000;79123456;", "autre jour (29/06/2025)"),
        ("MP1;29/06/2025;10 000;79000001;", "autre téléphone (79123456)"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_a_reference_with_other_facts_is_for_a_person(amina, second, words, together):
    first = "MP1;29/06/2025;10 000;79123456;"
    mobile(amina, "UMU-1001", payer_phone="79123456", amount_francs=9_000)
    if together:
        _, line = shows(amina, first, second)
    else:
        shows(amina, first)
        (line,) = shows(amina, second)
    assert (line.state, tied(line)) == ("ambiguous", [])
    assert words in line.explanation
    match_again(actor=amina, statement_id=line.statement_id)
    assert (fresh(line).state, tied(line)) == ("ambiguous", [])


def test_the_same_transaction_without_its_telephone_is_the_same(amina):
    shows(amina, "MP1;29/06/2025;10 000;79123456;")
    again, _ = shows(amina, "MP1;29/06/2025;10 000;;", _OTHER)
    assert again.state == "set_aside"


def test_what_was_taken_up_by_hand_is_not_set_aside_by_trying_again(amina):
    _, twice = shows(amina, *["MP1;29/06/2025;10 000;79123456;"] * 2)
    release_line(actor=amina, line_id=twice.pk)
    match_again(actor=amina, statement_id=twice.statement_id)
    assert (fresh(twice).state, fresh(twice).explanation) == ("unknown", "Reprise à la main.")


def test_without_a_reference_a_line_of_two_statements_is_for_a_person(amina):
    owing("UMU-1001")
    bare = ";30/06/2025;10 000;79123456;"
    (first,) = shows(amina, bare)
    pay_from_line(actor=amina, line_id=first.pk, number="UMU-1001", year=2025)
    other = mobile(amina, "UMU-1002")
    again, _ = shows(amina, bare, _OTHER)
    assert (again.state, tied(again)) == ("ambiguous", [])
    assert "la même transaction ?" in again.explanation
    match_again(actor=amina, statement_id=again.statement_id)
    assert fresh(again).state == "ambiguous"
    assert settle_line(actor=amina, line_id=again.pk, payment_ids=[other.pk]).state == "matched"


def test_two_of_one_statement_without_a_reference_are_two(amina):
    """One is tied by hand; the other, tried again, still finds its own receipt."""
    payments = [mobile(amina, number) for number in ("UMU-1001", "UMU-1002")]
    first, second = shows(amina, *[";30/06/2025;10 000;79123456;"] * 2)
    assert (first.state, second.state) == ("ambiguous", "ambiguous")
    settle_line(actor=amina, line_id=first.pk, payment_ids=[payments[0].pk])
    assert match_again(actor=amina, statement_id=first.statement_id) == 1
    assert tied(second) == [payments[1].pk]


@pytest.mark.parametrize("shown", ["2,50630E+12", "2.5063E+12", "3E+11"])
def test_a_reference_that_a_spreadsheet_shortened_is_told_with_its_line(amina, shown):
    with pytest.raises(DomainError, match="Ligne 3 : le tableur a abîmé la référence") as refused:
        shows(amina, _OTHER, f"{shown};30/06/2025;10 000;79111111;")
    assert refused.value.field == "file"
    assert not StatementLine.objects.exists()


def test_a_reference_is_never_cut(amina):
    (line,) = shows(amina, f"{'M' * 60};30/06/2025;10 000;79111111;")
    assert len(line.reference) == 60
    with pytest.raises(DomainError, match="Ligne 2 : la référence dépasse 60 caractères"):
        shows(amina, f"{'M' * 61};30/06/2025;10 000;79111111;")


_DONE = "MP1;30/06/2025;10 000;79123456;Completed"


@pytest.mark.parametrize(
    "taken_back",
    [
        "MP1;30/06/2025;-10 000;79123456;Reversal",
        "MP1;30/06/2025;-10 000;79123456;Completed",
        "MP1;30/06/2025;10 000;79123456;Reversed",
        "MP1;30/06/2025;10 000;79123456;Failed",
        "MP1;30/06/2025;10 000;79123456;Remboursé",
    ],
)
@pytest.mark.parametrize("order", ["before", "after", "next statement", "statement before"])
def test_a_receipt_of_money_that_the_operator_took_back_is_told(amina, taken_back, order):
    payment = mobile(amina, "UMU-1001", reference="MP1")
    if order == "before":
        back, line = shows(amina, taken_back, _DONE)
    elif order == "after":
        line, back = shows(amina, _DONE, taken_back)
    elif order == "next statement":
        (line,) = shows(amina, _DONE)
        assert line.state == "matched"
        back, _ = shows(amina, taken_back, _OTHER)
    else:
        back, _ = shows(amina, taken_back, _OTHER)
        (line,) = shows(amina, _DONE)
    line = fresh(line)
    assert back.state == "set_aside"
    assert (line.state, tied(line)) == ("ambiguous", [payment.pk])
    assert "Annulée par l’opérateur : contre-reçu à faire." in line.explanation
    reverse_payment(actor=amina, payment_id=payment.pk, reason="Repris par l’opérateur")
    line = fresh(line)
    assert (line.state, tied(line)) == ("set_aside", []), "nothing of it is left to do"
    with pytest.raises(DomainError, match="relevé du 30/06/2025 écartée"):
        mobile(amina, "UMU-1002", reference="MP1")


@pytest.mark.parametrize(
    "other",
    [
        "MP1;30/06/2025;-150;79123456;Completed",
        "MP1;30/06/2025;-10 000;79123456;Failed",
        "MP1;30/06/2025;-10 000;79123456;Pending",
        "MP1;30/06/2025;10 000;79123456;Pending",
        "MP9;30/06/2025;-10 000;79123456;Reversal",
        ";30/06/2025;-10 000;79123456;Reversal",
    ],
)
def test_what_takes_nothing_back_leaves_the_line_matched(amina, other):
    """A commission, a reversal that failed or waits, one of another transaction."""
    mobile(amina, "UMU-1001", reference="MP1")
    line, _ = shows(amina, _DONE, other)
    shows(amina, other, _OTHER)
    assert fresh(line).state == "matched"


def test_a_reversal_told_twice_reopens_nothing_that_a_person_settled(amina):
    payment = mobile(amina, "UMU-1001", reference="MP1")
    (line,) = shows(amina, _DONE)
    back = "MP1;30/06/2025;-10 000;79123456;Reversal"
    shows(amina, back, _OTHER)
    release_line(actor=amina, line_id=line.pk)
    settle_line(actor=amina, line_id=line.pk, payment_ids=[payment.pk])
    shows(amina, back, "MP3;30/06/2025;1 000;79000000;")
    assert fresh(line).state == "matched"


def test_one_of_two_receipts_of_what_was_taken_back(amina):
    """The other is to be cancelled too; nothing is to be shared out again."""
    first, second = (mobile(amina, number) for number in ("UMU-1001", "UMU-1002"))
    (line,) = shows(amina, "MP1;30/06/2025;20 000;79123456;")
    settle_line(actor=amina, line_id=line.pk, payment_ids=[first.pk, second.pk])
    shows(amina, "MP1;30/06/2025;-20 000;79123456;Reversal")
    reverse_payment(actor=amina, payment_id=first.pk, reason="Repris")
    assert (fresh(line).state, tied(line)) == ("ambiguous", [second.pk])
    assert "contre-reçu à faire" in fresh(line).explanation
    reverse_payment(actor=amina, payment_id=second.pk, reason="Repris")
    assert fresh(line).state == "set_aside"


def test_without_a_receipt_what_was_taken_back_is_said(amina):
    line, _ = shows(amina, _DONE, "MP1;30/06/2025;-10 000;79123456;Reversal")
    assert line.state == "ambiguous"
    assert "aucun reçu n’en reste" in line.explanation
    set_line_aside(actor=amina, line_id=line.pk, reason="Rien reçu")
    assert not Payment.objects.exists()
    assert states(line.statement) == ["set_aside", "set_aside"]
