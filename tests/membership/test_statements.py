"""Operators' statements: read whatever their columns, reconciled, settled by hand."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from membership.models import OperatorStatement, Payment, StatementLine, StatementTie
from membership.rules.statements import PaymentCandidate, ReadLine, match_lines, read_lines
from membership.rules.statements.reading import read_amount, read_day
from membership.selectors.statements import LISTED_WITHIN_DAYS, unlisted_payments
from membership.services.payments import reverse_payment
from membership.services.statement_lines import (
    pay_from_line,
    release_line,
    set_line_aside,
    settle_line,
)
from membership.services.statements import bring_statement, match_again, set_rest_aside
from tests.membership.money import TODAY, owing, paid


def csv_of(*lines: str, titles: str = "Référence;Date;Montant;Téléphone;Frais;Libellé") -> bytes:
    return "\n".join([titles, *lines]).encode()


def brought(actor, content: bytes, method: str = "lumicash") -> OperatorStatement:
    made = bring_statement(actor=actor, method=method, name="releve.csv", content=content)
    return made.statement


def lines_of(statement) -> list[StatementLine]:
    return list(StatementLine.objects.filter(statement=statement).order_by("line_number"))


def tied(line: StatementLine) -> list[int]:
    return sorted(line.ties.values_list("payment", flat=True))


def states(statement) -> list[str]:
    return [line.state for line in lines_of(statement)]


def mobile(actor, number: str, **changes) -> Payment:
    facts = {"method": "lumicash", "amount_francs": 10_000, "payer_phone": "79 12 34 56"}
    return paid(actor, owing(number), **{**facts, **changes})


READ = ReadLine(
    number=2, reference="MP1", paid_on=date(2025, 6, 30), amount_francs=10_000, phone="79123456",
    fee_francs=150, note="Kéza",
)  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        csv_of("mp1;30/06/2025;10 000;+257 79 12 34 56;150;Kéza"),
        csv_of("MP1;2025-06-30 14:05:00;10000;79123456;150;Kéza"),
        csv_of(
            "30.06.2025\tMP1\t10,000.00\t25779123456\t150.00\tKéza",
            titles="Transaction Date\tTransaction ID\tPaid In\tSender\tFee\tDetails",
        ),
        csv_of(
            'Kéza,MP1,20250630,"10.000,00 FBu",150,79 123 456',
            titles="Motif,Ref,Date,Montant (FBu),Frais,MSISDN",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_columns_separators_and_encodings_are_recognised(amina, content, encoding):
    statement = brought(amina, content.decode().encode(encoding))
    line = lines_of(statement)[0]
    kept = ReadLine(
        number=line.line_number, reference=line.reference, paid_on=line.paid_on,
        amount_francs=line.amount_francs, phone=line.phone, fee_francs=line.operator_fee_francs,
        note=line.note,
    )  # fmt: skip
    assert kept == READ
    assert (statement.starts_on, statement.ends_on) == (READ.paid_on, READ.paid_on)


def test_preamble_totals_outgoing_and_failed_lines():
    lines = [
        (1, ["Compte", "79 00 00 00"]),
        (3, ["Date", "Référence", "Débit", "Crédit", "Statut"]),
        (4, ["01/06/2025", "A1", "", "30 000", "Completed"]),
        (5, ["01/06/2025", "A2", "5 000", "", "Completed"]),
        (6, ["02/06/2025", "A3", "", "30 000", "Échec"]),
        (7, ["Total", "", "5 000", "60 000", ""]),
    ]
    read = read_lines(lines, today=TODAY)
    assert [(line.number, line.amount_francs, bool(line.aside)) for line in read] == [
        (4, 30_000, False),
        (5, 5_000, True),
        (6, 30_000, True),
    ]


@pytest.mark.parametrize("typed", ["12,5", "30 000,50", "douze", "1e5", "", "9" * 20])
def test_an_amount_that_is_none_is_refused(typed):
    with pytest.raises(DomainError, match="montant illisible"):
        read_amount(typed)


@pytest.mark.parametrize("typed", ["32/01/2025", "2025-13-01", "hier", "", "30/06/25"])
def test_a_day_that_is_none_is_refused(typed):
    with pytest.raises(DomainError, match="date illisible"):
        read_day(typed)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"bonjour", "lisible"),
        (csv_of("a;b;c", titles="Nom;Prix;Ville"), "Colonne introuvable : référence, date"),
        (csv_of(), "pas de ligne"),
        (csv_of("MP1;30/06/2025;douze;;;"), "Ligne 2 : montant illisible"),
        ("Référence;Date;Montant\nMP1;30/06/2025;1".encode("utf-16"), "lisible"),
        (b"%PDF-1.7", "lisible"),
    ],
)
def test_what_is_no_statement_is_told_and_nothing_is_kept(amina, content, words):
    with pytest.raises(DomainError, match=words) as refused:
        brought(amina, content)
    assert refused.value.field == "file"
    assert not OperatorStatement.objects.exists()


@pytest.mark.parametrize(
    ("paid_on", "words"),
    [
        ("31/12/9999", "Ligne 3 : le 31/12/9999 est dans l’avenir."),
        ("01/07/2025", "Ligne 3 : le 01/07/2025 est dans l’avenir."),
        ("31/12/1999", "Ligne 3 : le 31/12/1999 est avant 2000."),
        ("01/01/0001", "Ligne 3 : le 01/01/0001 est avant 2000."),
    ],
)
def test_a_line_of_a_day_that_cannot_be_is_told_with_its_number(amina, paid_on, words):
    content = csv_of("MP1;30/06/2025;10 000;;;", f"MP2;{paid_on};10 000;;;")
    with pytest.raises(DomainError) as refused:
        brought(amina, content)
    assert [(one.field, one.message) for one in refused.value.each()] == [("file", words)]
    assert not OperatorStatement.objects.exists()


def test_the_page_tells_the_line_of_a_day_to_come(sign_in):
    file = SimpleUploadedFile("juin.csv", csv_of("MP1;31/12/9999;10 000;;;"))
    page = sign_in("amina").post(reverse("statement_add"), {"method": "lumicash", "file": file})
    assert page.status_code == 422
    assert "Ligne 2 : le 31/12/9999 est dans l’avenir." in page.content.decode()


def test_the_first_and_the_last_day_that_can_be(amina):
    statement = brought(amina, csv_of("MP1;01/01/2000;10 000;;;", "MP2;30/06/2025;10 000;;;"))
    assert (statement.starts_on, statement.ends_on) == (date(2000, 1, 1), TODAY)


def test_the_first_unreadable_lines_are_told_together(amina):
    wrong = [f"R{n};30/06/2025;x;;;" for n in range(8)]
    with pytest.raises(DomainError) as refused:
        brought(amina, csv_of(*wrong))
    told = [each.message for each in refused.value.each()]
    assert len(told) == 6
    assert told[0].startswith("Ligne 2")
    assert told[-1] == "… et 3 autres lignes illisibles."


def test_matched_ambiguous_unknown(amina):
    by_reference = mobile(amina, "UMU-1001", reference="MP1", payer_phone="")
    by_phone = mobile(amina, "UMU-1002", payer_phone="79000002")
    twins = [mobile(amina, number, payer_phone="79000003") for number in ("UMU-1003", "UMU-2003")]
    other_amount = mobile(amina, "UMU-2001", reference="MP4", amount_francs=9_000)
    other_reference = mobile(amina, "UMU-2002", reference="FAUX", payer_phone="79000005")
    statement = brought(
        amina,
        csv_of(
            "MP1;29/06/2025;10 000;79000001;;",
            "MP2;28/06/2025;10 000;79000002;;",
            "MP3;30/06/2025;10 000;79000003;;",
            "MP4;30/06/2025;10 000;79999999;;",
            "MP5;30/06/2025;10 000;79000005;;",
            "MP6;27/06/2025;10 000;79000002;;",
            "MP1;29/06/2025;10 000;79000001;;",
            "MP7;30/06/2025;-500;79000001;;",
        ),
    )
    assert states(statement) == [
        "matched", "matched", "ambiguous", "ambiguous", "ambiguous", "unknown", "set_aside",
        "set_aside",
    ]  # fmt: skip
    lines = lines_of(statement)
    assert [tied(line) for line in lines[:2]] == [[by_reference.pk], [by_phone.pk]]
    assert "2 paiements" in lines[2].explanation
    assert "9\u202f000" in lines[3].explanation
    assert "FAUX" in lines[4].explanation
    assert {twins[0].pk, other_amount.pk, other_reference.pk}.isdisjoint(
        pk for line in lines for pk in tied(line)
    )


def test_one_payment_is_never_two_lines():
    candidate = PaymentCandidate(
        payment_id=1, reference="", phone="79123456", amount_francs=10_000,
        received_on=date(2025, 6, 30),
    )  # fmt: skip
    lines = [
        ReadLine(number=n, reference=f"R{n}", paid_on=TODAY, amount_francs=10_000, phone="79123456")
        for n in (1, 2)
    ]
    assert [match.payment_ids for match in match_lines(lines, [candidate])] == [(), ()]
    assert [m.outcome for m in match_lines(lines, [candidate])] == ["ambiguous", "ambiguous"]


def test_the_same_file_again_changes_nothing(amina):
    content = csv_of("MP1;30/06/2025;10 000;79123456;;")
    first = bring_statement(actor=amina, method="lumicash", name="a", content=content)
    again = bring_statement(actor=amina, method="lumicash", name="b", content=content)
    assert (first.was_known, again.was_known) == (False, True)
    assert again.statement == first.statement
    assert StatementLine.objects.count() == 1


def test_overlapping_statements_bring_a_transaction_once(amina):
    brought(amina, csv_of("MP1;29/06/2025;10 000;;;"))
    second = brought(amina, csv_of("MP1;29/06/2025;10 000;;;", "MP2;30/06/2025;10 000;;;"))
    assert states(second) == ["set_aside", "unknown"]
    other = brought(amina, csv_of("MP1;29/06/2025;10 000;;;"), method="ecocash")
    assert states(other) == ["unknown"]


def test_a_second_use_of_a_reference_is_still_matched(amina):
    wrong = mobile(amina, "UMU-1001", reference="MP1")
    reverse_payment(actor=amina, payment_id=wrong.pk, reason="Autre ménage")
    right = mobile(amina, "UMU-1002", reference="MP1")
    statement = brought(amina, csv_of("MP1;30/06/2025;10 000;;;"))
    assert tied(lines_of(statement)[0]) == [right.pk]


def test_a_line_is_settled_by_hand(amina):
    twins = [mobile(amina, number) for number in ("UMU-1001", "UMU-1002")]
    statement = brought(amina, csv_of("MP1;30/06/2025;10 000;79123456;;"))
    line = lines_of(statement)[0]
    settled = settle_line(actor=amina, line_id=line.pk, payment_ids=[twins[1].pk])
    assert (settled.state, tied(settled)) == ("matched", [twins[1].pk])
    assert settled.settled_by == "Amina Nduwimana"
    with pytest.raises(Conflict, match="déjà rapprochée par Amina"):
        settle_line(actor=amina, line_id=line.pk, payment_ids=[twins[0].pk])
    release_line(actor=amina, line_id=line.pk)
    assert settle_line(actor=amina, line_id=line.pk, payment_ids=[twins[0].pk]).state == "matched"


def test_only_a_payment_that_the_line_can_be(amina):
    statement = brought(
        amina, csv_of("MP1;30/06/2025;10 000;79123456;;", "MP2;30/06/2025;10 000;79123456;;")
    )
    first, second = lines_of(statement)
    used = mobile(amina, "UMU-1001")
    settle_line(actor=amina, line_id=first.pk, payment_ids=[used.pk])
    cancelled = mobile(amina, "UMU-1002")
    reverse_payment(actor=amina, payment_id=cancelled.pk, reason="x")
    wrong = (
        used.pk,
        cancelled.pk,
        paid(amina, owing("UMU-1003"), amount_francs=10_000).pk,
        mobile(amina, "UMU-2001", amount_francs=9_999).pk,
        999_999_999,
    )
    for payment_id in wrong:
        with pytest.raises(DomainError) as refused:
            settle_line(actor=amina, line_id=second.pk, payment_ids=[payment_id])
        assert refused.value.field == "payment"
    with pytest.raises(IntegrityError, match="line_of_one_payment"), transaction.atomic():
        StatementTie.objects.create(tenant_id=amina.tenant_id, line=second, payment=used)


def test_the_forgotten_payment_is_written_from_the_line(amina):
    enrolment = owing("UMU-1001")
    statement = brought(amina, csv_of("MP1;30/06/2025;10 000;79123456;150;Kéza"))
    line = lines_of(statement)[0]
    with pytest.raises(DomainError) as refused:
        pay_from_line(actor=amina, line_id=line.pk, number="INE-1001", year=2025)
    assert refused.value.field == "number"
    settled = pay_from_line(actor=amina, line_id=line.pk, number="umu-1001", year=2025)
    payment = Payment.objects.get(enrolment=enrolment)
    assert tied(settled) == [payment.pk]
    assert (payment.reference, payment.payer_phone) == ("MP1", "79123456")
    assert (payment.amount_francs, payment.operator_fee_francs) == (10_000, 150)


def test_a_payment_from_a_line_obeys_the_same_rules(amina):
    owing("UMU-1001", contribution_francs=9_000)
    statement = brought(amina, csv_of("MP1;30/06/2025;10 000;79123456;;"))
    line = lines_of(statement)[0]
    with pytest.raises(DomainError, match="dépasse le solde"):
        pay_from_line(actor=amina, line_id=line.pk, number="UMU-1001", year=2025)
    assert lines_of(statement)[0].state == "unknown"
    assert not Payment.objects.exists()


def test_a_line_is_set_aside_with_a_reason(amina):
    line = lines_of(brought(amina, csv_of("MP1;30/06/2025;10 000;;;")))[0]
    with pytest.raises(DomainError) as refused:
        set_line_aside(actor=amina, line_id=line.pk, reason=" ")
    assert refused.value.field == "reason"
    aside = set_line_aside(actor=amina, line_id=line.pk, reason="Remboursé")
    assert (aside.state, aside.explanation) == ("set_aside", "Remboursé")


def test_what_is_left_of_a_wrong_statement_is_set_aside_at_once(amina):
    """Brought under another operator: one receipt happened to be alike; the rest is left out."""
    mobile(amina, "UMU-1001", reference="MP1")
    content = csv_of(*(f"MP{n};30/06/2025;10 000;79123456;;" for n in (1, 2, 3)))
    wrong = brought(amina, content)
    with pytest.raises(DomainError, match="pourquoi") as refused:
        set_rest_aside(actor=amina, statement_id=wrong.pk, reason=" ")
    assert refused.value.field == "reason"
    told = {"statement_id": wrong.pk, "reason": "relevé d’EcoCash"}
    assert set_rest_aside(actor=amina, **told) == 2
    assert states(wrong) == ["matched", "set_aside", "set_aside"]
    line = lines_of(wrong)[1]
    assert (line.explanation, line.settled_by) == ("relevé d’EcoCash", amina.name)
    with pytest.raises(Conflict, match="Aucune ligne"):
        set_rest_aside(actor=amina, **told)
    assert states(brought(amina, content, "ecocash")) == ["unknown"] * 3


def test_the_rest_of_a_statement_is_set_aside_by_page(world, sign_in, as_actor):
    with as_actor(amina := world.actor("amina")):
        statement = brought(amina, csv_of("MP1;30/06/2025;10 000;79123456;;"))
    address = reverse("statement_aside", args=[statement.pk])
    assert sign_in("arthur").get(address).status_code == 403
    client = sign_in("amina")
    assert address in client.get(reverse("statement_detail", args=[statement.pk])).content.decode()
    assert "Lignes à traiter de « " in client.get(address).content.decode()
    page = client.post(address, {"reason": "autre opérateur"}, follow=True).content.decode()
    assert "Lignes écartées : 1." in page
    assert address not in page
    assert client.post(address, {"reason": "autre opérateur"}).status_code == 422


def test_what_is_written_later_is_found_when_tried_again(amina):
    statement = brought(amina, csv_of("MP1;30/06/2025;10 000;;;", "MP2;30/06/2025;5 000;;;"))
    mobile(amina, "UMU-1001", reference="MP1")
    assert match_again(actor=amina, statement_id=statement.pk) == 1
    assert states(statement) == ["matched", "unknown"]
    assert match_again(actor=amina, statement_id=statement.pk) == 0


def test_a_cancelled_receipt_frees_its_line(amina):
    payment = mobile(amina, "UMU-1001", reference="MP1")
    statement = brought(amina, csv_of("MP1;30/06/2025;10 000;;;"))
    assert states(statement) == ["matched"]
    reverse_payment(actor=amina, payment_id=payment.pk, reason="Autre ménage")
    line = lines_of(statement)[0]
    assert (line.state, tied(line)) == ("unknown", [])
    assert "UMU-S1-2025-00001" in line.explanation


def test_mobile_payments_in_no_statement_are_listed(amina):
    day = date(2025, 6, 30 - LISTED_WITHIN_DAYS - 1)
    late = {"received_on": day, "backdating_reason": "Carnet retrouvé"}
    old = mobile(amina, "UMU-1001", reference="MP1", **late)
    mobile(amina, "UMU-1002", reference="MP2")
    paid(amina, owing("UMU-1003"), **late)
    assert list(unlisted_payments(amina, on=TODAY)) == [old]
    brought(amina, csv_of(f"MP1;{day:%d/%m/%Y};10 000;;;"))
    assert list(unlisted_payments(amina, on=TODAY)) == []


def test_only_who_imports_and_only_ones_own(world, as_actor):
    amina, bernard, agnes = (world.actor(name) for name in ("amina", "bernard", "agnes"))
    content = csv_of("MP1;30/06/2025;10 000;;;")
    with as_actor(agnes), pytest.raises(NotAllowed):
        brought(agnes, content)
    with as_actor(amina):
        line = lines_of(brought(amina, content))[0]
    with as_actor(bernard):
        for act in (
            lambda: set_line_aside(actor=bernard, line_id=line.pk, reason="x"),
            lambda: settle_line(actor=bernard, line_id=line.pk, payment_ids=[1]),
            lambda: release_line(actor=bernard, line_id=line.pk),
            lambda: pay_from_line(actor=bernard, line_id=line.pk, number="INE-1001", year=2025),
            lambda: match_again(actor=bernard, statement_id=line.statement_id),
        ):
            with pytest.raises(NotFound):
                act()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM membership_statementline")
            assert cursor.fetchone() == (0,)
        assert brought(bernard, content).tenant_id == bernard.tenant_id


def test_an_operator_is_needed(amina):
    with pytest.raises(DomainError) as refused:
        brought(amina, csv_of("MP1;30/06/2025;10 000;;;"), method="cash")
    assert refused.value.field == "method"


def test_the_pages_from_file_to_last_line(world, sign_in, as_actor):
    with as_actor(world.actor("amina")):
        twins = [mobile(world.actor("amina"), number) for number in ("UMU-1001", "UMU-1002")]
        owing("UMU-1003")
    client = sign_in("amina")
    content = csv_of(
        "MP1;30/06/2025;10 000;79123456;;",
        "MP2;30/06/2025;8 000;79000000;;",
        "=MP3;30/06/2025;7 000;79000001;;@calcul",
    )

    def send() -> str:
        upload = SimpleUploadedFile("juin.csv", content)
        answer = client.post(
            reverse("statement_add"), {"method": "lumicash", "file": upload}, follow=True
        )
        return answer.content.decode()

    assert "Lignes traitées : 0 sur 3" in send()
    assert "rien n’a changé" in send()
    with as_actor(world.actor("amina")):
        statement = OperatorStatement.objects.get()
        first, second, third = (line.pk for line in lines_of(statement))
    page = client.get(reverse("statement_line", args=[first])).content.decode()
    assert "UMU-S1-2025-00001" in page
    assert "UMU-S1-2025-00002" in page
    answer = client.post(reverse("statement_line_settle", args=[first]), {"payment": twins[0].pk})
    assert answer.status_code == 302
    pay = reverse("statement_line_pay", args=[second])
    assert client.post(pay, {"number": "RIEN", "year": "2025"}).status_code == 422
    page = client.post(pay, {"number": "UMU-1003", "year": "2025"}, follow=True).content.decode()
    assert "Le reçu UMU-S1-2025-00003 est établi" in page
    aside = reverse("statement_line_aside", args=[third])
    page = client.post(aside, {"reason": "Erreur de l’opérateur"}, follow=True).content.decode()
    assert "Lignes traitées : 3 sur 3" in page
    exported = client.get(
        reverse("statement_detail", args=[statement.pk]), {"export": "csv"}
    ).content.decode()
    assert "'=MP3" in exported
    assert "'@calcul" in exported
    release = reverse("statement_line_release", args=[third])
    assert "redevient à traiter" in client.get(release).content.decode()
    assert client.post(release).status_code == 302
    assert "Lignes à traiter : 1." in client.get(reverse("statements")).content.decode()
    assert client.get(reverse("statement_unlisted")).status_code == 200
    assert client.post(reverse("statement_match", args=[statement.pk])).status_code == 302


def test_a_wrong_file_is_told_on_the_page(world, sign_in):
    upload = SimpleUploadedFile("x.csv", csv_of("MP1;30/06/2025;douze;;;"))
    answer = sign_in("amina").post(reverse("statement_add"), {"method": "lumicash", "file": upload})
    assert answer.status_code == 422
    assert "Ligne 2 : montant illisible, « douze »" in answer.content.decode()
