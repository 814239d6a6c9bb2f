"""Terms run on the application's day: what is decided today is final when its term has passed."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from claims.models import Claim, ClaimStep, Decision
from claims.rules.states import State
from claims.selectors.replies import answerable
from claims.services.attestations import enter_claim, submit_claims
from claims.services.decisions import decide_submitted
from claims.services.finality import make_final
from claims.services.invoice_claims import tie_month
from claims.services.invoices import record_invoice, settle_invoice
from claims.services.orders import pay_invoices
from claims.services.reviews import reopen_claim
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.money import TODAY, by_bank, facts
from tests.claims.reviewing import review
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
        assert {"decided", "final", "invoiced", "paid"} <= set(_steps(claim))
        assert set(_steps(claim).values()) == {TODAY}


def _steps(claim: Claim) -> dict[str, date]:
    """The day of each step of a claim, by where it came to."""
    steps = ClaimStep.objects.filter(care_year=claim.care_year, claim_id=claim.pk)
    return {to: timezone.localdate(at) for to, at in steps.values_list("to_state", "at")}


def test_an_entry_and_what_people_do_bear_the_applications_day(world: World) -> None:
    """Typed by the centre, sent, read, taken back: no step is of the server's own day."""
    give_books(world)
    albert, medard = world.actor("albert"), world.actor("medard")
    with open_scope(albert, source="essai"):
        claim = enter_claim(actor=albert, entry=an_entry(world, lines=(a_line(price=1_500),)))
        submit_claims(actor=albert, claim_ids=[claim.pk], year=2025)
    review(world, "annick", claim.pk, "accepted")
    with open_scope(medard, source="essai"):
        held = Claim.objects.get(pk=claim.pk)
        reopen_claim(
            actor=medard, claim_id=claim.pk, year=2025, version=held.version, because="Relire"
        )
        held.refresh_from_db()
        assert timezone.localdate(held.entered_at) == TODAY
        steps = _steps(held)
    assert {"entered", "submitted", "to_review", "decided"} <= set(steps)
    assert set(steps.values()) == {TODAY}
