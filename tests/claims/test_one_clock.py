"""Terms run on the application's day: what is decided today is final when its term has passed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from claims.models import Claim, ClaimSignal, ClaimStep, Decision, Visit, VisitStep
from claims.rules.states import State
from claims.selectors.authorisations import authorisation_by_id
from claims.selectors.replies import answerable
from claims.services.attestations import enter_claim, submit_claims
from claims.services.authorisations import (
    NewAuthorisation,
    authorise_care,
    withdraw_authorisation,
)
from claims.services.decisions import decide_submitted
from claims.services.finality import make_final
from claims.services.invoice_claims import tie_month
from claims.services.invoices import record_invoice, settle_invoice
from claims.services.orders import pay_invoices
from claims.services.reviews import reopen_claim
from claims.services.signals import dismiss_signal, raise_signals
from claims.views.authorisations import _facts as bon_facts
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.money import TODAY, by_bank, facts
from tests.claims.reviewing import review
from tests.claims.visiting import drawn, give_checklist, give_decided
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


def test_a_visit_bears_the_applications_day(care: World) -> None:
    give_checklist(care)
    give_decided(care, 1)
    visit = drawn(care)
    with open_scope(care.actor("annick"), source="essai"):
        steps = VisitStep.objects.filter(visit_id=visit.pk).values_list("at", flat=True)
        moments = [*steps, Visit.objects.get(pk=visit.pk).planned_at]
        assert len(moments) > 1
        assert {timezone.localdate(at) for at in moments} == {TODAY}


def test_a_signal_is_raised_and_settled_on_the_applications_day(care: World) -> None:
    """Two consultations of one person on one day."""
    claims = [give_claim(care, stub=f"KIN-{number:06d}") for number in (1, 2)]
    system, medard = care.system("UMUCO"), care.actor("medard")
    with open_scope(system, source="essai"):
        raise_signals(actor=system, claim_ids=claims, year=2025)
    with open_scope(medard, source="essai"):
        signal = ClaimSignal.objects.first()
        dismiss_signal(actor=medard, signal_id=signal.pk, because="Deux visites du jour")
        signal.refresh_from_db()
        days = [timezone.localdate(at) for at in (signal.raised_at, signal.settled_at)]
        assert days == [TODAY, TODAY]


def test_a_bon_bears_the_day_in_bujumbura(care: World) -> None:
    """Half past midnight there is still the day before at Greenwich."""
    given_at = datetime(2025, 6, 29, 22, 30, tzinfo=UTC)
    with open_scope(care.actor("albert"), source="essai"):
        paper = authorise_care(
            actor=care.actor("albert"),
            request=NewAuthorisation(
                member="UMU-1001-0", facility_code="FS-T001", starts_on=TODAY, ends_on=TODAY
            ),
        )
        assert timezone.localdate(paper.given_at) == TODAY
        withdraw_authorisation(actor=care.actor("albert"), authorisation_id=paper.pk)
        paper = authorisation_by_id(care.actor("albert"), paper.pk)
        assert timezone.localdate(paper.withdrawn_at) == TODAY
        paper.given_at = given_at
        assert ("Accordé par", f"{paper.given_by}, le 30/06/2025") in bon_facts(paper)


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
