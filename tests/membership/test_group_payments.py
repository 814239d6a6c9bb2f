"""One mobile transfer for several households: shared to the franc, cancelled, reconciled."""

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.tenancy.scope import open_scope
from membership.documents.receipts import receipt_facts
from membership.models import GroupPayment, Household, Payment, ReceiptBook, StatementLine
from membership.rules.group_payments import GroupRequest, Part
from membership.selectors.group_payments import group_by_id, proposed_parts, shared_out
from membership.selectors.payments import payment_by_id
from membership.services.group_payments import return_rest, share_out_rest, take_group_payment
from membership.services.payments import reverse_payment
from membership.services.statement_lines import pay_several_from_line, release_line, settle_line
from membership.services.statements import bring_statement, match_again
from tests.membership.money import TODAY, owing, paid

NUMBERS = ("UMU-1001", "UMU-2001", "UMU-1002")
REQUEST = GroupRequest(
    method="lumicash", reference=" mp 77 ", received_on=TODAY, amount_francs=70_000,
    payer_phone="79 12 34 56", operator_fee_francs=500,
)  # fmt: skip


@pytest.fixture
def amina(world, as_actor):
    """Open the scope of Amina, manager of UMUCO; three households owe 30,000 each."""
    actor = world.actor("amina")
    with as_actor(actor):
        for number in NUMBERS:
            owing(number)
        yield actor


@pytest.fixture
def ready(world, as_actor):
    """Return the opener of Amina's scope, where three households owe 30,000 each."""
    actor = world.actor("amina")

    @contextmanager
    def opened():
        with as_actor(actor):
            yield actor

    with opened():
        for number in NUMBERS:
            owing(number)
    return opened


def parts(*amounts: int | None, numbers=NUMBERS) -> list[Part]:
    return [
        Part(row=row, number=number, year=2025, amount_francs=amount)
        for row, (number, amount) in enumerate(zip(numbers, amounts, strict=False), start=1)
    ]


def taken(actor, **changes) -> GroupPayment:
    asked = {"request": REQUEST, "parts": parts(30_000, 30_000, 10_000), **changes}
    return take_group_payment(actor=actor, **asked)


def receipts(group) -> list[Payment]:
    return list(Payment.objects.filter(group=group, reverses__isnull=True).order_by("part"))


def line_of(actor, text: str) -> StatementLine:
    content = f"Référence;Date;Montant;Téléphone\n{text}".encode()
    made = bring_statement(actor=actor, method="lumicash", name="releve.csv", content=content)
    return StatementLine.objects.get(statement=made.statement)


def fresh(line) -> StatementLine:
    return StatementLine.objects.get(pk=line.pk)


def tied(line) -> set[int]:
    return set(line.ties.values_list("payment", flat=True))


def test_a_receipt_for_each_household_from_its_own_units_book(amina):
    group = taken(amina)
    made = receipts(group)
    assert [one.enrolment.household.number for one in made] == list(NUMBERS)
    assert [one.amount_francs for one in made] == [30_000, 30_000, 10_000]
    assert {one.reference for one in made} == {"MP77"} == {group.reference}
    assert [one.part for one in made] == [1, 2, 3]
    assert [one.unit_id for one in made] == [one.enrolment.household.unit_id for one in made]
    for book in ReceiptBook.objects.filter(year=2025):
        mine = sorted(one.receipt_number for one in made if one.unit_id == book.unit_id)
        assert mine == list(range(1, book.last_number + 1))
    facts = receipt_facts(amina, payment_by_id(amina, made[0].pk))
    assert facts.reference == "MP77 (transfert de 70\u202f000\u00a0FBu)"


def test_without_an_amount_a_household_pays_all_that_it_owes(amina):
    group = taken(amina, parts=parts(None, None, 10_000))
    assert [one.amount_francs for one in receipts(group)] == [30_000, 30_000, 10_000]


