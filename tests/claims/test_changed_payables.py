"""What changes after an invoice is settled: its debt, its page, and that it stays settled."""

from collections.abc import Callable
from datetime import date
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from claims.models import Claim, DecisionLine, FacilityDebt, InvoiceEntry, Tariff
from claims.rules.facts import ReviewCut
from claims.rules.states import State
from claims.selectors.claim_page import replaced_by, replacing
from claims.selectors.invoices import held_claims, invoice_by_id
from claims.services.attestations import enter_claim, replace_claim
from claims.services.decisions import redo_decisions
from claims.services.invoice_claims import tie_month
from claims.services.invoices import record_invoice, reopen_invoice, settle_invoice
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_francs
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.money import TODAY, facts, received
from tests.claims.reviewing import give_waiting, reply, review
from tests.conftest import reading_all_tenants
from tests.world import World

#: The other person of the same facility's month.
_OTHER = {"stub": "KIN-000002", "member": "UMU-1001-1"}


def _bill_two(world: World) -> tuple[Any, Claim]:
    """Settle an invoice of two consultations, 800 each; return it and the first of them."""
    give_books(world)
    albert, amina = world.actor("albert"), world.actor("amina")
    with open_scope(albert, source="essai"):
        first = enter_claim(actor=albert, entry=an_entry(world), submit=True)
        enter_claim(actor=albert, entry=an_entry(world, **_OTHER), submit=True)
    with open_scope(world.system("UMUCO"), source="essai"):
        Claim.objects.filter(state=State.DECIDED).update(state=State.FINAL)
    told = facts(world, month=date(2025, 6, 1), received_on=date(2025, 6, 28), told_count=2)
    with open_scope(amina, source="essai"):
        invoice = record_invoice(actor=amina, facts=told)
        tie_month(actor=amina, invoice_id=invoice.pk)
        return settle_invoice(actor=amina, invoice_id=invoice.pk), first


def _replace(world: World, claim: Claim, **changes: Any) -> Claim:
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        return replace_claim(
            actor=albert,
            claim_id=claim.pk,
            year=2025,
            entry=an_entry(world, **{"lines": (a_line(price=900),), **changes}),
            because="prix relu",
            version=Claim.objects.get(pk=claim.pk).version,
        )


def _lower_and_redo(world: World, claim_id: int) -> None:
    """Decide a claim again after its price in the tariff was corrected to 500."""
    with reading_all_tenants():
        Tariff.objects.filter(level="").update(price_francs=500)
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        redo_decisions(actor=amina, claim_ids=[claim_id], year=2025)


def _reopen(world: World, invoice_id: int) -> Any:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        return reopen_invoice(actor=amina, invoice_id=invoice_id, reason="erreur de mois")


def _debts(world: World) -> list[int]:
    with open_scope(world.actor("amina"), source="essai"):
        return list(FacilityDebt.objects.order_by("pk").values_list("francs", flat=True))


def test_an_invoice_of_which_a_claim_was_replaced_is_not_reopened(world: World) -> None:
    """Reopened, it would pay 800 of its 1,600, and the debt of 800 would take those."""
    invoice, first = _bill_two(world)
    _replace(world, first)
    assert _debts(world) == [800]
    with pytest.raises(DomainError, match="une attestation a été remplacée"):
        _reopen(world, invoice.pk)
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        stands = invoice_by_id(amina, invoice.pk)
        assert (stands.state, stands.payable_francs, stands.due_francs) == ("settled", 1_600, 1_600)
        assert not InvoiceEntry.objects.exists()


def _while(first: Callable[[], None], then: Callable[[], None]) -> None:
    """Do ``then`` while the transaction of ``first`` is open still; both to their end."""
    met: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            met.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in (first, then)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == []


def test_nor_while_one_is_being_replaced(own_database: World) -> None:
    """The reopening waits for who replaces, and meets the debt."""
    world = own_database
    invoice, first = _bill_two(world)
    albert, begun, refused = world.actor("albert"), Event(), []

    def replace_slowly() -> None:
        with open_scope(albert, source="essai"):
            _replace(world, first)
            begun.set()
            sleep(1)

    def reopen() -> None:
        assert begun.wait(60)
        try:
            _reopen(world, invoice.pk)
        except DomainError as error:
            refused.append(error.message)

    _while(replace_slowly, reopen)
    assert [one.partition(",")[0] for one in refused] == ["Une décision a changé"]
    assert _debts(world) == [800]


