"""What is redone once nobody could speak any more: who loses something by it is heard first.

The consultation of 1,000 was decided (800 at 80 %), then its price is corrected to 600 (480).
"""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from claims.models import Claim, FacilityDebt, PackageClause, Tariff
from claims.selectors.invoices import invoice_by_id
from claims.selectors.replies import awaited_answers
from claims.services.decisions import redo_decisions
from claims.services.finality import make_final
from claims.services.invoices import settle_invoice
from claims.services.orders import pay_invoices
from claims.services.setting_against import set_against_invoice
from conamus import clock
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.money import TODAY, by_bank, decide_final, received, settled
from tests.claims.reviewing import claim_of, contest, reply, review
from tests.conftest import reading_all_tenants
from tests.world import World

AGREED = {"is_agreed": True, "text": ""}
KEPT = {"note": "Le tarif dit 600."}


@pytest.fixture
def care(world: World) -> World:
    give_terms(world, reply_days=15, contest_days=20)
    return world


@pytest.fixture
def invoice(care: World) -> Any:
    """Settled, 800 payable."""
    return settled(care, 1_000)


def _claim(invoice: Any) -> int:
    with reading_all_tenants():
        return Claim.objects.get(invoice_id=invoice.pk).pk


def _price(francs: int) -> None:
    with reading_all_tenants():
        Tariff.objects.filter(act__code=CONSULTATION, level="").update(price_francs=francs)


def _rate(world: World, percent: int) -> None:
    with open_scope(world.system("CONAMUS"), source="essai"):
        PackageClause.objects.filter(kind="rate", ownership="public").update(percent=percent)


def _redo(world: World, claim: int, price: int = 600) -> None:
    _price(price)
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        redo_decisions(actor=amina, claim_ids=[claim], year=2025)


def _to_answer(world: World) -> list[tuple[int, int]]:
    """What the facility may answer: what is at stake, and how many days it has."""
    with open_scope(world.actor("fabrice"), source="essai"):
        rows = awaited_answers(clock.today())
    return [(asked.stake_francs, (asked.last_day - TODAY).days) for asked, _ in rows]


def _due(world: World, invoice: Any) -> int:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        return invoice_by_id(amina, invoice.pk).due_francs


def _set_against(world: World, invoice: Any) -> int:
    """Set what is open against an invoice, and return what is left to pay."""
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        set_against_invoice(actor=amina, invoice_id=invoice.pk)
    return _due(world, invoice)


def _pay(world: World, invoice: Any) -> None:
    amina, due = world.actor("amina"), _due(world, invoice)
    with open_scope(amina, source="essai"):
        pay_invoices(
            actor=amina,
            facility_id=invoice.facility_id,
            shares={invoice.pk: due},
            request=by_bank(),
        )