@pytest.mark.parametrize(
    ("changes", "asked", "field", "words"),
    [
        ({}, parts(30_000, 30_000, 9_999), "amount_francs", "il manque 1"),
        ({}, parts(30_000, 30_000, None), "amount_francs", "de trop"),
        ({}, parts(30_001, 30_000, 9_999), "amount_1", "dépasse le solde"),
        ({}, parts(30_000, 0, 40_000), "amount_2", "supérieur à zéro"),
        ({}, parts(70_000), "number_2", "seul ménage"),
        ({}, [], "number_1", "Donnez les ménages"),
        ({}, parts(1, 2, numbers=("UMU-1001", "umu-1001 ")), "number_2", "autre ligne"),
        ({}, parts(1, 2, numbers=("UMU-1001", "INE-1001")), "number_2", "Aucun ménage"),
        ({"reference": " "}, parts(35_000, 35_000), "reference", "référence"),
        ({"method": "cash"}, parts(35_000, 35_000), "method", "opérateur"),
        ({"amount_francs": -1}, parts(35_000, 35_000), "amount_francs", "supérieur à zéro"),
        ({"operator_fee_francs": -1}, parts(35_000, 35_000), "operator_fee_francs", "négatifs"),
        (
            {"operator_fee_francs": 70_001},
            parts(35_000, 35_000),
            "operator_fee_francs",
            "dépassent",
        ),
        ({"is_other_payer": True}, parts(35_000, 35_000), "number_1", "pas d’autre payeur"),
        ({"received_on": TODAY.replace(year=2026)}, parts(3, 5), "received_on", "à venir"),
        ({"payer_phone": "12"}, parts(35_000, 35_000), "payer_phone", "8 chiffres"),
    ],
)
def test_each_mistake_is_told_at_its_place_and_nothing_is_written(
    amina, changes, asked, field, words
):
    with pytest.raises(DomainError) as refused:
        taken(amina, request=replace(REQUEST, **changes), parts=asked)
    told = [(each.field, each.message) for each in refused.value.each()]
    assert any(at == field and words in message for at, message in told), told
    assert len(told) == len(set(told))
    assert not Payment.objects.exists()
    assert not GroupPayment.objects.exists()
    assert not ReceiptBook.objects.exclude(last_number=0).exists()


def test_more_than_twenty_households_are_two_transfers(amina):
    many = [Part(row=row, number=f"UMU-{row}", year=2025) for row in range(1, 22)]
    with pytest.raises(DomainError, match="20 ménages au plus"):
        taken(amina, parts=many)


def test_the_reference_is_the_transfers_not_the_payments(amina):
    taken(amina)
    again = replace(REQUEST, amount_francs=20_000)
    with pytest.raises(DomainError) as refused:
        taken(amina, request=again, parts=parts(10_000, 10_000, numbers=("UMU-1002", "UMU-1003")))
    assert "a déjà servi" in refused.value.message or refused.value.field
    with pytest.raises(DomainError, match="a déjà servi"):
        paid(amina, owing("UMU-1003"), method="lumicash", reference="MP77", amount_francs=10_000)
    with pytest.raises(IntegrityError, match="payment_reference_once"), transaction.atomic():
        one = Payment.objects.get(part=1)
        one.pk, one.receipt_number, one.group = None, 999, None
        one.save(force_insert=True)


def test_a_reference_of_one_payment_is_no_transfers(amina):
    paid(amina, owing("UMU-1003"), method="lumicash", reference="MP77", amount_francs=10_000)
    with pytest.raises(DomainError, match="a déjà servi"):
        taken(amina)


def test_sent_twice_it_is_written_once(amina):
    first = taken(amina, key="k1")
    assert taken(amina, key="k1") == first
    assert Payment.objects.count() == 3
    with pytest.raises(Conflict):
        taken(amina, key="k1", parts=parts(20_000, 30_000, 20_000))


def test_a_statements_line_is_the_whole_transfer(amina):
    group = taken(amina)
    line = line_of(amina, "MP77;30/06/2025;70 000;79123456")
    assert line.state == "matched"
    assert tied(line) == {one.pk for one in receipts(group)}
    released = release_line(actor=amina, line_id=line.pk)
    assert (released.state, tied(released)) == ("unknown", set())
    assert match_again(actor=amina, statement_id=line.statement_id) == 1


def test_another_amount_than_the_parts_is_for_a_person(amina):
    taken(amina)
    line = line_of(amina, "MP77;30/06/2025;75 000;79123456")
    assert line.state == "ambiguous"
    assert "3 reçus qui font 70\u202f000" in line.explanation


