"""Taking contributions: amounts, methods, days, and everything that must be refused."""

import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import Partner, Unit
from federations.services.periods import lock_month
from federations.tenancy.scope import open_scope
from membership.models import PayerKind, Payment, ReceiptBook, SharingKey
from membership.rules.payments import Owed, PaymentRequest, payment_problems, plain_request
from membership.selectors.balances import owed_by, with_paid
from membership.selectors.payments import enrolments_in_sight
from membership.services.payments import reverse_payment, take_payment
from membership.services.receipts import issue_numbers
from tests.membership.money import TODAY, owing, paid, request_of


def test_without_an_amount_all_that_is_left_is_taken(agnes):
    enrolment = owing("UMU-1001", joining_fee_francs=1_000)
    first = paid(agnes, enrolment, amount_francs=10_000)
    second = paid(agnes, enrolment)
    assert (first.fee_francs, first.contribution_francs) == (1_000, 9_000)
    assert (second.amount_francs, second.fee_francs) == (21_000, 0)
    assert owed_by(enrolment).household_left_francs == 0


def test_parts_go_up_by_the_key_of_the_day(agnes, world, as_actor):
    with as_actor(world.actor("amina")):
        for starts, ends, percent in (
            (date(2024, 1, 1), date(2025, 6, 25), 10),
            (date(2025, 6, 25), None, 20),
        ):
            SharingKey.objects.create(
                tenant_id=agnes.tenant_id,
                valid_from=starts,
                valid_to=ends,
                federation_percent=Decimal(percent),
                confederation_percent=Decimal(5),
                fee_federation_percent=Decimal(50),
                fee_confederation_percent=Decimal(0),
            )
    enrolment = owing("UMU-1001", joining_fee_francs=1_000)
    before = paid(agnes, enrolment, amount_francs=11_000, received_on=date(2025, 6, 24))
    after = paid(agnes, enrolment, amount_francs=20_000)
    assert (before.federation_francs, before.confederation_francs) == (1_500, 500)
    assert (after.federation_francs, after.confederation_francs) == (4_000, 1_000)


def test_the_other_payer_pays_its_own_share_only(agnes):
    partner = Partner.objects.get(name="Bailleur Umuco")
    enrolment = owing(
        "UMU-1001", payer_francs=20_000, payer=PayerKind.PARTNER, payer_partner=partner
    )
    own = paid(agnes, enrolment)
    theirs = paid(agnes, enrolment, payer="partner", method="bank", reference="VIR 1")
    assert (own.amount_francs, own.payer_partner) == (10_000, None)
    assert (theirs.amount_francs, theirs.payer_partner) == (20_000, partner)
    row = with_paid(enrolments_in_sight(agnes)).get(pk=enrolment.pk)
    assert (row.paid_francs, row.left_francs, row.household_left_francs) == (30_000, 0, 0)


OWED = Owed(
    enrolled_on=date(2025, 1, 10),
    is_cancelled=False,
    due_francs=30_000,
    fee_francs=0,
    payer="household",
    payer_share_francs=0,
    paid_francs=10_000,
    household_paid_francs=10_000,
    fee_paid_francs=0,
)