class TestOnASettledInvoice:
    """The payable stays: what is taken back is a debt, and the facility answers first."""

    def test_the_facility_may_answer_and_nothing_is_taken_before(
        self, invoice: Any, care: World, settings: LazySettings
    ) -> None:
        _redo(care, _claim(invoice))
        assert _to_answer(care) == [(400, 15)]
        with pytest.raises(DomainError, match="Rien à imputer"):
            _set_against(care, invoice)
        settings.BUSINESS_DATE = TODAY + timedelta(days=16)
        assert _to_answer(care) == []
        assert _set_against(care, invoice) == 480

    def test_what_it_may_answer_holds_no_payment_up(self, invoice: Any, care: World) -> None:
        _redo(care, _claim(invoice))
        _pay(care, invoice)
        assert claim_of(care, _claim(invoice)).state == "paid"
        assert _to_answer(care) == [(400, 15)]

    def test_its_yes_lets_it_be_taken_at_once(self, invoice: Any, care: World) -> None:
        claim = _claim(invoice)
        _redo(care, claim)
        reply(care, claim, **AGREED)
        assert (claim_of(care, claim).state, _to_answer(care)) == ("invoiced", [])
        assert _set_against(care, invoice) == 480

    def test_its_no_is_read_by_a_person_first(self, invoice: Any, care: World) -> None:
        claim = _claim(invoice)
        _redo(care, claim)
        reply(care, claim)
        assert claim_of(care, claim).state == "contested"
        with pytest.raises(DomainError, match="Rien à imputer"):
            _set_against(care, invoice)
        review(care, "annick", claim, "maintained", **KEPT)
        assert (claim_of(care, claim).state, _to_answer(care)) == ("invoiced", [])
        assert _set_against(care, invoice) == 480

    def test_what_the_answer_gives_back_is_owed_to_it(self, invoice: Any, care: World) -> None:
        """The reader finds the price right after all: nothing is left to take."""
        claim = _claim(invoice)
        _redo(care, claim)
        reply(care, claim)
        _price(1_000)
        review(care, "medard", claim, "accepted")
        with reading_all_tenants():
            assert list(FacilityDebt.objects.order_by("pk").values_list("francs", flat=True)) == [
                320,
                -320,
            ]
        assert _set_against(care, invoice) == 800

    def test_it_comes_back_to_where_its_invoice_stands_by_then(
        self, invoice: Any, care: World
    ) -> None:
        claim = _claim(invoice)
        _redo(care, claim)
        reply(care, claim)
        _pay(care, invoice)
        review(care, "medard", claim, "maintained", **KEPT)
        assert claim_of(care, claim).state == "paid"

    def test_redone_while_it_is_contested_no_franc_is_lost(self, invoice: Any, care: World) -> None:
        claim = _claim(invoice)
        _redo(care, claim)
        reply(care, claim)
        _redo(care, claim, price=500)
        with reading_all_tenants():
            assert sum(FacilityDebt.objects.values_list("francs", flat=True)) == 800 - 400

    @pytest.mark.parametrize("price", [1_000, 1_200])
    def test_where_it_loses_nothing_it_is_not_asked(
        self, price: int, invoice: Any, care: World
    ) -> None:
        _redo(care, _claim(invoice), price)
        assert _to_answer(care) == []
        assert claim_of(care, _claim(invoice)).state == "invoiced"


class TestWhatIsFinal:
    """Nothing is payable yet: it is decided again, and terms run."""

    def test_what_the_facility_loses_is_open_again(
        self, care: World, settings: LazySettings
    ) -> None:
        invoice = received(care, 1_000)
        claim, amina, system = _claim(invoice), care.actor("amina"), care.system("UMUCO")
        _redo(care, claim)
        assert (claim_of(care, claim).state, _to_answer(care)) == ("decided", [(400, 15)])
        with open_scope(amina, source="essai"), pytest.raises(DomainError, match="définitive"):
            settle_invoice(actor=amina, invoice_id=invoice.pk)
        settings.BUSINESS_DATE = TODAY + timedelta(days=16)
        with open_scope(system, source="essai"):
            assert make_final(actor=system, on=clock.today()) == 1
        with open_scope(amina, source="essai"):
            assert settle_invoice(actor=amina, invoice_id=invoice.pk).payable_francs == 480

    @pytest.mark.parametrize("price", [1_000, 1_200])
    def test_what_nobody_loses_stays_final(self, price: int, care: World) -> None:
        claim = _claim(received(care, 1_000))
        _redo(care, claim, price)
        assert claim_of(care, claim).state == "final"

    def test_what_the_members_federation_pays_more_it_may_contest(self, care: World) -> None:
        """INEZA pays for its member what UMUCO decides: 500, then 800."""
        claim = give_claim(care, member="INE-1001-0")
        _rate(care, 50)
        decide_final(care, claim)
        assert claim_of(care, claim).state == "final"
        _rate(care, 80)
        _redo(care, claim, price=1_000)
        contest(care, "modeste", claim)
        assert claim_of(care, claim).state == "contested"