def test_a_part_is_never_taken_for_another_transaction_of_its_amount(amina):
    taken(amina)
    line = line_of(amina, ";30/06/2025;10 000;79123456")
    assert line.state == "unknown"


def test_payments_written_one_by_one_are_proposed_together(amina):
    each = [
        paid(amina, owing(number), method="lumicash", payer_phone="79000009", amount_francs=amount)
        for number, amount in zip(NUMBERS, (30_000, 30_000, 10_000), strict=True)
    ]
    line = line_of(amina, "MP9;30/06/2025;70 000;79000009")
    assert line.state == "ambiguous"
    assert "3 paiements de ce téléphone" in line.explanation
    settled = settle_line(actor=amina, line_id=line.pk, payment_ids=[one.pk for one in each])
    assert (settled.state, tied(settled)) == ("matched", {one.pk for one in each})


def test_payments_that_do_not_make_the_amount_are_not(amina):
    each = [
        paid(amina, owing(number), method="lumicash", payer_phone="79000009", amount_francs=20_000)
        for number in NUMBERS
    ]
    line = line_of(amina, "MP9;30/06/2025;70 000;79000009")
    assert line.state == "unknown"
    with pytest.raises(DomainError, match="montants diffèrent"):
        settle_line(actor=amina, line_id=line.pk, payment_ids=[one.pk for one in each])


def test_a_line_that_nobody_wrote_is_shared_by_proposal(amina):
    Household.objects.filter(number__in=NUMBERS).update(phone="79123456")
    line = line_of(amina, "MP77;30/06/2025;90 000;79123456")
    proposed = proposed_parts(amina, line, year=2025)
    assert {one.number for one in proposed} == set(NUMBERS)
    assert [one.amount_francs for one in proposed] == [30_000] * 3
    group = pay_several_from_line(actor=amina, line_id=line.pk, request=REQUEST, parts=proposed)
    assert (group.amount_francs, fresh(line).state) == (90_000, "matched")
    assert tied(line) == {one.pk for one in receipts(group)}


def test_who_it_paid_for_before_is_proposed_first(amina):
    Household.objects.filter(number="UMU-1003").update(phone="79123456")
    owing("UMU-1003")
    taken(amina, request=replace(REQUEST, amount_francs=40_000), parts=parts(20_000, 20_000))
    line = line_of(amina, "MP78;30/06/2025;15 000;79123456")
    proposed = proposed_parts(amina, line, year=2025)
    assert [(one.number, one.amount_francs) for one in proposed] == [
        ("UMU-1001", None),
        ("UMU-2001", None),
    ]


def test_a_cancelled_part_waits_to_be_shared_out(amina):
    group = taken(amina)
    line = line_of(amina, "MP77;30/06/2025;70 000;79123456")
    wrong = receipts(group)[2]
    reverse_payment(actor=amina, payment_id=wrong.pk, reason="Autre ménage")
    assert fresh(line).state == "ambiguous"
    assert "10\u202f000\u00a0FBu de cette transaction restent à répartir" in fresh(line).explanation
    assert group_by_id(amina, group.pk).rest_francs == 10_000
    owing("UMU-1003")
    right = parts(None, numbers=("UMU-1003",))
    with pytest.raises(DomainError, match="de trop"):
        share_out_rest(actor=amina, group_id=group.pk, received_on=TODAY, parts=right)
    right = [replace(right[0], amount_francs=10_000)]
    share_out_rest(actor=amina, group_id=group.pk, received_on=TODAY, parts=right)
    made = receipts(group)
    assert [(one.part, one.reference) for one in made] == [
        (1, "MP77"), (2, "MP77"), (3, "MP77"), (4, "MP77"),
    ]  # fmt: skip
    assert group_by_id(amina, group.pk).rest_francs == 0
    assert fresh(line).state == "matched"
    assert tied(line) == {one.pk for one in made} - {wrong.pk}
    with pytest.raises(Conflict, match="reste rien"):
        return_rest(actor=amina, group_id=group.pk, reason="Rendu")


