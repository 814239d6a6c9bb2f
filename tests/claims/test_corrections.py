"""Corrections of what was decided: a doctor takes one decision back; the centre replaces."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, ClaimStep, Decision, FacilityDebt, FacilityInvoice
from claims.rules.entry import NewClaim
from claims.rules.states import State
from claims.services.attestations import enter_claim, replace_claim
from claims.services.invoice_claims import tie_stubs
from claims.services.invoices import InvoiceFacts, record_invoice, settle_invoice
from claims.services.orders import pay_invoices
from claims.services.reviews import reopen_claim
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import Unit
from federations.services.periods import lock_month
from federations.tenancy.scope import open_scope
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.money import by_bank
from tests.claims.reviewing import claim_of, review
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _enter(world: World, **changes: Any) -> Claim:
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        return enter_claim(actor=albert, entry=an_entry(world, **changes), submit=True)


def _let(world: World, claim: Claim, state: State) -> None:
    """Let a decided claim come to a state: by time, by an invoice that is settled, then paid."""
    amina = world.actor("amina")
    with open_scope(world.system("UMUCO"), source="essai"):
        Claim.objects.filter(care_year=2025, pk=claim.pk).update(state=State.FINAL)
    if state is State.FINAL:
        return
    with open_scope(amina, source="essai"):
        invoice = _invoice(world, "F-1", claim.stub_number)
        if state is State.PAID:
            shares = {invoice.pk: 800}
            pay_invoices(
                actor=amina,
                facility_id=invoice.facility_id,
                shares=shares,
                request=by_bank(),
            )
    assert claim_of(world, claim.pk).state == state


def _invoice(world: World, number: str, stub: str) -> FacilityInvoice:
    amina = world.actor("amina")
    facts = InvoiceFacts(
        facility_id=world.facilities["FS-T001"],
        number=number,
        month=date(2025, 6, 1),
        received_on=date(2025, 6, 25),
    )
    invoice = record_invoice(actor=amina, facts=facts)
    tie_stubs(actor=amina, invoice_id=invoice.pk, stubs=[stub])
    return settle_invoice(actor=amina, invoice_id=invoice.pk)


def _replace(
    world: World, claim: Claim, entry: NewClaim | None = None, by: str = "albert"
) -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return replace_claim(
            actor=actor,
            claim_id=claim.pk,
            year=2025,
            entry=entry or an_entry(world, lines=(a_line(price=500),)),
            because="prix mal lu",
            version=Claim.objects.get(pk=claim.pk).version,
        )


def _debts(world: World) -> list[int]:
    with open_scope(world.system("UMUCO"), source="essai"):
        return list(FacilityDebt.objects.values_list("francs", flat=True))


@pytest.mark.parametrize("state", [State.FINAL, State.INVOICED, State.PAID])
def test_the_centre_replaces_what_was_settled_and_a_person_reads_it(
    state: State, care: World
) -> None:
    claim = _enter(care)
    _let(care, claim, state)
    new = _replace(care, claim)
    stands = claim_of(care, new.pk)
    assert (stands.state, stands.supersedes_id, stands.stub_number) == (
        State.TO_REVIEW, claim.pk, "KIN-000001",
    )  # fmt: skip
    assert claim_of(care, claim.pk).state == State.SUPERSEDED
    with open_scope(care.system("UMUCO"), source="essai"):
        why = ClaimStep.objects.get(claim_id=new.pk, to_state=State.TO_REVIEW)
        assert why.reason.startswith(f"remplace une attestation {state.label}")
        assert not Decision.objects.filter(claim_id=claim.pk, superseded_at=None).exists()
    assert _debts(care) == ([] if state is State.FINAL else [800])


def test_the_difference_comes_with_the_next_invoice(care: World) -> None:
    """800 were paid, 400 are right: the next invoice pays 400 and recovers 800 in two steps."""
    claim = _enter(care)
    _let(care, claim, State.PAID)
    new = _replace(care, claim)
    review(care, "annick", new.pk, "accepted")
    with open_scope(care.system("UMUCO"), source="essai"):
        Claim.objects.filter(care_year=2025, pk=new.pk).update(state=State.FINAL)
    other = _enter(care, stub="KIN-000002", member="UMU-1002-0")
    with open_scope(care.system("UMUCO"), source="essai"):
        Claim.objects.filter(care_year=2025, pk=other.pk).update(state=State.FINAL)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        second = _invoice(care, "F-2", "KIN-000001")
        assert (second.payable_francs, second.due_francs, second.state) == (400, 0, "paid")
        third = _invoice(care, "F-3", "KIN-000002")
        assert (third.payable_francs, third.due_francs) == (800, 400)


def test_a_decided_one_is_still_decided_by_itself(care: World) -> None:
    claim = _enter(care)
    assert claim_of(care, _replace(care, claim).pk).state == State.DECIDED


@pytest.mark.parametrize(
    ("username", "refusal"),
    [
        ("amina", NotAllowed),
        ("medard", NotAllowed),
        ("annick", NotAllowed),
        ("fabrice", DomainError),
    ],
)
def test_who_does_not_enter_replaces_nothing(
    username: str, refusal: type[DomainError], care: World
) -> None:
    claim = _enter(care)
    _let(care, claim, State.PAID)
    with pytest.raises(refusal):
        _replace(care, claim, by=username)
    assert claim_of(care, claim.pk).state == State.PAID
    assert _debts(care) == []


def test_a_correction_keeps_its_day_though_the_month_is_closed_since(care: World) -> None:
    """The paper was received in May; what changes of its money moves today."""
    may = {"starts_on": date(2025, 5, 6), "ends_on": date(2025, 5, 6)}
    claim = _enter(care, received_on=date(2025, 5, 20), **may)
    _let(care, claim, State.FINAL)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        lock_month(actor=amina, unit=Unit.objects.get(code="UMU-C1"), month=date(2025, 5, 1))
    entry = an_entry(care, received_on=date(2025, 5, 20), lines=(a_line(price=500),), **may)
    with pytest.raises(DomainError) as refusal:
        _replace(care, claim, replace(entry, received_on=date(2025, 5, 21)))
    assert refusal.value.field == "received_on"
    assert _replace(care, claim, entry).received_on == date(2025, 5, 20)


def _reopen(world: World, claim: Claim, by: str = "medard", **told: Any) -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        version = told.pop("version", None) or Claim.objects.get(pk=claim.pk).version
        because = told.pop("because", "ordonnance arrivée après coup")
        return reopen_claim(
            actor=actor, claim_id=claim.pk, year=2025, version=version, because=because
        )


def test_a_doctor_takes_one_decision_back_and_it_is_decided_anew(care: World) -> None:
    claim = _enter(care)
    back = _reopen(care, claim)
    assert (back.state, back.decision_id) == (State.TO_REVIEW, None)
    with open_scope(care.system("UMUCO"), source="essai"):
        step = ClaimStep.objects.filter(claim_id=claim.pk).latest("pk")
        assert (step.by_role, step.reason) == (
            "medical_adviser", "reprise : ordonnance arrivée après coup",
        )  # fmt: skip
        assert not Decision.objects.filter(claim_id=claim.pk, superseded_at=None).exists()
    review(care, "annick", claim.pk, "accepted")
    with open_scope(care.system("UMUCO"), source="essai"):
        decisions = Decision.objects.filter(claim_id=claim.pk)
        assert sorted(decisions.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("state", [State.FINAL, State.INVOICED, State.PAID])
def test_not_once_it_is_final(state: State, care: World) -> None:
    claim = _enter(care)
    _let(care, claim, state)
    with pytest.raises(DomainError, match="ne peut pas devenir à examiner"):
        _reopen(care, claim)


def test_a_reason_is_asked_and_an_old_page_is_told(care: World) -> None:
    claim = _enter(care)
    with pytest.raises(DomainError, match="Dites pourquoi") as refusal:
        _reopen(care, claim, because=" ")
    assert refusal.value.field == "because"
    with pytest.raises(Conflict):
        _reopen(care, claim, version=99)
    assert claim_of(care, claim.pk).state == State.DECIDED


@pytest.mark.parametrize(
    ("username", "refusal"),
    [
        ("annick", DomainError),
        ("amina", NotAllowed),
        ("albert", NotAllowed),
        ("beatrice", DomainError),
    ],
)
def test_nobody_but_a_doctor(username: str, refusal: type[Exception], care: World) -> None:
    claim = _enter(care)
    with pytest.raises((refusal, NotFound, NotAllowed)):
        _reopen(care, claim, by=username, version=claim_of(care, claim.pk).version)
    assert claim_of(care, claim.pk).state == State.DECIDED


def test_from_the_attestations_page(care: World, sign_in: Callable[[str], Client]) -> None:
    claim = _enter(care)
    page = f"/soins/attestations/2025/{claim.pk}/"
    for username, is_offered in (("medard", True), ("annick", False), ("amina", False)):
        shown = sign_in(username).get(page).content.decode()
        assert (f"{page}reprendre/" in shown) is is_offered, username
    medard = sign_in("medard")
    form = medard.get(f"{page}reprendre/").context["form"]
    told = {"version": form.initial["version"], "because": "ordonnance arrivée"}
    assert medard.post(f"{page}reprendre/", told)["Location"] == page
    assert "À examiner" in medard.get(page).content.decode()
    _let(care, claim, State.FINAL)
    albert = sign_in("albert").get(f"{page}remplacer/").content.decode()
    assert "un médecin ou un infirmier lira celle qui la remplace" in albert
