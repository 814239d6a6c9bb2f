"""Attestations brought in: each fault told at its field, nothing lost, nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.measure import table_queries
from claims.models import (
    Agreement,
    AgreementSuspension,
    Claim,
    ClaimDiagnosis,
    ClaimLine,
    ClaimSignal,
    ClaimStep,
    Decision,
    StubBook,
    StubUse,
)
from claims.rules.entry import NewClaim
from claims.rules.states import State
from claims.rules.words import CareKind
from claims.selectors.claim_page import steps_of
from claims.services.attestations import (
    cancel_claim,
    change_claim,
    decide_sent,
    enter_claim,
    replace_claim,
    submit_claims,
)
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import Job, Unit
from federations.services.periods import lock_month
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG
from tests.claims.entering import DAY, a_line, an_entry, give_books
from tests.conftest import reading_all_tenants
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _enter(world: World, entry: NewClaim, *, by: str = "albert", submit: bool = False) -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=entry, submit=submit)


def _refused(world: World, entry: NewClaim, *, by: str = "albert") -> dict[str, str]:
    """Return what is wrong, by field; nothing may have been written."""
    with pytest.raises(DomainError) as refusal:
        _enter(world, entry, by=by)
    with open_scope(world.system("UMUCO"), source="essai"):
        assert not Claim.objects.exists()
        assert not StubUse.objects.exists()
    found: dict[str, str] = {}
    for one in refusal.value.each():
        found[str(one.field)] = f"{found.get(str(one.field), '')} {one.message}"
    return found


def test_a_mutuelles_agreement_is_for_its_own_members(care: World) -> None:
    """Neither another mutuelle's nor another federation's: those need the federation's own."""

    def signed_by(unit: str) -> None:
        with reading_all_tenants():
            found = Agreement.objects.filter(facility_id=care.facilities["FS-T001"])
            found.update(unit_id=care.units[unit])

    signed_by("UMU-S2")
    for member in ("UMU-1001-0", "INE-1001-0"):
        refused = _refused(care, an_entry(care, member=member))["facility_id"]
        assert "pour ce patient : celle de ce jour est d’une autre mutuelle" in refused
    signed_by("UMU-S1")
    assert _enter(care, an_entry(care), submit=True).stub_number == "KIN-000001"


def test_an_attestation_is_written_whole(care: World, behind_the_wall: Callable) -> None:
    lines = (a_line(), a_line(DRUG, "2.5", 333))
    made = _enter(care, an_entry(care, lines=lines, told_total_francs=1_833, reason_note="fièvre"))
    with behind_the_wall():
        claim = Claim.objects.get(pk=made.pk)
        assert (claim.state, claim.stub_number, claim.asked_francs) == (
            "entered",
            "KIN-000001",
            1_833,
        )
        assert (claim.tenant_id, claim.processing_id) == (care.tenants["UMUCO"],) * 2
        assert (claim.centre_id, claim.source) == (care.units["UMU-C1"], "centre")
        assert claim.told_total_francs == 1_833
        found = ClaimLine.objects.filter(claim_id=made.pk).order_by("position")
        assert [(one.quantity, one.asked_francs) for one in found] == [
            (Decimal(1), 1_000),
            (Decimal("2.5"), 833),
        ]
        assert StubUse.objects.get().claim_id == made.pk
        assert ClaimDiagnosis.objects.get(claim_id=made.pk).note == "fièvre"
        assert [one.to_state for one in ClaimStep.objects.filter(claim_id=made.pk)] == ["entered"]


def test_sent_it_is_decided_by_the_system(care: World) -> None:
    made = _enter(care, an_entry(care), submit=True)
    with open_scope(care.actor("albert"), source="essai"):
        claim = Claim.objects.get(pk=made.pk)
        decision = Decision.objects.get(claim_id=made.pk)
        steps = ClaimStep.objects.filter(claim_id=made.pk).order_by("pk")
        assert list(steps.values_list("to_state", "by_role")) == [
            ("entered", "centre_operator"),
            ("submitted", "centre_operator"),
            ("checked", "system"),
            ("decided", "system"),
        ]
    assert claim.decision_id == decision.pk
    assert decision.decided_by == "système (contrôle administratif)"


@pytest.mark.parametrize(("price", "signals"), [(1_000, []), (3_000, ["price"])])
def test_entry_to_decision_within_fifteen_queries(
    care: World, price: int, signals: list[str]
) -> None:
    actor = care.actor("albert")
    entry = an_entry(care, lines=(a_line(price=price),))
    with open_scope(actor, source="essai"), CaptureQueriesContext(connection) as asked:
        made = enter_claim(actor=actor, entry=entry, submit=True)
    queries = table_queries(one["sql"] for one in asked.captured_queries)
    assert len(queries) <= 15, "\n".join(queries)
    with open_scope(actor, source="essai"):
        raised = ClaimSignal.objects.filter(claim_id=made.pk)
        assert list(raised.values_list("rule", flat=True)) == signals