def test_a_cancelled_part_is_given_back(amina):
    group = taken(amina)
    line = line_of(amina, "MP77;30/06/2025;70 000;79123456")
    reverse_payment(actor=amina, payment_id=receipts(group)[2].pk, reason="Trop payé")
    with pytest.raises(DomainError) as refused:
        return_rest(actor=amina, group_id=group.pk, reason=" ")
    assert refused.value.field == "reason"
    return_rest(actor=amina, group_id=group.pk, reason="Rendu en espèces à Kéza")
    shown = group_by_id(amina, group.pk)
    assert (shown.returned_francs, shown.rest_francs) == (10_000, 0)
    assert fresh(line).state == "matched"
    assert "rendus au payeur" in fresh(line).explanation


def test_a_statement_that_comes_after_a_return_is_still_matched(amina):
    group = taken(amina)
    reverse_payment(actor=amina, payment_id=receipts(group)[2].pk, reason="Trop payé")
    return_rest(actor=amina, group_id=group.pk, reason="Rendu")
    assert line_of(amina, "MP77;30/06/2025;70 000;79123456").state == "matched"


def test_once_all_is_cancelled_the_reference_serves_again(amina):
    group = taken(amina)
    line = line_of(amina, "MP77;30/06/2025;70 000;79123456")
    for one in receipts(group):
        reverse_payment(actor=amina, payment_id=one.pk, reason="Faux transfert")
    assert (fresh(line).state, tied(line)) == ("unknown", set())
    with pytest.raises(Conflict, match="encaissez-le de nouveau"):
        share_out_rest(
            actor=amina, group_id=group.pk, received_on=TODAY, parts=parts(30_000, 30_000, 10_000)
        )
    again = taken(amina)
    assert (again.attempt, again.pk != group.pk) == (2, True)
    assert match_again(actor=amina, statement_id=line.statement_id) == 1


def test_an_agent_shares_between_households_of_the_own_unit_only(world, as_actor):
    agnes, amina = world.actor("agnes"), world.actor("amina")
    with as_actor(amina):
        for number in NUMBERS:
            owing(number)
    with as_actor(agnes):
        with pytest.raises(DomainError) as refused:
            taken(agnes)
        assert refused.value.field == "number_2"
        own = taken(
            agnes,
            request=replace(REQUEST, amount_francs=40_000),
            parts=parts(30_000, 10_000, numbers=("UMU-1001", "UMU-1002")),
        )
        with pytest.raises(NotAllowed):
            return_rest(actor=agnes, group_id=own.pk, reason="Rendu")
    with as_actor(amina):
        wider = taken(amina, request=replace(REQUEST, reference="MP78", amount_francs=50_000),
                      parts=parts(20_000, 30_000, numbers=("UMU-1002", "UMU-2001")))  # fmt: skip
    with as_actor(agnes):
        shown = shared_out(agnes, group_by_id(agnes, wider.pk))
        assert [one.amount_francs for one in shown.receipts] == [20_000]
        assert shown.elsewhere_francs == 30_000
    with as_actor(world.actor("bernard")):
        with pytest.raises(NotFound):
            group_by_id(world.actor("bernard"), own.pk)
        with connection.cursor() as cursor:
            for table in ("grouppayment", "statementtie"):
                cursor.execute(f"SELECT count(*) FROM membership_{table}")
                assert cursor.fetchone() == (0,)


def test_two_desks_with_one_reference_at_once(own_database):
    """One of them writes; the other is told, and no receipt's number is lost."""
    amina = own_database.actor("amina")
    with open_scope(amina, source="essai"):
        for number in NUMBERS:
            owing(number)
    barrier, outcomes = threading.Barrier(2), []

    def desk(numbers) -> None:
        try:
            with open_scope(amina, source="essai"):
                barrier.wait(10)
                asked = replace(REQUEST, amount_francs=20_000)
                taken(amina, request=asked, parts=parts(10_000, 10_000, numbers=numbers))
            outcomes.append("written")
        except DomainError as error:
            outcomes.append(error.field)
        finally:
            connection.close()

    desks = [
        threading.Thread(target=desk, args=(numbers,))
        for numbers in (("UMU-1001", "UMU-2001"), ("UMU-2001", "UMU-1002"))
    ]
    for one in desks:
        one.start()
    for one in desks:
        one.join(30)
    assert sorted(outcomes) == ["reference", "written"]
    with open_scope(amina, source="essai"):
        assert Payment.objects.count() == 2