_MOBILE, _FEE = {"method": "lumicash", "payer_phone": "79123456"}, "operator_fee_francs"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount_francs": 20_001}, "amount_francs", "dépasse le solde"),
        ({"amount_francs": -5}, "amount_francs", "supérieur à zéro"),
        ({"amount_francs": 0}, "amount_francs", "supérieur à zéro"),
        ({"received_on": date(2025, 7, 1)}, "received_on", "à venir"),
        ({"received_on": date(2025, 1, 9)}, "received_on", "10/01/2025"),
        ({"method": "lumicash"}, "reference", "téléphone du payeur"),
        ({"method": "bank"}, "reference", "bordereau"),
        ({"method": "microfinance"}, "reference", "bordereau"),
        ({"operator_fee_francs": 100}, "operator_fee_francs", "Lumicash"),
        (_MOBILE | {"amount_francs": 1_000, "operator_fee_francs": 5_000}, _FEE, "dépassent"),
        (_MOBILE | {"amount_francs": 1_000, "operator_fee_francs": 10**20}, _FEE, "dépassent"),
        (_MOBILE | {"operator_fee_francs": 20_001}, _FEE, "dépassent le montant reçu"),
        (_MOBILE | {"reference": "2,50630E+12"}, "reference", "abîmé"),
        (_MOBILE | {"operator_fee_francs": -1}, _FEE, "négatifs"),
        ({"payer": "state"}, "payer", "autre payeur"),
        ({"paper_receipt": "9" * 31}, "paper_receipt", "caractères"),
    ],
)
def test_each_mistake_is_told_at_its_field(changes, field, words):
    problems = payment_problems(request_of(**changes), OWED, today=TODAY)
    assert [problem.field for problem in problems] == [field]
    assert words in problems[0].message


def test_a_fee_is_at_most_the_amount():
    request = request_of(**_MOBILE, amount_francs=1_000, operator_fee_francs=1_000)
    assert payment_problems(request, OWED, today=TODAY) == []


def test_what_is_right_has_no_problem():
    request = request_of(method="lumicash", payer_phone="79 12 34 56", operator_fee_francs=150)
    assert payment_problems(plain_request(request), OWED, today=TODAY) == []


def test_a_telephone_that_is_none_is_told():
    with pytest.raises(DomainError, match="8 chiffres"):
        plain_request(request_of(method="lumicash", payer_phone="12345"))


def test_a_cancelled_enrolment_receives_nothing(agnes):
    enrolment = owing("UMU-1001", cancelled_on=date(2025, 3, 1))
    with pytest.raises(DomainError, match="annulée"):
        paid(agnes, enrolment)


def test_all_that_is_wrong_is_told_at_once(agnes):
    enrolment = owing("UMU-1001")
    with pytest.raises(DomainError) as refused:
        paid(agnes, enrolment, amount_francs=99_999, method="bank", received_on=date(2026, 1, 1))
    fields = {each.field for each in refused.value.each()}
    assert fields == {"amount_francs", "reference", "received_on"}


@pytest.mark.parametrize("method", ["opening", "gold", ""])
def test_only_the_methods_of_a_desk(agnes, method):
    with pytest.raises(DomainError) as refused:
        paid(agnes, owing("UMU-1001"), method=method)
    assert refused.value.field == "method"


def test_a_locked_month_takes_nothing(agnes, world, as_actor):
    enrolment = owing("UMU-1001")
    with as_actor(world.actor("amina")):
        unit = Unit.objects.get(pk=world.units["UMU-S1"])
        lock_month(actor=world.actor("amina"), unit=unit, month=date(2025, 5, 1))
    with pytest.raises(DomainError, match="fermé") as refused:
        paid(agnes, enrolment, received_on=date(2025, 5, 20))
    assert refused.value.field == "received_on"
    assert paid(agnes, enrolment).receipt_number == 1


def test_a_reference_and_a_paper_receipt_serve_once(agnes):
    one, other = owing("UMU-1001"), owing("UMU-1002")
    first = paid(agnes, one, method="lumicash", reference="mp 77", paper_receipt="A-12")
    assert (first.reference, first.paper_receipt) == ("MP77", "A-12")
    with pytest.raises(DomainError) as refused:
        paid(agnes, other, method="lumicash", reference="MP77", paper_receipt=" a 12 ")
    told = {each.field: each.message for each in refused.value.each()}
    assert set(told) == {"reference", "paper_receipt"}
    assert "UMU-S1-2025-00001" in told["reference"]
    assert paid(agnes, other, method="ecocash", reference="MP77").reference == "MP77"


