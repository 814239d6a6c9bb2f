"""Two who write at the same moment what has no row yet, or what one of them has just closed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from conamus.kernel.errors import Conflict, DomainError
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.models import Household, LifeEvent, NumberRange, Payment, SigningKey, Transfer
from membership.rules.sharing import SharingKey
from membership.selectors.imports import own_import
from membership.services.card_keys import rotate_key
from membership.services.cards import issue_card
from membership.services.imports import load_import, settle_import
from membership.services.numbers import open_range
from membership.services.sharing import set_sharing_key
from membership.services.standing import strike_off
from membership.services.transfers import propose_transfer
from membership.services.units_move import move_batch, propose_batch
from tests.membership.importing import csv_of, desk_of, staged
from tests.membership.money import TODAY, owing, paid
from tests.world import World

Act = Callable[[], Any]
OPENED = date(2014, 1, 1)
KEY = SharingKey(
    valid_from=TODAY,
    valid_to=None,
    federation_percent=Decimal(50),
    confederation_percent=Decimal(10),
    fee_federation_percent=Decimal(0),
    fee_confederation_percent=Decimal(0),
)


@pytest.fixture
def world(own_database) -> World:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    return own_database


def second_of(first: tuple[Actor, Act], second: tuple[Actor, Act]) -> Any:
    """Begin the second before the first is written; what it got, or how it was refused."""
    got: list[Any] = []

    def do_second() -> None:
        try:
            with open_scope(second[0], source="essai"):
                got.append(second[1]())
        except Exception as error:  # noqa: BLE001 (the test looks at what it is)
            got.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=do_second)
    with open_scope(first[0], source="essai"):
        first[1]()
        thread.start()
        thread.join(timeout=1)
    thread.join()
    return got[0]


class TestRanges:
    @pytest.mark.parametrize(("first", "last"), [(2, 150), (50, 60), (100, 100)])
    def test_two_that_share_a_number(self, world, first, last) -> None:
        amina = world.actor("amina")

        def opened(unit: str, first: int, last: int) -> Act:
            return lambda: open_range(
                actor=amina, unit_id=world.units[unit], prefix="QQQ", first=first, last=last,
                opened_on=OPENED,
            )  # fmt: skip

        told = second_of((amina, opened("UMU-S1", 1, 100)), (amina, opened("UMU-S2", first, last)))
        assert isinstance(told, DomainError)
        assert "Deux plages contiennent le numéro" in told.message
        with open_scope(amina, source="essai"):
            assert NumberRange.objects.filter(prefix="QQQ").count() == 1

    def test_one_prefix_in_two_federations(self, world) -> None:
        amina, bernard = world.actor("amina"), world.actor("bernard")

        def opened(actor: Actor, unit: str, first: int) -> Act:
            return lambda: open_range(
                actor=actor, unit_id=world.units[unit], prefix="QQQ", first=first,
                last=first + 9, opened_on=OPENED,
            )  # fmt: skip

        told = second_of(
            (amina, opened(amina, "UMU-S1", 1)), (bernard, opened(bernard, "INE-S1", 1_000))
        )
        assert isinstance(told, DomainError)
        assert (told.field, "autre fédération" in told.message) == ("prefix", True)


def test_a_payment_and_a_sharing_key_from_its_day_on(world) -> None:
    """Of one day all payments are shared by one key: the second, which waits, is told."""
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        enrolment = owing("UMU-1001")
    told = second_of(
        (amina, lambda: paid(amina, enrolment, amount_francs=10_000)),
        (amina, lambda: set_sharing_key(actor=amina, sharing=KEY)),
    )
    assert isinstance(told, DomainError)
    assert "déjà partagés" in told.message


def test_a_sharing_key_and_a_payment_of_its_first_day(world) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        enrolment = owing("UMU-1001")
    made = second_of(
        (amina, lambda: set_sharing_key(actor=amina, sharing=KEY)),
        (amina, lambda: paid(amina, enrolment, amount_francs=10_000)),
    )
    assert isinstance(made, Payment)
    assert (made.federation_francs, made.confederation_francs) == (5_000, 1_000)


def test_a_sharing_key_and_a_file_that_began_before_it(world, tmp_path) -> None:
    """The file was opened under the former key; what it writes afterwards follows the new one."""
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        owing("UMU-1001")
        titles = ("N° ménage", "Montant", "Date", "Moyen", "Reçu papier")
        row = dict(zip(titles, ("UMU-1001", "10000", "30/06/2025", "espèces", "R-1"), strict=True))
        file = staged(amina, tmp_path, csv_of([row], titles), kind="payments")
        settle_import(actor=amina, import_id=file.pk, choice="good_rows")

    def load() -> str:
        load_import(desk_of(amina), file.pk)
        return own_import(amina, file.pk).state

    told = second_of((amina, lambda: set_sharing_key(actor=amina, sharing=KEY)), (amina, load))
    assert told == "done"
    with open_scope(amina, source="essai"):
        made = Payment.objects.get()
        assert (made.federation_francs, made.confederation_francs) == (5_000, 1_000)


def test_two_sharing_keys(world) -> None:
    amina = world.actor("amina")
    told = second_of(
        (amina, lambda: set_sharing_key(actor=amina, sharing=KEY)),
        (amina, lambda: set_sharing_key(actor=amina, sharing=replace(KEY, valid_from=TODAY))),
    )
    assert isinstance(told, DomainError)
    assert told.field == "valid_from"


def test_a_signing_key_changed_twice_is_changed_once(world) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        issue_card(actor=amina, household_id=world.households["UMU-1001"])
        read = SigningKey.objects.get().pk

    def change() -> SigningKey:
        return rotate_key(actor=amina, in_use_id=read)

    told = second_of((amina, change), (amina, change))
    assert isinstance(told, Conflict)
    with open_scope(amina, source="essai"):
        assert SigningKey.objects.count() == 2
        assert SigningKey.objects.get(retired_on=None).pk != read


class TestSections:
    def _strike(self, world) -> tuple[Actor, Act]:
        amina = world.actor("amina")
        return amina, lambda: strike_off(
            actor=amina, household_id=world.households["UMU-1001"], version=None, on=TODAY,
            because="faux papiers",
        )  # fmt: skip

    def _propose_batch(self, world) -> tuple[Actor, Act]:
        amina = world.actor("amina")
        return amina, lambda: propose_batch(
            actor=amina, from_unit_id=world.units["UMU-S1"],
            destination_id=world.tenants["INEZA"], leaves_on=TODAY, because="redécoupage",
        )  # fmt: skip

    def _proposed(self, world) -> list[str]:
        with open_scope(world.actor("amina"), source="essai"):
            return sorted(Transfer.objects.values_list("household__number", flat=True))

    def test_who_was_just_struck_off_does_not_move_along(self, world) -> None:
        amina = world.actor("amina")
        move = amina, lambda: move_batch(
            actor=amina, from_unit_id=world.units["UMU-S1"], to_unit_id=world.units["UMU-S2"],
            moved_on=TODAY,
        )  # fmt: skip
        assert second_of(self._strike(world), move) == 3
        with open_scope(amina, source="essai"):
            moved = LifeEvent.objects.filter(kind="moved").values_list("household__number")
            assert sorted(moved) == [("UMU-1002",), ("UMU-1003",)]
            struck = Household.objects.get(number="UMU-1001")
            assert (struck.unit_id, struck.closed_on) == (world.units["UMU-S1"], TODAY)

    def test_nor_is_it_proposed(self, world) -> None:
        assert second_of(self._strike(world), self._propose_batch(world)) == 3
        assert self._proposed(world) == ["UMU-1002", "UMU-1003"]

    def test_who_was_just_proposed_by_hand_is_left_out(self, world) -> None:
        amina = world.actor("amina")
        by_hand = amina, lambda: propose_transfer(
            actor=amina, household_id=world.households["UMU-1001"], version=None,
            destination_id=world.tenants["INEZA"], leaves_on=TODAY,
        )  # fmt: skip
        assert second_of(by_hand, self._propose_batch(world)) == 3
        assert self._proposed(world) == ["UMU-1001", "UMU-1002", "UMU-1003"]

    def test_two_jobs_that_propose_one_section(self, world) -> None:
        batch = self._propose_batch(world)
        assert second_of(batch, batch) == 3
        assert self._proposed(world) == ["UMU-1001", "UMU-1002", "UMU-1003"]
