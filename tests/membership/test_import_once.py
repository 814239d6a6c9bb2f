"""Nothing is written twice, nor where it may not be: loads at once, failures, closed months."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from federations.models import Unit
from federations.services.periods import lock_month
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.models import (
    Beneficiary,
    Enrolment,
    FormerNumber,
    Household,
    LifeEvent,
    Payment,
    ReceiptBook,
)
from membership.services.imports import load_import, running, settle_import, staging
from tests.membership.importing import (
    Row,
    child,
    csv_of,
    desk_of,
    head,
    loaded,
    outcomes,
    staged,
    told,
)

_PAYMENTS = ("N° ménage", "Montant", "Date", "Reçu papier")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def household(rank: int, **more: str) -> list[Row]:
    """Return the two rows of one household among many."""
    given = "".join(_LETTERS[int(digit)] for digit in f"{rank:05d}").title()
    facts = {"key": f"{rank}", **more}
    return [head(given=given, **facts), child(given, **facts)]


def many(count: int, **more: str) -> list[Row]:
    return [row for rank in range(count) for row in household(rank, **more)]


def written() -> dict[str, int]:
    """Return how many rows there are of everything that an import writes."""
    tables = (Household, Beneficiary, Enrolment, FormerNumber, LifeEvent, Payment)
    return {table.__name__: table.objects.count() for table in tables}


def decided(actor: Actor, folder: Path, content: bytes, **facts: object) -> Callable[[], str]:
    """Keep a file and decide to load it; return what loads it, in the scope then open."""
    with open_scope(actor, source="essai"):
        row = staged(actor, folder, content, **facts)
        settle_import(actor=actor, import_id=row.pk, choice="good_rows")
    return lambda: load_import(desk_of(actor), row.pk)


class TestTwoLoadsAtOnce:
    """The second job waits for the part that the first one writes, then finds it there."""

    def at_once(self, actor: Actor, first: Callable[[], str], second: Callable[[], str]) -> None:
        failures: list[Exception] = []

        def other() -> None:
            try:
                with open_scope(actor, source="essai"):
                    second()
            except DatabaseError as error:
                failures.append(error)
            connection.close()

        thread = threading.Thread(target=other)
        with open_scope(actor, source="essai"):
            first()
            thread.start()
            thread.join(timeout=1)
            assert thread.is_alive(), "the second load did not wait"
        thread.join()
        assert failures == []

    @pytest.mark.parametrize("marks", [{}, {"former": "K-1"}, {"number": "UMU-0010500"}])
    def test_the_same_household_in_two_files(self, own_database, tmp_path, marks):
        """Known by its head alone, by an old number, by its number: there once."""
        amina = own_database.actor("amina")
        first = decided(amina, tmp_path, csv_of([head(**marks), child(**marks)]))
        more = csv_of([head(**marks), child(**marks), child("Diane", **marks)])
        self.at_once(amina, first, decided(amina, tmp_path, more))
        with open_scope(amina, source="essai"):
            made = Household.objects.get(number__startswith="UMU-001")
            assert Beneficiary.objects.filter(household=made).count() == 3
            assert Enrolment.objects.filter(household=made).count() == 1

    def test_two_households_take_two_numbers(self, own_database, tmp_path):
        amina = own_database.actor("amina")
        first = decided(amina, tmp_path, csv_of([head()]))
        self.at_once(amina, first, decided(amina, tmp_path, csv_of([head(given="Paul")])))
        with open_scope(amina, source="essai"):
            numbers = Household.objects.filter(number__startswith="UMU-001")
            assert sorted(numbers.values_list("number", flat=True)) == [
                "UMU-0010001", "UMU-0010002",
            ]  # fmt: skip

    def test_the_same_payment_in_two_files(self, own_database, tmp_path):
        amina = own_database.actor("amina")
        with open_scope(amina, source="essai"):
            loaded(amina, tmp_path, csv_of([head(number="UMU-0010500")]))
        paid = {"N° ménage": "UMU-0010500", "Montant": "5 000", "Date": "20/11/2024",
                "Reçu papier": "R-1"}  # fmt: skip
        files = [
            csv_of([paid], _PAYMENTS),
            csv_of([paid, paid | {"Reçu papier": "R-2"}], _PAYMENTS),
        ]
        first, second = (decided(amina, tmp_path, one, kind="payments") for one in files)
        self.at_once(amina, first, second)
        with open_scope(amina, source="essai"):
            receipts = Payment.objects.order_by("receipt_number")
            assert list(receipts.values_list("paper_receipt", "receipt_number")) == [
                ("R-1", 1), ("R-2", 2),
            ]  # fmt: skip
            assert ReceiptBook.objects.get().last_number == 2


class TestAfterAFailure:
    @pytest.mark.parametrize("choice", ["good_rows", "all_or_nothing"])
    def test_a_load_that_broke_off_is_taken_up_and_writes_once(
        self, own_database, tmp_path, monkeypatch, choice
    ):
        """The third part fails as it is written: what was loaded stays or goes, never twice."""
        monkeypatch.setattr(staging, "ROWS_A_PART", 2)
        amina = own_database.actor("amina")
        content = csv_of([row for rank in range(5) for row in household(rank, former=f"K-{rank}")])
        with open_scope(amina, source="essai"):
            before = written()
            row = staged(amina, tmp_path, content)
            settle_import(actor=amina, import_id=row.pk, choice=choice)
        desk = running.Desk(actor=amina, scope=lambda: open_scope(amina, source="essai"))
        whole, writes = running.write_households, []

        def failing(run, plan):
            writes.append(plan)
            whole(run, plan)
            if len(writes) == 3:
                raise RuntimeError("the line fell")

        monkeypatch.setattr(running, "write_households", failing)
        with pytest.raises(RuntimeError):
            load_import(desk, row.pk)
        with open_scope(amina, source="essai"):
            there = written()["Household"] - before["Household"]
        assert there == (2 if choice == "good_rows" else 0)
        assert load_import(desk, row.pk) == "done"
        with open_scope(amina, source="essai"):
            after = written()
            added = {name: after[name] - before[name] for name in before}
            assert added == {
                "Household": 5, "Beneficiary": 10, "Enrolment": 5, "FormerNumber": 5,
                "LifeEvent": 5, "Payment": 0,
            }  # fmt: skip
            assert outcomes(loaded(amina, tmp_path, content)) == {"unchanged": 10}
            assert written() == after

    def test_the_same_file_after_some_rows_were_refused(self, amina, tmp_path):
        """What came in is there; what was refused is refused again; corrected, it comes once."""
        rows = [*household(1), *household(2)]
        rows[3]["Sexe"] = "?"
        assert outcomes(loaded(amina, tmp_path, csv_of(rows))) == {"created": 2, "refused": 2}
        once = written()
        assert outcomes(loaded(amina, tmp_path, csv_of(rows))) == {"unchanged": 2, "refused": 2}
        assert written() == once
        rows[3]["Sexe"] = "F"
        assert outcomes(loaded(amina, tmp_path, csv_of(rows))) == {"unchanged": 2, "created": 2}
        whole = written()
        assert whole["Household"] == once["Household"] + 1
        assert outcomes(loaded(amina, tmp_path, csv_of(rows))) == {"unchanged": 4}
        assert written() == whole

    def test_payments_of_which_some_were_refused(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(number="UMU-0010500")]))
        paid = {"N° ménage": "UMU-0010500", "Montant": "5 000", "Date": "20/11/2024"}
        rows = [paid | {"Reçu papier": f"R-{rank}"} for rank in range(3)]
        rows[1]["Montant"] = "90000"
        for expected in ({"created": 2, "refused": 1}, {"unchanged": 2, "refused": 1}):
            assert outcomes(loaded(amina, tmp_path, csv_of(rows, _PAYMENTS), kind="payments")) == (
                expected
            )
        assert Payment.objects.count() == 2


class TestClosedMonths:
    @pytest.fixture
    def closed(self, amina, world):
        """November 2024 closed for UMU-S1, after one household came in."""
        unit = Unit.objects.get(pk=world.units["UMU-S1"])
        lock_month(actor=amina, unit=unit, month=date(2024, 11, 1))
        return written()

    def test_enrolments_of_a_closed_month(self, amina, tmp_path, closed):
        row = loaded(amina, tmp_path, csv_of([head(), child()]))
        assert outcomes(row) == {"refused": 2}
        assert "2 Adhésion signée le : Le mois 11/2024 est fermé" in told(row)[0]
        assert written() == closed

    def test_another_unit_and_another_month_are_open(self, amina, tmp_path, closed):
        rows = [
            head(unit="UMU-S2"), head(key="2", given="Paul", enrolled="12/10/2024"),
            *household(3),
        ]  # fmt: skip
        row = loaded(amina, tmp_path, csv_of(rows))
        assert outcomes(row) == {"created": 2, "refused": 2}, told(row)

    def test_a_payment_of_a_closed_month(self, amina, tmp_path, world):
        loaded(amina, tmp_path, csv_of([head(number="UMU-0010500")]))
        unit = Unit.objects.get(pk=world.units["UMU-S1"])
        lock_month(actor=amina, unit=unit, month=date(2024, 11, 1))
        paid = {"N° ménage": "UMU-0010500", "Montant": "5 000", "Reçu papier": "R-1"}
        rows = [paid | {"Date": "20/11/2024"}, paid | {"Date": "02/12/2024"}]
        row = loaded(amina, tmp_path, csv_of(rows, _PAYMENTS), kind="payments")
        assert outcomes(row) == {"created": 1, "refused": 1}
        assert "2 Date : Le mois 11/2024 est fermé" in told(row)[0]

    def test_a_month_closed_between_the_check_and_the_load(self, own_database, tmp_path):
        amina = own_database.actor("amina")
        load = decided(amina, tmp_path, csv_of([head(), child()]))
        with open_scope(amina, source="essai"):
            before = written()
            unit = Unit.objects.get(pk=own_database.units["UMU-S1"])
            lock_month(actor=amina, unit=unit, month=date(2024, 11, 1))
        with open_scope(amina, source="essai"):
            load()
            assert written() == before

    def test_what_is_there_already_is_left_alone(self, amina, tmp_path, world):
        content = csv_of([head(), child()])
        loaded(amina, tmp_path, content)
        unit = Unit.objects.get(pk=world.units["UMU-S1"])
        lock_month(actor=amina, unit=unit, month=date(2024, 11, 1))
        after = written()
        assert outcomes(loaded(amina, tmp_path, content)) == {"unchanged": 2}
        assert written() == after


class TestAnotherFederation:
    """Its households are not seen, and its numbers are not taken for new ones."""

    def test_its_register_is_refused_whole(self, amina, tmp_path):
        before = written()
        own = {"number": "INE-0010001", "key": ""}
        rows = [*many(2), head(**own), child(**own)]
        row = loaded(amina, tmp_path, csv_of(rows), choice="all_or_nothing")
        assert row.state == "refused"
        assert "« INE-0010001 » est d’une autre fédération" in told(row)[0]
        assert written() == before

    def test_its_number_may_be_kept_as_an_old_one(self, amina, tmp_path):
        row = loaded(amina, tmp_path, csv_of([head(former="INE-0010001", key="")]))
        assert outcomes(row) == {"created": 1}
        assert Household.objects.filter(number="UMU-0010001").exists()

    def test_numbers_of_nobody_may_be_brought(self, amina, tmp_path):
        row = loaded(amina, tmp_path, csv_of([head(number="REG-0000001", key="")]))
        assert outcomes(row) == {"created": 1}, told(row)

    def test_a_payment_for_its_household(self, amina, tmp_path):
        paid = {"N° ménage": "INE-1001", "Montant": "5 000", "Date": "20/11/2024",
                "Reçu papier": "R-1"}  # fmt: skip
        row = loaded(amina, tmp_path, csv_of([paid], _PAYMENTS), kind="payments")
        assert "aucun ménage de vos unités" in told(row)[0]
        assert not Payment.objects.exists()

    def test_its_unit_is_no_unit(self, amina, tmp_path):
        row = loaded(amina, tmp_path, csv_of([head(unit="INE-S1")]))
        assert outcomes(row) == {"refused": 1}