FAULTS: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "care in the future": (
        {"starts_on": date(2025, 7, 2), "ends_on": date(2025, 7, 2)},
        {"starts_on": "futur"},
    ),
    "received in the future": ({"received_on": date(2025, 7, 2)}, {"received_on": "futur"}),
    "the end before the start": (
        {"ends_on": date(2025, 6, 9)},
        {"ends_on": "avant de commencer"},
    ),
    "received before the end": (
        {"received_on": date(2025, 6, 9)},
        {"received_on": "avant la fin"},
    ),
    "before the birth": (
        {
            "member": "UMU-1001-2",
            "starts_on": date(2012, 4, 30),
            "ends_on": date(2012, 4, 30),
        },
        {"starts_on": "Aucun soin n’est inscrit avant 2013", "facility_id": "convention"},
    ),
    "nobody's number": ({"member": "UMU-9999-9"}, {"member": "Personne n’a ce numéro"}),
    "a name": ({"member": "Keza"}, {"member": "numéro du membre"}),
    "a household's number": ({"member": "UMU-1001"}, {"member": "plusieurs personnes"}),
    "an unknown act": (
        {"lines": (a_line("XYZ"),)},
        {"lines.1.act": "n’est pas dans le catalogue"},
    ),
    "a negative quantity": ({"lines": (a_line(quantity="-1"),)}, {"lines.1.quantity": "négative"}),
    "no quantity": ({"lines": (a_line(quantity="0"),)}, {"lines.1.quantity": "zéro"}),
    "a huge quantity": (
        {"lines": (a_line(quantity="9999999"),)},
        {"lines.1.quantity": "impossible"},
    ),
    "a negative price": ({"lines": (a_line(price=-5),)}, {"lines.1.unit_price_francs": "négatif"}),
    "a price beyond any bill": (
        {"lines": (a_line(price=10**12),)},
        {"lines.1.unit_price_francs": "impossible"},
    ),
    "no line": ({"lines": ()}, {"lines": "aucune ligne"}),
    "no stub": ({"stub": "n’importe"}, {"stub": "préfixe, tiret, numéro"}),
    "a stub of no book": ({"stub": "KIN-000501"}, {"stub": "d’aucun carnet"}),
    "a stub of another facility": ({"stub": "GIT-000001"}, {"stub": "d’aucun carnet"}),
    "another federation's stub": ({"stub": "INE-000001"}, {"stub": "d’aucun carnet"}),
    "an unknown reason": ({"reason": "ZZZ"}, {"reason": "pas dans la liste"}),
    "a negative total": ({"told_total_francs": -1}, {"told_total_francs": "négatif"}),
    "no package that year": (
        {"starts_on": date(2024, 6, 3), "ends_on": date(2024, 6, 3)},
        {"starts_on": "Aucun paquet"},
    ),
    "no facility": ({"facility_id": 999_999}, {"facility_id": "n’existe pas"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_at_its_field(fault: str, care: World) -> None:
    changes, expected = FAULTS[fault]
    found = _refused(care, replace(an_entry(care), **changes))
    assert set(found) == set(expected)
    for field, words in expected.items():
        assert words in found[field]


def test_all_faults_at_once(care: World) -> None:
    entry = an_entry(
        care, stub="KIN-999999", member="NUL-1", lines=(a_line("XYZ"), a_line(quantity="0"))
    )
    assert set(_refused(care, entry)) == {"stub", "member", "lines.1.act", "lines.2.quantity"}


def test_after_a_death(care: World, behind_the_wall: Callable) -> None:
    with open_scope(care.system("UMUCO"), source="essai"):
        Claim.objects.model._meta.get_field("beneficiary").related_model.objects.filter(
            number="UMU-1001-0"
        ).update(died_on=date(2025, 6, 1), left_on=date(2025, 6, 1), left_because="death")
    assert "décédée le 1er juin 2025" in _refused(care, an_entry(care))["ends_on"]


def test_no_agreement_that_day_or_suspended(care: World) -> None:
    with open_scope(care.system("UMUCO"), source="essai"):
        agreement = Agreement.objects.get(facility_id=care.facilities["FS-T001"])
        AgreementSuspension(
            tenant_id=agreement.tenant_id,
            agreement=agreement,
            facility_id=agreement.facility_id,
            starts_on=DAY,
            reason="contrôle",
        ).save()
    assert "suspendue" in _refused(care, an_entry(care))["facility_id"]
    with open_scope(care.system("UMUCO"), source="essai"):
        Agreement.objects.filter(facility_id=care.facilities["FS-T001"]).update(ends_on=DAY)
    assert "n’a pas de convention le 10 juin 2025" in _refused(care, an_entry(care))["facility_id"]


def test_an_agreement_with_one_mutuelle_is_for_its_members(care: World) -> None:
    with reading_all_tenants():
        Agreement.objects.filter(facility_id=care.facilities["FS-T001"]).update(
            unit_id=care.units["UMU-S2"]
        )
    assert "pour ce patient" in _refused(care, an_entry(care))["facility_id"]
    assert _enter(care, an_entry(care, member="UMU-2001-0")).pk


def test_a_book_withdrawn(care: World) -> None:
    with open_scope(care.system("UMUCO"), source="essai"):
        StubBook.objects.filter(prefix="KIN").update(withdrawn_on=date(2025, 6, 1))
    assert "retiré depuis le 1er juin 2025" in _refused(care, an_entry(care))["stub"]


def test_a_closed_month(care: World) -> None:
    manager = care.actor("amina")
    with open_scope(manager, source="essai"):
        lock_month(actor=manager, unit=Unit.objects.get(code="UMU-C1"), month=date(2025, 5, 1))
    may = {"starts_on": date(2025, 5, 2), "ends_on": date(2025, 5, 2)}
    entry = an_entry(care, received_on=date(2025, 5, 20), **may)
    assert "05/2025 est fermé" in _refused(care, entry)["received_on"]
    assert _enter(care, an_entry(care, **may)).pk


def test_the_same_paper_again_is_found(care: World) -> None:
    first = _enter(care, an_entry(care))
    assert _enter(care, an_entry(care, stub="kin 1")).pk == first.pk
    with pytest.raises(DomainError, match="a déjà servi") as refusal:
        _enter(care, an_entry(care, lines=(a_line(price=900),)))
    assert refusal.value.field == "stub"
    with open_scope(care.system("UMUCO"), source="essai"):
        assert Claim.objects.count() == 1


def test_one_that_looks_alike_is_asked_about(care: World) -> None:
    _enter(care, an_entry(care))
    with pytest.raises(DomainError, match="KIN-000001") as refusal:
        _enter(care, an_entry(care, stub="KIN-000002"))
    assert refusal.value.field == "is_distinct"
    assert _enter(care, an_entry(care, stub="KIN-000002", is_distinct=True)).pk


def test_a_visitor_at_the_other_federations_centre(care: World) -> None:
    """A member of INEZA at a facility of UMUCO's: UMUCO's centre treats, INEZA owns."""
    made = _enter(care, an_entry(care, member="INE-1001-0"), submit=True)
    with open_scope(care.actor("bernard"), source="essai"):
        claim = Claim.objects.get(pk=made.pk)
        assert (claim.tenant_id, claim.processing_id) == (
            care.tenants["INEZA"],
            care.tenants["UMUCO"],
        )
        assert claim.state == State.DECIDED


def test_a_facility_enters_its_own_and_the_books_federation_decides(care: World) -> None:
    made = _enter(care, an_entry(care, member="INE-1001-0"), by="fabrice", submit=True)
    with open_scope(care.system("UMUCO"), source="essai"):
        claim = Claim.objects.get(pk=made.pk)
        assert (claim.state, claim.source, claim.centre_id) == ("submitted", "facility", None)
        job = Job.objects.get(kind="decide_claims")
        assert job.parameters == {"claim_ids": [made.pk], "year": 2025}
        for _ in range(2):
            decide_sent(actor=care.system("UMUCO"), **job.parameters)
        assert Claim.objects.get(pk=made.pk).state == State.DECIDED
        assert Decision.objects.filter(claim_id=made.pk).count() == 1


def test_a_facility_enters_for_no_other(care: World) -> None:
    with pytest.raises(NotFound):
        _enter(care, an_entry(care, facility="FS-T002", stub="GIT-000001"), by="fabrice")


@pytest.mark.parametrize("username", ["amina", "agnes", "annick", "medard", "arthur", "clara"])
def test_who_does_not_enter(username: str, care: World) -> None:
    with pytest.raises(NotAllowed):
        _enter(care, an_entry(care), by=username)


def test_corrected_before_it_is_sent(care: World, behind_the_wall: Callable) -> None:
    made, albert = _enter(care, an_entry(care)), care.actor("albert")
    entry = an_entry(care, stub="KIN-000007", lines=(a_line(DRUG, "2", 500), a_line()))
    with open_scope(albert, source="essai"):
        changed = change_claim(actor=albert, claim_id=made.pk, year=2025, entry=entry, version=1)
        assert (changed.pk, changed.asked_francs, changed.version) == (made.pk, 2_000, 2)
        assert list(changed.lines.values_list("position", "asked_francs")) == [
            (1, 1_000),
            (2, 1_000),
        ]
        free = StubUse.objects.filter(freed_at__isnull=True).values_list("number", flat=True)
        assert list(free) == ["KIN-000007"]
        with pytest.raises(Conflict, match="plus rapide"):
            change_claim(actor=albert, claim_id=made.pk, year=2025, entry=entry, version=1)


def test_a_correction_to_another_federations_member_begins_anew(care: World) -> None:
    made, albert = _enter(care, an_entry(care)), care.actor("albert")
    entry = an_entry(care, member="INE-1001-0")
    with open_scope(albert, source="essai"):
        other = change_claim(actor=albert, claim_id=made.pk, year=2025, entry=entry, version=1)
        assert other.tenant_id == care.tenants["INEZA"]
        assert other.supersedes_id == made.pk
        assert Claim.objects.get(pk=made.pk).state == State.CANCELLED
        assert StubUse.objects.get(freed_at__isnull=True).claim_id == other.pk


def test_what_is_sent_is_corrected_no_more(care: World) -> None:
    made, albert = _enter(care, an_entry(care), submit=True), care.actor("albert")
    with open_scope(albert, source="essai"):
        version = Claim.objects.get(pk=made.pk).version
        with pytest.raises(DomainError, match="ne se corrige plus"):
            change_claim(
                actor=albert, claim_id=made.pk, year=2025, entry=an_entry(care), version=version
            )
        with pytest.raises(DomainError, match="est décidée"):
            cancel_claim(
                actor=albert, claim_id=made.pk, year=2025, because="erreur", version=version
            )


def test_sent_together_and_once(care: World) -> None:
    ids = [
        _enter(
            care,
            an_entry(
                care, stub=f"KIN-{n:06d}", starts_on=date(2025, 6, n), ends_on=date(2025, 6, n)
            ),
        ).pk
        for n in (1, 2, 3)
    ]
    albert = care.actor("albert")
    with open_scope(albert, source="essai"):
        assert submit_claims(actor=albert, claim_ids=ids, year=2025) == 3
        assert submit_claims(actor=albert, claim_ids=ids, year=2025) == 0
        assert set(Claim.objects.values_list("state", flat=True)) == {"decided"}


def test_cancelled_its_stub_serves_again(care: World) -> None:
    made, albert = _enter(care, an_entry(care)), care.actor("albert")
    with open_scope(albert, source="essai"):
        with pytest.raises(DomainError) as refusal:
            cancel_claim(actor=albert, claim_id=made.pk, year=2025, because=" ", version=1)
        assert refusal.value.field == "because"
        cancel_claim(actor=albert, claim_id=made.pk, year=2025, because="double", version=1)
        step = steps_of(albert, Claim.objects.get(pk=made.pk))[-1]
        assert (step.label, step.reason) == (State.CANCELLED.label, "double")
        assert step.by_name == "Albert Niyonzima"
    again = _enter(care, an_entry(care))
    assert again.pk != made.pk


def test_a_decided_one_is_replaced_under_its_stub(care: World) -> None:
    made, albert = _enter(care, an_entry(care), submit=True), care.actor("albert")
    entry = an_entry(care, lines=(a_line(), a_line(DRUG, "3", 500)))
    with open_scope(albert, source="essai"):
        version = Claim.objects.get(pk=made.pk).version
        new = replace_claim(
            actor=albert,
            claim_id=made.pk,
            year=2025,
            entry=entry,
            because="une ligne oubliée",
            version=version,
        )
        assert Claim.objects.get(pk=made.pk).state == State.SUPERSEDED
        assert Decision.objects.get(claim_id=made.pk).superseded_at is not None
        kept = Claim.objects.get(pk=new.pk)
        assert (kept.state, kept.supersedes_id, kept.stub_number) == (
            "decided",
            made.pk,
            "KIN-000001",
        )
        decision = Decision.objects.get(claim_id=new.pk)
        assert sum(decision.lines.values_list("mutuelle_francs", flat=True)) == 2_000


def test_a_facility_does_not_replace_what_is_decided(care: World) -> None:
    made, fabrice = _enter(care, an_entry(care), submit=True), care.actor("fabrice")
    with open_scope(fabrice, source="essai"), pytest.raises(DomainError):
        replace_claim(
            actor=fabrice,
            claim_id=made.pk,
            year=2025,
            entry=an_entry(care),
            because="x",
            version=Claim.objects.get(pk=made.pk).version,
        )


def test_a_stay_of_some_days(care: World) -> None:
    entry = an_entry(
        care,
        facility="FS-T002",
        stub="GIT-000001",
        care_kind=CareKind.STAY,
        ends_on=date(2025, 6, 12),
        lines=(a_line("JOUR", "3", 10_000),),
    )
    made = _enter(care, entry, submit=True)
    with open_scope(care.actor("albert"), source="essai"):
        assert Claim.objects.get(pk=made.pk).state == State.TO_REVIEW
