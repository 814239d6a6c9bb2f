"""What care is valued by, an act's family and a reason's marks, stays once it is decided."""

from collections.abc import Callable

import pytest

from claims.models import Act, BenefitPackage, CareReason, Claim, DecisionLine, PackageClause
from claims.services.attestations import enter_claim
from claims.services.catalogue import (
    ActDetails,
    ReasonDetails,
    add_act,
    change_act,
    change_reason,
)
from claims.services.decisions import redo_decisions, retire_decisions
from conamus.kernel.errors import DomainError
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION
from tests.claims.entering import an_entry, give_books
from tests.world import World

DENTAL = ActDetails(name="Consultation", family="dental")
CHRONIC = ReasonDetails(name="Paludisme", is_chronic=True)


@pytest.fixture
def care(world: World) -> World:
    """Dental care is paid at 10 %, so another family gives other francs."""
    give_books(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        package = BenefitPackage.objects.get()
        PackageClause(
            tenant_id=package.tenant_id, package=package, kind="rate", family="dental", percent=10
        ).save()
    return world


def _decided(world: World, **changes: object) -> Claim:
    actor = world.actor("albert")
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=an_entry(world, **changes), submit=True)


def _family(actor: Actor) -> Act:
    return change_act(actor=actor, act_id=Act.objects.get(code=CONSULTATION).pk, details=DENTAL)


def _chronic(actor: Actor) -> CareReason:
    return change_reason(
        actor=actor, reason_id=CareReason.objects.get(code="PALU").pk, details=CHRONIC
    )


@pytest.mark.parametrize(("change", "field"), [(_family, "family"), (_chronic, "is_chronic")])
def test_a_redo_gives_the_same_francs(
    care: World, change: Callable, field: str, as_actor: Callable
) -> None:
    claim = _decided(care)
    with as_actor(care.actor("clara")), pytest.raises(DomainError) as refusal:
        change(care.actor("clara"))
    assert refusal.value.field == field
    assert "sous un autre code" in str(refusal.value)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        redo_decisions(actor=amina, claim_ids=[claim.pk], year=2025)
        assert list(DecisionLine.objects.values_list("mutuelle_francs", flat=True)) == [800, 800]


@pytest.mark.parametrize("change", [_family, _chronic])
def test_before_any_decision_both_are_free(
    care: World, change: Callable, as_actor: Callable
) -> None:
    with as_actor(care.actor("clara")):
        assert change(care.actor("clara")).pk


@pytest.mark.parametrize("change", [_family, _chronic])
def test_and_once_no_decision_holds_any_more(
    care: World, change: Callable, as_actor: Callable
) -> None:
    claim = _decided(care)
    with open_scope(care.system("UMUCO"), source="essai"):
        Claim.objects.filter(pk=claim.pk).update(state="to_review", decision_id=None)
        retire_decisions([claim.pk], 2025)
    with as_actor(care.actor("clara")):
        assert change(care.actor("clara")).pk


def test_what_nothing_is_valued_by_is_always_corrected(care: World, as_actor: Callable) -> None:
    _decided(care)
    clara = care.actor("clara")
    with as_actor(clara):
        act, reason = Act.objects.get(code=CONSULTATION), CareReason.objects.get(code="PALU")
        named = ActDetails(name="Consultation simple", family=act.family, form="orale")
        assert change_act(actor=clara, act_id=act.pk, details=named).name == "Consultation simple"
        told = ReasonDetails(name="Paludisme simple", icd10="B54")
        assert change_reason(actor=clara, reason_id=reason.pk, details=told).icd10 == "B54"


def test_other_faults_are_told_with_it(care: World, as_actor: Callable) -> None:
    _decided(care)
    clara = care.actor("clara")
    with as_actor(clara), pytest.raises(DomainError) as refusal:
        act = Act.objects.get(code=CONSULTATION)
        change_act(actor=clara, act_id=act.pk, details=ActDetails(name="", family="dental"))
    assert {one.field for one in refusal.value.each()} == {"family", "name"}


def test_an_act_that_no_decision_went_by_is_not_held_by_its_likes(
    care: World, as_actor: Callable
) -> None:
    _decided(care)
    amina = care.actor("amina")
    with as_actor(amina):
        act = add_act(actor=amina, code="INJ", details=ActDetails(name="Injection", family="care"))
        details = ActDetails(name="Injection", family="medicine")
        assert change_act(actor=amina, act_id=act.pk, details=details).family == "medicine"
