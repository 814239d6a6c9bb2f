"""Terms run on the application's day: what is decided today is final when its term has passed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.models import Claim, Decision
from claims.rules.states import State
from claims.selectors.replies import answerable
from claims.services.decisions import decide_submitted
from claims.services.finality import make_final
from claims.services.invoice_claims import tie_month
from claims.services.invoices import record_invoice, settle_invoice
from claims.services.orders import pay_invoices
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.money import TODAY, by_bank, facts
from tests.world import World

#: What holds where nobody set terms of control.
REPLY_DAYS = 30


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _decide(world: World) -> int:
    claim = give_claim(world, lines=[(CONSULTATION, 1, 1_000)])
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[claim], year=2025)
    return claim


def test_a_decision_and_its_claim_bear_the_applications_day(care: World) -> None:
    claim = _decide(care)
    with open_scope(care.actor("amina"), source="essai"):
        assert timezone.localdate(Decision.objects.get().decided_at) == TODAY
        assert timezone.localdate(Claim.objects.get(pk=claim).state_since) == TODAY


def test_the_facilitys_last_day_is_told_by_the_same_clock(care: World) -> None:
    claim = _decide(care)
    with open_scope(care.actor("fabrice"), source="essai"):
        (one,) = [row for row in answerable(2025, TODAY) if row.claim_id == claim]
        assert (one.decided_on, one.last_day) == (TODAY, TODAY + timedelta(days=REPLY_DAYS))


def test_from_decision_to_payment_on_the_applications_days(care: World) -> None:
    """The term passes on the same clock: final, invoiced, paid."""
    _decide(care)
    system, amina = care.system("UMUCO"), care.actor("amina")
    with open_scope(system, source="essai"):
        assert make_final(actor=system, on=TODAY + timedelta(days=REPLY_DAYS)) == 0
        assert make_final(actor=system, on=TODAY + timedelta(days=REPLY_DAYS + 1)) == 1
    with open_scope(amina, source="essai"):
        month = Claim.objects.get().ends_on.replace(day=1)
        invoice = record_invoice(actor=amina, facts=facts(care, month=month, received_on=TODAY))
        tie_month(actor=amina, invoice_id=invoice.pk)
        due = settle_invoice(actor=amina, invoice_id=invoice.pk).due_francs
        pay_invoices(
            actor=amina,
            facility_id=invoice.facility_id,
            shares={invoice.pk: due},
            request=by_bank(),
        )
        claim = Claim.objects.get()
        assert (claim.state, timezone.localdate(claim.state_since)) == (State.PAID.value, TODAY)