def test_what_was_decided_before_the_settling_makes_no_debt(world: World) -> None:
    """24,000, then 20,000 after the facility's answer: the invoice pays 20,000, and nothing else.

    Nor does what touches the claim afterwards: its decision redone as it was, its payment.
    """
    give_terms(world)
    claim, amina = give_waiting(world), world.actor("amina")
    review(world, "annick", claim, "accepted")
    reply(world, claim)
    cut = ReviewCut(position=1, reason="too_much", francs=5_000)
    review(world, "medard", claim, "cut", cuts=(cut,))
    with open_scope(amina, source="essai"):
        invoice = record_invoice(actor=amina, facts=facts(world))
        tie_month(actor=amina, invoice_id=invoice.pk)
        assert settle_invoice(actor=amina, invoice_id=invoice.pk).payable_francs == 20_000
        redo_decisions(actor=amina, claim_ids=[claim], year=2025)
    assert _debts(world) == []


def test_a_debt_tells_the_day_and_name_of_the_decision(world: World) -> None:
    _, first = _bill_two(world)
    _lower_and_redo(world, first.pk)
    with open_scope(world.actor("amina"), source="essai"):
        debt = FacilityDebt.objects.get()
        assert (debt.francs, debt.claim_id, debt.arisen_on) == (400, first.pk, TODAY)
        assert debt.recorded_by == world.actor("amina").name
        assert debt.reason == "attestation KIN-000001, décision n° 2"
    _replace(world, first)
    with open_scope(world.actor("amina"), source="essai"):
        debt = FacilityDebt.objects.get(decision_id=None)
        assert (debt.francs, debt.arisen_on) == (400, TODAY)
        assert debt.recorded_by == world.actor("albert").name
        assert debt.reason == "attestation KIN-000001 remplacée après l’arrêté de sa facture"


def test_a_decision_that_waited_for_the_settling_makes_its_debt(own_database: World) -> None:
    """Begun before the invoice is settled, written after: the 400 that it takes off are owed."""
    world = own_database
    give_terms(world)
    invoice, amina, begun = received(world, 1_000), world.actor("amina"), Event()
    with open_scope(amina, source="essai"):
        claim_id = Claim.objects.get().pk

    def settle_slowly() -> None:
        with open_scope(amina, source="essai"):
            settle_invoice(actor=amina, invoice_id=invoice.pk)
            begun.set()
            sleep(1)

    def redo() -> None:
        assert begun.wait(60)
        _lower_and_redo(world, claim_id)

    _while(settle_slowly, redo)
    assert _debts(world) == [400]


def test_a_settled_invoice_shows_what_it_pays_whatever_changed_since(
    world: World, sign_in: Callable[[str], Client]
) -> None:
    invoice, first = _bill_two(world)
    amina, address = world.actor("amina"), f"/soins/factures/{invoice.pk}/"
    assert "Changé depuis" not in sign_in("amina").get(address).content.decode()
    _lower_and_redo(world, first.pk)
    _replace(world, first, stub="KIN-000003")
    with open_scope(amina, source="essai"):
        held = held_claims(invoice_by_id(amina, invoice.pk))
        stubs = [(claim.stub_number, claim.state) for claim in held.claims]
        assert stubs == [("KIN-000001", "superseded"), ("KIN-000002", "invoiced")]
        assert (held.decided_total_francs, held.asked_francs) == (1_600, 2_000)
        assert held.decided == dict.fromkeys([claim.pk for claim in held.claims], 800)
        assert held.changed == {first.pk: 800}
        assert (held.count.found, held.count.difference) == (2, 0)
        # The debts are what lies between that and the decisions in force.
        in_force = DecisionLine.objects.filter(decision_id__in=[held.claims[1].decision_id])
        assert sum(in_force.values_list("mutuelle_francs", flat=True)) == 1_600 - 800
    for username in ("amina", "fabrice"):
        page = sign_in(username).get(address).content.decode()
        assert "remplacée" in page, username
        assert "Changé depuis" in page, username
        assert page.count(format_francs(-800)) == 2, username


@pytest.mark.parametrize("changes", [{"stub": "KIN-000003", "member": "UMU-1002-0"}, {}])
def test_each_links_to_the_other_whatever_its_stub_or_patient(
    changes: dict[str, Any], world: World, sign_in: Callable[[str], Client]
) -> None:
    _, former = _bill_two(world)
    new, albert = _replace(world, former, **changes), world.actor("albert")
    with open_scope(albert, source="essai"):
        former = Claim.objects.get(pk=former.pk)
        links = (replacing(albert, former), replaced_by(albert, new))
        assert [(one.claim.pk, one.mutuelle_francs) for one in links if one] == [
            (new.pk, 0), (former.pk, 800),
        ]  # fmt: skip
        assert (replacing(albert, new), replaced_by(albert, former)) == (None, None)
    for shown, linked in ((former, new), (new, former)):
        page = sign_in("albert").get(f"/soins/attestations/2025/{shown.pk}/").content.decode()
        assert f'<a href="/soins/attestations/2025/{linked.pk}/">' in page
    # Who does not see the other one is led to no page that is refused.
    with open_scope(world.actor("bernard"), source="essai"):
        assert replacing(world.actor("bernard"), former) is None
