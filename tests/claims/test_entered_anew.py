"""What was checked and given up does not come back by itself, entered anew as if it were new."""

from datetime import date
from typing import Any

import pytest

from claims.models import Claim, ClaimStep, ControlTerms
from claims.rules.facts import ReviewCut
from claims.selectors.batches import Choice
from claims.services.attestations import cancel_claim, enter_claim, replace_claim
from claims.services.batches import reverse_batch
from claims.services.reviews import reopen_claim
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.reviewing import claim_of, review
from tests.world import World

GIVEN_UP = "déjà contrôlée, puis annulée ou remplacée"
YEAR = Choice(year=2025, from_on=date(2025, 1, 1), to_on=date(2025, 12, 31))


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _enter(world: World, *, submit: bool = True, **told: Any) -> Claim:
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        return enter_claim(actor=albert, entry=an_entry(world, **told), submit=submit)


def _replace(world: World, claim: Claim, **told: Any) -> Claim:
    albert = world.actor("albert")
    version = claim_of(world, claim.pk).version
    with open_scope(albert, source="essai"):
        return replace_claim(
            actor=albert, claim_id=claim.pk, year=2025, entry=an_entry(world, **told),
            because="prix relu", version=version,
        )  # fmt: skip


def _cancel(world: World, claim: Claim, by: str = "amina") -> None:
    actor, version = world.actor(by), claim_of(world, claim.pk).version
    with open_scope(actor, source="essai"):
        cancel_claim(actor=actor, claim_id=claim.pk, year=2025, because="erreur", version=version)


def _why_read(world: World, claim: Claim) -> str | None:
    """Return why a person reads the claim; None: it was accepted by itself."""
    with open_scope(world.system("UMUCO"), source="essai"):
        steps = ClaimStep.objects.filter(claim_id=claim.pk, to_state="to_review")
        return steps.values_list("reason", flat=True).first()


def _rejected(world: World) -> Claim:
    """Sixty boxes, above what is accepted by itself: the reader rejects them whole."""
    claim = _enter(world, lines=(a_line(DRUG, "60", 500),))
    cut = ReviewCut(position=1, reason="not_done", is_all=True)
    review(world, "annick", claim.pk, "rejected", cuts=(cut,))
    return claim


def _taken_back_by_the_manager(world: World, claim: Claim) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        assert reverse_batch(actor=amina, choice=YEAR, because="relire")


@pytest.mark.parametrize("boxes", ["40", "60"])
def test_what_a_reader_rejected_is_read_again(boxes: str, care: World) -> None:
    claim = _rejected(care)
    _taken_back_by_the_manager(care, claim)
    _cancel(care, claim)
    again = _enter(care, lines=(a_line(DRUG, boxes, 500),))
    assert claim_of(care, again.pk).state == "to_review"
    assert GIVEN_UP in (_why_read(care, again) or "")


def test_what_a_doctor_took_back_is_read_again(care: World) -> None:
    claim, medard = _enter(care), care.actor("medard")
    assert claim_of(care, claim.pk).state == "decided"
    with open_scope(medard, source="essai"):
        reopen_claim(
            actor=medard, claim_id=claim.pk, year=2025,
            version=Claim.objects.get(pk=claim.pk).version, because="soins douteux",
        )  # fmt: skip
    _cancel(care, claim)
    assert _why_read(care, _enter(care)) == GIVEN_UP


def test_nor_under_another_stub_or_after_a_draft(care: World) -> None:
    """The number next to it in the book; a draft that is cancelled between the two."""
    claim = _rejected(care)
    _taken_back_by_the_manager(care, claim)
    _cancel(care, claim)
    _cancel(care, _enter(care, submit=False), by="albert")
    assert _why_read(care, _enter(care, stub="KIN-000002")) == GIVEN_UP
    later = {"starts_on": date(2025, 6, 11), "ends_on": date(2025, 6, 11)}
    assert _why_read(care, _enter(care, **later)) == GIVEN_UP


def test_nor_on_the_stub_that_a_correction_left(care: World) -> None:
    """The rejected paper is replaced by another person's under another stub: its own is free."""
    claim = _rejected(care)
    _replace(care, claim, stub="KIN-000002", member="UMU-1001-1")
    assert _why_read(care, _enter(care)) == GIVEN_UP


def test_what_was_never_checked_or_is_only_corrected_is_accepted(care: World) -> None:
    """A draft entered anew; two corrections in a row of what nobody had read."""
    _cancel(care, _enter(care, submit=False), by="albert")
    claim = _enter(care)
    for price in (900, 950):
        claim = _replace(care, claim, lines=(a_line(price=price),))
    assert _why_read(care, claim) is None
    other = {"stub": "KIN-000003", "member": "UMU-1001-1"}
    assert _why_read(care, _enter(care, **other)) is None


def test_no_draw_is_escaped_by_entering_anew(care: World) -> None:
    with open_scope(care.system("CONAMUS"), source="essai"):
        ControlTerms.objects.create(
            tenant_id=care.tenants["CONAMUS"], in_force_from=date(2025, 1, 2),
            accepted_below_francs=20_000, sample_percent=50, second_reader_from_francs=100_000,
        )  # fmt: skip
    escaped, drawn = 0, 0
    for day in range(1, 13):
        on = {"starts_on": date(2025, 6, day), "ends_on": date(2025, 6, day)}
        told = {"stub": f"KIN-{day:06d}", **on}
        claim = _enter(care, **told)
        if "tirée au sort" in (_why_read(care, claim) or ""):
            drawn += 1
            _cancel(care, claim)
            escaped += _why_read(care, _enter(care, **told)) is None
    assert drawn
    assert not escaped