def test_what_a_cancelled_receipt_used_serves_again(agnes, world, as_actor):
    wrong, right = owing("UMU-1001"), owing("UMU-1002")
    first = paid(agnes, wrong, method="lumicash", reference="MP77", paper_receipt="A-12")
    with as_actor(world.actor("amina")):
        reverse_payment(actor=world.actor("amina"), payment_id=first.pk, reason="Autre ménage")
    again = paid(agnes, right, method="lumicash", reference="MP77", paper_receipt="A-12")
    assert (again.reference, again.paper_receipt, again.attempt) == ("MP77", "A-12", 2)
    with pytest.raises(DomainError):
        paid(agnes, owing("UMU-1003"), method="lumicash", reference="MP77")


def test_the_same_submission_is_one_payment(agnes):
    enrolment = owing("UMU-1001")
    request = request_of(amount_francs=5_000)
    made = [
        take_payment(actor=agnes, enrolment_id=enrolment.pk, request=request, key="k1")
        for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(Conflict):
        take_payment(
            actor=agnes,
            enrolment_id=enrolment.pk,
            request=replace(request, amount_francs=6_000),
            key="k1",
        )
    assert Payment.objects.count() == 1


def test_taking_a_payment_asks_little_of_the_database(agnes):
    enrolment = owing("UMU-1001")
    request = request_of(method="lumicash", reference="MP1", payer_phone="79123456")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        take_payment(actor=agnes, enrolment_id=enrolment.pk, request=request, key="k")
    asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 17, "\n".join(asked)


def test_another_federations_enrolment_does_not_exist(agnes, world, behind_the_wall, as_actor):
    with as_actor(world.actor("bernard")):
        theirs = owing("INE-1001")
    with pytest.raises(NotFound):
        paid(agnes, theirs)
    with pytest.raises(IntegrityError, match="payment_tenant_enrolment_id"), transaction.atomic():
        Payment.objects.create(
            tenant_id=agnes.tenant_id,
            enrolment_id=theirs.pk,
            unit_id=world.units["UMU-S1"],
            receipt_year=2025,
            receipt_number=1,
            amount_francs=1,
            contribution_francs=1,
            fee_francs=0,
            federation_francs=0,
            confederation_francs=0,
            method="cash",
            received_on=TODAY,
            recorded_by="x",
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_another_units_enrolment_is_out_of_an_agents_sight(agnes):
    with pytest.raises(NotFound):
        paid(agnes, owing("UMU-2001"))


def test_an_auditor_and_the_confederation_take_nothing(world, as_actor):
    for username in ("arthur", "clara"):
        with as_actor(world.actor(username)), pytest.raises(NotAllowed):
            take_payment(actor=world.actor(username), enrolment_id=1, request=request_of())


def test_a_payment_is_neither_changed_nor_removed(agnes):
    payment = paid(agnes, owing("UMU-1001"))
    for act in (lambda: Payment.objects.update(amount_francs=1), payment.delete):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()


def test_numbers_have_no_gap_when_a_transaction_fails(agnes):
    enrolment = owing("UMU-1001")
    first = paid(agnes, enrolment, amount_francs=1_000)
    with pytest.raises(RuntimeError), transaction.atomic():
        paid(agnes, enrolment, amount_francs=1_000)
        raise RuntimeError
    second = paid(agnes, enrolment, amount_francs=1_000)
    assert [first.receipt_number, second.receipt_number] == [1, 2]


def test_a_block_of_numbers_follows_the_last(agnes, world):
    unit = {"tenant_id": agnes.tenant_id, "unit_id": world.units["UMU-S1"], "year": 2025}
    assert list(issue_numbers(**unit, count=3)) == [1, 2, 3]
    assert list(issue_numbers(**unit)) == [4]
    assert list(issue_numbers(**{**unit, "year": 2026})) == [1]
    assert ReceiptBook.objects.count() == 2
    with pytest.raises(DomainError):
        issue_numbers(**unit, count=0)


def test_two_tills_at_once_leave_no_gap_and_take_no_franc_twice(own_database):
    world = own_database
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    agnes = world.actor("agnes")
    with open_scope(agnes, source="essai"):
        shared = owing("UMU-1001").pk
        others = [owing("UMU-1002").pk, owing("UMU-1003").pk]
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def till(own: int, spoils: bool) -> None:
        start.wait()
        for round_ in range(8):
            # Each pays the shared household's last franc and its own; one breaks off at times.
            for enrolment in (shared, own):
                try:
                    with open_scope(agnes, source="essai"):
                        made = take_payment(
                            actor=agnes,
                            enrolment_id=enrolment,
                            request=PaymentRequest(
                                method="cash", received_on=TODAY, amount_francs=2_500
                            ),
                        )
                        if spoils and round_ % 3 == 1:
                            raise RuntimeError
                    outcomes.append(made.receipt_number)
                except (DomainError, RuntimeError) as error:
                    outcomes.append(error)
        connection.close()

    tills = [threading.Thread(target=till, args=(own, own == others[0])) for own in others]
    for thread in tills:
        thread.start()
    for thread in tills:
        thread.join()
    numbers = sorted(one for one in outcomes if isinstance(one, int))
    assert numbers == list(range(1, len(numbers) + 1))
    assert any(isinstance(one, RuntimeError) for one in outcomes)
    with open_scope(agnes, source="essai"):
        rows = Payment.objects.filter(enrolment_id=shared)
        assert sum(row.amount_francs for row in rows) == 30_000
        assert Payment.objects.count() == len(numbers)


def test_a_till_waits_for_the_other_and_then_sees_what_it_took(own_database):
    world = own_database
    agnes = world.actor("agnes")
    with open_scope(agnes, source="essai"):
        enrolment = owing("UMU-1001").pk
    refusals: list[DomainError] = []

    def second() -> None:
        try:
            with open_scope(agnes, source="essai"):
                take_payment(actor=agnes, enrolment_id=enrolment, request=request_of())
        except DomainError as error:
            refusals.append(error)
        connection.close()

    thread = threading.Thread(target=second)
    with open_scope(agnes, source="essai"):
        take_payment(actor=agnes, enrolment_id=enrolment, request=request_of())
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive(), "the second till did not wait"
    thread.join()
    assert ["déjà payé" in refusal.message for refusal in refusals] == [True]


def test_the_page_refuses_letters_and_keeps_what_was_typed(world, sign_in, as_actor):
    with as_actor(world.actor("agnes")):
        enrolment = owing("UMU-1001")
    client = sign_in("agnes")
    address = reverse("payment_add", args=[enrolment.pk])
    page = client.get(address).content.decode()
    assert "30\u202f000" in page
    typed = {"amount_francs": "douze", "method": "cash", "received_on": "2025-06-30"}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "Écrivez le montant en chiffres" in answer.content.decode()
    assert 'value="douze"' in answer.content.decode()
    answer = client.post(address, {**typed, "amount_francs": "30 001"})
    assert "dépasse le solde" in answer.content.decode()
    for emptied in ("", "  "):
        answer = client.post(address, {**typed, "amount_francs": emptied})
        assert answer.status_code == 422
        assert "Tapez le montant reçu." in answer.content.decode()
    with as_actor(world.actor("agnes")):
        assert not Payment.objects.exists()
    answer = client.post(address, {**typed, "amount_francs": "30 000"})
    with as_actor(world.actor("agnes")):
        payment = Payment.objects.get()
    assert answer["Location"] == reverse("payment_detail", args=[payment.pk]) + "#imprimer"


def test_the_page_of_anothers_enrolment_does_not_exist(world, sign_in, as_actor):
    with as_actor(world.actor("bernard")):
        theirs = owing("INE-1001")
    client = sign_in("agnes")
    assert client.get(reverse("payment_add", args=[theirs.pk])).status_code == 404
    typed = {"amount_francs": "1", "method": "cash", "received_on": "2025-06-30"}
    assert client.post(reverse("payment_add", args=[theirs.pk]), typed).status_code == 404