class TestPages:
    """The form, its rows and the ways on."""

    FORM = {
        "method": "lumicash", "reference": "MP77", "amount_francs": "70 000",
        "received_on": "2025-06-30", "payer_phone": "79123456", "payer": "household",
        "number_1": "UMU-1001", "amount_1": "30000", "number_2": "umu-2001",
        "number_7": "UMU-1002", "year_7": "2025", "amount_7": "10 000",
    }  # fmt: skip

    def test_shared_cancelled_and_shared_again(self, sign_in, ready):
        client = sign_in("amina")
        drawn = client.get(reverse("payment_group_add")).content.decode()
        assert [name for name in self.FORM if f'name="{name}"' not in drawn] == []
        done = client.post(reverse("payment_group_add"), self.FORM, follow=True)
        assert "3 reçus : le transfert est réparti." in done.content.decode()
        with ready():
            group = GroupPayment.objects.get()
            wrong = receipts(group)[2]
        cancel = reverse("payment_reverse", args=[wrong.pk])
        assert "à répartir de nouveau ou à rendre" in client.get(cancel).content.decode()
        client.post(cancel, {"reason": "Autre ménage"})
        detail = client.get(reverse("payment_group", args=[group.pk])).content.decode()
        assert "Reste à répartir ou à rendre" in detail
        rest = {"received_on": "2025-06-30", "number_1": "UMU-1002", "amount_1": "10000"}
        done = client.post(reverse("payment_group_share", args=[group.pk]), rest, follow=True)
        assert "Entièrement réparti" in done.content.decode()
        rows = client.get(reverse("payment_groups"), {"state": "repartis"}).content.decode()
        assert "MP77" in rows
        receipt = client.get(reverse("payment_detail", args=[wrong.pk])).content.decode()
        assert reverse("payment_group", args=[group.pk]) in receipt

    def test_a_rest_is_given_back(self, sign_in, ready):
        client = sign_in("amina")
        client.post(reverse("payment_group_add"), self.FORM)
        with ready() as amina:
            group = GroupPayment.objects.get()
            reverse_payment(actor=amina, payment_id=receipts(group)[0].pk, reason="Trop payé")
        url = reverse("payment_group_return", args=[group.pk])
        assert client.get(url).status_code == 200
        done = client.post(url, {"reason": "Rendu à Kéza"}, follow=True).content.decode()
        assert "Rendu à Kéza" in done
        assert "Entièrement réparti" in done

    def test_a_choice_that_is_missing_is_led_to(self, sign_in, ready):
        form = {**self.FORM, "method": ""}
        text = sign_in("amina").post(reverse("payment_group_add"), form).content.decode()
        assert '<a href="#id_method_0">Opérateur</a>' in text
        assert 'id="id_method_0"' in text

    def test_a_wrong_row_is_told_in_the_row(self, sign_in, ready):
        form = {**self.FORM, "number_7": "UMU-9999"}
        page = sign_in("amina").post(reverse("payment_group_add"), form)
        assert page.status_code == 422
        text = page.content.decode()
        assert 'id="id_number_7_error"' in text
        assert '<details class="mb-3" open>' in text
        with ready():
            assert not Payment.objects.exists()

    def test_from_a_line(self, sign_in, ready):
        with ready() as amina:
            Household.objects.filter(number__in=NUMBERS[:2]).update(phone="79123456")
            line = line_of(amina, "MP77;30/06/2025;60 000;79123456")
        client = sign_in("amina")
        asked = f"{reverse('payment_group_add')}?ligne={line.pk}"
        assert asked in client.get(reverse("statement_line", args=[line.pk])).content.decode()
        assert 'value="UMU-1001"' in client.get(asked).content.decode()
        form = {
            "reference": "MP77", "payer_phone": "79123456", "payer": "household",
            "number_1": "UMU-1001", "number_2": "UMU-2001",
        }  # fmt: skip
        assert client.post(asked, form).status_code == 302
        shown = client.get(reverse("statement_line", args=[line.pk])).content.decode()
        assert "Voir le paiement groupé" in shown
        lines = reverse("statement_detail", args=[line.statement_id])
        exported = client.get(lines, {"export": "csv"}).content.decode()
        assert exported.count("-2025-00001") == 2
