"""A batch of decisions redone or taken back: the preview is the thing itself."""

from datetime import date

import pytest

from claims.models import Act, Decision, Tariff
from claims.selectors.batches import Choice, mutuelle_parts
from claims.services.batches import preview_redo, redo_batch, reverse_batch
from claims.services.decisions import decide_submitted
from conamus.kernel.errors import DomainError, NotAllowed
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.reviewing import claim_of
from tests.world import World

MARCH = Choice(year=2025, from_on=date(2025, 3, 1), to_on=date(2025, 3, 31))


@pytest.fixture
def decided(world: World) -> list[int]:
    """Four consultations at 1 000: two in March at the CDS, one at the hospital, one in May."""
    give_terms(world)
    told = (
        {"on": date(2025, 3, 10)},
        {"on": date(2025, 3, 12)},
        {"on": date(2025, 3, 14), "facility": "FS-T002"},
        {"on": date(2025, 5, 2)},
    )
    claims = [give_claim(world, lines=[(CONSULTATION, 1, 1_000)], **one) for one in told]
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)
    return claims


@pytest.fixture
def cheaper(decided: list[int], world: World) -> list[int]:
    """The CDS turns out to have agreed on 600 since January."""
    with open_scope(world.system("UMUCO"), source="essai"):
        Tariff(
            tenant_id=world.tenants["UMUCO"],
            act=Act.objects.get(code=CONSULTATION),
            facility_id=world.facilities["FS-T001"],
            price_francs=600,
            starts_on=date(2025, 1, 1),
        ).save()
    return decided


def _parts(world: World, claims: list[int]) -> list[int]:
    with open_scope(world.system("UMUCO"), source="essai"):
        found = mutuelle_parts(claims, 2025)
    return [found.get(claim, 0) for claim in claims]


def test_the_preview_tells_the_difference_and_changes_nothing(
    cheaper: list[int], world: World
) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        told = preview_redo(actor=amina, choice=MARCH)
        assert Decision.objects.filter(superseded_at__isnull=False).count() == 0
    assert (told.claims, told.before_francs, told.after_francs) == (3, 2_400, 1_760)
    assert {one.claim.pk: one.francs for one in told.differences} == {
        cheaper[0]: -320,
        cheaper[1]: -320,
    }
    assert _parts(world, cheaper) == [800, 800, 800, 800]


def test_what_is_redone_is_what_was_shown(cheaper: list[int], world: World) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        shown = preview_redo(actor=amina, choice=MARCH)
        done = redo_batch(actor=amina, choice=MARCH)
        again = redo_batch(actor=amina, choice=MARCH)
    assert [(one.claim.pk, one.francs) for one in done.differences] == [
        (one.claim.pk, one.francs) for one in shown.differences
    ]
    assert (again.francs, again.differences) == (0, ())
    assert _parts(world, cheaper) == [480, 480, 800, 800]


def test_one_facility_only(cheaper: list[int], world: World) -> None:
    amina = world.actor("amina")
    hospital = Choice(
        2025, date(2025, 1, 1), date(2025, 12, 31), facility_id=world.facilities["FS-T002"]
    )
    with open_scope(amina, source="essai"):
        assert preview_redo(actor=amina, choice=hospital).claims == 1


def test_taken_back_decisions_count_no_more_and_wait_for_a_reader(
    decided: list[int], world: World
) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        assert reverse_batch(actor=amina, choice=MARCH, because="mauvais tarif") == 3
        with pytest.raises(DomainError, match="Aucune attestation"):
            reverse_batch(actor=amina, choice=MARCH, because="mauvais tarif")
    assert _parts(world, decided) == [0, 0, 0, 800]
    back = claim_of(world, decided[0])
    assert (back.state, back.decision_id, back.review_rank) == ("to_review", None, 8)


def test_a_reason_is_asked(decided: list[int], world: World) -> None:
    amina = world.actor("amina")
    with pytest.raises(DomainError) as refusal, open_scope(amina, source="essai"):
        reverse_batch(actor=amina, choice=MARCH, because="")
    assert refusal.value.field == "because"


@pytest.mark.parametrize("username", ["annick", "medard", "albert", "bernard"])
def test_others_redo_nothing_of_umucos(username: str, decided: list[int], world: World) -> None:
    """Bernard may redo his own federation's: here he has none."""
    actor = world.actor(username)
    expected = DomainError if username == "bernard" else NotAllowed
    for act in (preview_redo, redo_batch):
        with pytest.raises(expected), open_scope(actor, source="essai"):
            act(actor=actor, choice=MARCH)
