"""An accountant's day: what is due, received, given back and shared agrees to the franc."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Max, Sum

from conamus.kernel.errors import DomainError
from federations.models import Unit
from membership.models import (
    ContributionScale,
    Enrolment,
    Payment,
    Promise,
    ReceiptBook,
    SharingKey,
)
from membership.rules.promises import InstalmentFact
from membership.selectors.balances import owed_by, with_paid
from membership.selectors.payments import cash_sheet, enrolments_in_sight, payments, shares_of
from membership.services.payments import reverse_payment
from membership.services.promises import (
    PromiseRequest,
    answer_promise,
    sign_promise,
    withdraw_promise,
)
from tests.membership.importing import csv_of, loaded, outcomes, told
from tests.membership.money import TODAY, owing, paid

NUMBERS = ("UMU-1001", "UMU-1002", "UMU-1003")
DAYS = [date(2025, 6, day) for day in (24, 25, 26, 27, 28, 29, 30)]
CHANGES_ON = date(2025, 6, 27)


@pytest.fixture
def amina(world, as_actor):
    """Amina at work, with a key that changes in the middle of the days."""
    actor = world.actor("amina")
    with as_actor(actor):
        SharingKey.objects.filter(tenant_id=actor.tenant_id).update(valid_to=CHANGES_ON)
        SharingKey.objects.create(
            tenant_id=actor.tenant_id, valid_from=CHANGES_ON,
            federation_percent=Decimal("33.33"), confederation_percent=Decimal("7.77"),
            fee_federation_percent=Decimal("12.5"), fee_confederation_percent=Decimal("12.5"),
        )  # fmt: skip
        yield actor


def a_month_at_the_till(actor, seed: int) -> list[Enrolment]:
    """Pay in odd parts on many days, and cancel a third of it, across the change of the key."""
    rng = random.Random(seed)  # noqa: S311 -- a test's draw, not a secret
    rows = [
        owing(number, contribution_francs=30_001, joining_fee_francs=1_003) for number in NUMBERS
    ]
    for _ in range(25):
        enrolment = rng.choice(rows)
        left = owed_by(enrolment).household_left_francs
        if left > 0:
            amount = rng.randint(1, min(left, 7_919))
            paid(actor, enrolment, amount_francs=amount, received_on=rng.choice(DAYS))
        standing = list(
            Payment.objects.filter(reverses__isnull=True, reversed_by__isnull=True).order_by("pk")
        )
        if standing and rng.random() < 0.35:
            reverse_payment(actor=actor, payment_id=rng.choice(standing).pk, reason="Erreur")
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_shares_always_sum_to_the_payments(amina, seed) -> None:
    rows = a_month_at_the_till(amina, seed)
    assert Payment.objects.filter(reverses__isnull=False).exists()
    assert Payment.objects.filter(received_on__lt=CHANGES_ON).exists()
    for one in Payment.objects.all():
        parts = (one.federation_francs, one.confederation_francs)
        every = [*parts, one.amount_francs - sum(parts)]
        assert min(every) >= 0 or max(every) <= 0
    # What was cancelled has left nothing at all, by whichever key it was shared.
    for one in Payment.objects.filter(reverses__isnull=False).select_related("reverses"):
        for name in ("amount", "contribution", "fee", "federation", "confederation"):
            column = f"{name}_francs"
            assert getattr(one, column) == -getattr(one.reverses, column)
    parts = shares_of(payments(amina))
    total = Payment.objects.aggregate(sum=Sum("amount_francs"))["sum"]
    assert parts.unit_francs + parts.federation_francs + parts.confederation_francs == total
    standing = Payment.objects.filter(reverses__isnull=True, reversed_by__isnull=True)
    assert total == standing.aggregate(sum=Sum("amount_francs"))["sum"]
    assert parts == shares_of(standing)
    for row in rows:
        owed = owed_by(row)
        assert 0 <= owed.fee_paid_francs <= owed.fee_francs
        assert owed.paid_francs + owed.household_left_francs == owed.due_francs
        listed = with_paid(enrolments_in_sight(amina)).get(pk=row.pk)
        assert (listed.paid_francs, listed.left_francs) == (
            owed.paid_francs, owed.household_left_francs,
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_the_days_sheets_sum_to_the_receipts_and_no_number_is_missing(amina, seed) -> None:
    a_month_at_the_till(amina, seed)
    unit = Unit.objects.get(code="UMU-S1")
    sheets = [cash_sheet(amina, unit=unit, day=day) for day in DAYS]
    total = Payment.objects.aggregate(sum=Sum("amount_francs"))["sum"]
    assert sum(sheet.total_francs for sheet in sheets) == total
    assert sum(sheet.cash_francs for sheet in sheets) == total
    for sheet in sheets:
        assert sheet.fee_francs + sheet.contribution_francs == sheet.total_francs
        assert sheet.shares.total_francs == sheet.total_francs
    book = ReceiptBook.objects.get(unit=unit, year=2025)
    numbers = Payment.objects.aggregate(last=Max("receipt_number"), count=Count("pk"))
    assert (numbers["last"], numbers["count"]) == (book.last_number, book.last_number)


def test_a_receipt_written_into_a_day_that_is_over_is_marked_on_its_sheet(amina) -> None:
    unit, yesterday = Unit.objects.get(code="UMU-S1"), date(2025, 6, 29)
    paid(amina, owing("UMU-1001"), amount_francs=1_000, received_on=yesterday)
    paid(amina, owing("UMU-1002"), amount_francs=2_000)
    assert cash_sheet(amina, unit=unit, day=yesterday).late_lines == []
    late = paid(amina, owing("UMU-1003"), amount_francs=4_000, received_on=yesterday)
    sheet = cash_sheet(amina, unit=unit, day=yesterday)
    assert (sheet.late_lines, sheet.late_francs, sheet.total_francs) == ([late], 4_000, 5_000)
    assert cash_sheet(amina, unit=unit, day=TODAY).late_lines == []


def test_so_is_one_of_a_year_whose_book_has_no_later_day(amina) -> None:
    """Written after receipts of the next year: it is the last of its own year’s book."""
    unit, last = Unit.objects.get(code="UMU-S1"), date(2024, 12, 30)
    before = {"received_on": last, "backdating_reason": "Carnet retrouvé"}
    days = {"enrolled_on": date(2024, 12, 1)}
    in_time = paid(amina, owing("UMU-1001", **days), amount_francs=1_000, **before)
    assert cash_sheet(amina, unit=unit, day=last).late_lines == []
    paid(amina, owing("UMU-1002"), amount_francs=2_000)
    late = paid(amina, owing("UMU-1003", **days), amount_francs=4_000, **before)
    assert (in_time.receipt_year, late.receipt_year) == (2024, 2024)
    sheet = cash_sheet(amina, unit=unit, day=last)
    assert (sheet.late_lines, sheet.late_francs, sheet.total_francs) == ([late], 4_000, 5_000)


def test_the_take_on_of_a_paper_register_is_shared_with_nobody_again(amina) -> None:
    enrolment = owing("UMU-1001")
    paid(amina, enrolment, amount_francs=10_000)
    before = shares_of(payments(amina))
    Payment.objects.create(
        tenant_id=amina.tenant_id, enrolment=enrolment, unit_id=enrolment.unit_id,
        receipt_year=2024, receipt_number=1, amount_francs=5_000, contribution_francs=5_000,
        fee_francs=0, federation_francs=500, confederation_francs=250, method="opening",
        received_on=date(2024, 12, 5), recorded_by="x",
    )  # fmt: skip
    assert shares_of(payments(amina)) == before


class TestHarvest:
    """A deduction from the harvest keeps a promise, or is another payment."""

    @staticmethod
    def grower(number: str = "UMU-1001") -> Enrolment:
        scale = ContributionScale.objects.get(tenant__code="UMUCO", year_id=2025, state="in_force")
        return owing(number, category="coffee_grower", scale=scale, enrolled_on=date(2025, 1, 5))

    @staticmethod
    def sign(actor, enrolment, due_on: date = date(2025, 7, 31)) -> Promise:
        return sign_promise(
            actor=actor,
            enrolment_id=enrolment.pk,
            request=PromiseRequest(
                signed_on=date(2025, 1, 10),
                buyer="Station de Mutoyi",
                paper_number="P-17",
                instalments=(InstalmentFact(due_on=due_on, amount_francs=30_000),),
            ),
        )

    @staticmethod
    def refused(actor, enrolment) -> str:
        with pytest.raises(DomainError) as refused:
            paid(actor, enrolment, method="harvest", amount_francs=1_000)
        assert [one.field for one in refused.value.each()] == ["method"]
        return refused.value.message

    def test_without_a_promise_it_says_what_to_do(self, amina) -> None:
        assert "faites signer et accepter la promesse" in self.refused(amina, self.grower())

    def test_one_that_waits_is_accepted_first(self, amina) -> None:
        enrolment = self.grower()
        self.sign(amina, enrolment)
        assert "l’accepte d’abord" in self.refused(amina, enrolment)

    def test_refused_or_taken_back_it_is_none(self, amina) -> None:
        enrolment = self.grower()
        first = self.sign(amina, enrolment)
        answer_promise(actor=amina, promise_id=first.pk, accepts=False, answer="Inconnue")
        self.refused(amina, enrolment)
        second = self.sign(amina, enrolment)
        answer_promise(actor=amina, promise_id=second.pk, accepts=True)
        withdraw_promise(actor=amina, promise_id=second.pk, because="Récolte perdue")
        self.refused(amina, enrolment)

    def test_the_receipt_and_its_counter_receipt_name_the_promise(self, amina) -> None:
        enrolment = self.grower()
        promise = self.sign(amina, enrolment)
        answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
        made = paid(amina, enrolment, method="harvest", amount_francs=10_000)
        back = reverse_payment(actor=amina, payment_id=made.pk, reason="Erreur")
        assert made.promise_id == back.promise_id == promise.pk
        assert paid(amina, enrolment, amount_francs=1_000).promise_id is None

    def test_by_file_too(self, amina, tmp_path) -> None:
        kept, none = self.grower(), self.grower("UMU-1002")
        promise = self.sign(amina, kept)
        answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
        rows = [
            {"N° ménage": one.household.number, "Montant": "1 000", "Date": "30/06/2025",
             "Moyen": "récolte", "Reçu papier": f"A-{one.pk}"}
            for one in (kept, none)
        ]  # fmt: skip
        row = loaded(amina, tmp_path, csv_of(rows, tuple(rows[0])), kind="payments")
        assert outcomes(row) == {"created": 1, "refused": 1}
        assert "faites signer et accepter la promesse" in told(row)[0]
        assert Payment.objects.get().promise_id == promise.pk

    def test_a_due_date_that_has_passed_is_refused(self, amina) -> None:
        with pytest.raises(DomainError, match="déjà passée") as refused:
            self.sign(amina, self.grower(), due_on=date(2025, 6, 29))
        assert refused.value.field == "instalments-0-due_on"
        assert self.sign(amina, self.grower(), due_on=TODAY)

    def test_one_missed_while_it_waited_is_not_accepted(self, amina) -> None:
        enrolment = self.grower()
        promise = Promise.objects.create(
            tenant_id=amina.tenant_id, enrolment=enrolment, amount_francs=30_000,
            signed_on=date(2025, 1, 10), paper_number="P-17", buyer="Station",
        )  # fmt: skip
        promise.instalments.create(
            tenant_id=amina.tenant_id, due_on=date(2025, 6, 15), amount_francs=30_000
        )
        with pytest.raises(DomainError, match="passée sans être payée"):
            answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
        paid(amina, enrolment)
        assert answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
