"""Two sides may object to a decision; what one says, or is told, does not close it for the other.

A member of INEZA's is treated at Fabrice's facility, and UMUCO decides.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from claims.models import Decision
from claims.rules.facts import ReviewCut
from claims.selectors.replies import awaited_answers
from claims.services.finality import make_final
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.money import TODAY
from tests.claims.reviewing import claim_of, contest, give_waiting, reply, review
from tests.world import World

CUT = (ReviewCut(position=1, reason="too_much", francs=5_000),)
DEEPER = (ReviewCut(position=1, reason="too_much", francs=9_000),)
AGREED = {"is_agreed": True, "text": ""}


@pytest.fixture
def care(world: World) -> World:
    give_terms(world, reply_days=15, contest_days=20)
    return world


@pytest.fixture
def whole(care: World) -> int:
    """Accepted as it was asked."""
    claim = give_waiting(care, member="INE-1001-0")
    review(care, "annick", claim, "accepted")
    return claim


@pytest.fixture
def cut(care: World) -> int:
    """5,000 of it cut."""
    claim = give_waiting(care, member="INE-1001-0")
    review(care, "annick", claim, "cut", cuts=CUT)
    return claim


def _state(world: World, claim: int) -> str:
    return claim_of(world, claim).state


def _final_after(world: World, days: int) -> int:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        return make_final(actor=system, on=TODAY + timedelta(days=days))


def _to_answer(world: World) -> list[int]:
    with open_scope(world.actor("fabrice"), source="essai"):
        return [asked.decision_number for asked, _ in awaited_answers(TODAY)]


def test_a_facilitys_yes_leaves_the_members_federation_its_term(whole: int, care: World) -> None:
    reply(care, whole, **AGREED)
    assert _state(care, whole) == "decided"
    contest(care, "modeste", whole)
    assert _state(care, whole) == "contested"


def test_its_page_says_that_it_has_agreed(
    cut: int, care: World, sign_in: Callable[[str], Client]
) -> None:
    page, fabrice = f"/soins/attestations/2025/{cut}/", sign_in("fabrice")
    before = fabrice.get(page).content.decode()
    assert "Répondre à la décision" in before
    assert "Acceptée par" not in before
    reply(care, cut, **AGREED)
    for person, offered in ((fabrice, "Répondre à la décision"), (sign_in("annick"), "Examiner")):
        shown = person.get(page).content.decode()
        assert "Acceptée par la formation sanitaire le 30 juin 2025" in shown
        assert offered not in shown


def test_after_its_yes_only_the_contests_term_runs(cut: int, care: World) -> None:
    """20 days from the decision; a yes is given once, the same form again is the same yes."""
    version = claim_of(care, cut).version
    first = reply(care, cut, version=version, **AGREED)
    assert reply(care, cut, version=version, **AGREED).pk == first.pk
    with pytest.raises(DomainError, match="déjà répondu"):
        reply(care, cut, text="Tout compte fait, non.")
    assert _to_answer(care) == []
    assert [_final_after(care, days) for days in (16, 20, 21)] == [0, 0, 1]


def test_the_answer_to_a_contest_that_cuts_more_is_the_facilitys_to_answer(
    whole: int, care: World
) -> None:
    """It had nothing to object to before; then it is heard once, and that ends it."""
    contest(care, "modeste", whole)
    review(care, "medard", whole, "cut", cuts=DEEPER)
    assert (_state(care, whole), _to_answer(care)) == ("decided", [2])
    # The contest was the one that there is: the facility's term alone runs.
    with pytest.raises(DomainError, match="c’est déjà fait"):
        contest(care, "modeste", whole)
    reply(care, whole, text="Voici le registre.")
    assert _state(care, whole) == "contested"
    review(care, "medard", whole, "accepted")
    assert _state(care, whole) == "final"
    with open_scope(care.system("UMUCO"), source="essai"):
        kinds = Decision.objects.filter(claim_id=whole).order_by("number")
        assert list(kinds.values_list("kind", flat=True)) == ["review", "contest", "contradictory"]


def test_then_it_is_final_by_its_yes_or_its_silence(whole: int, care: World) -> None:
    contest(care, "modeste", whole)
    review(care, "medard", whole, "cut", cuts=DEEPER)
    assert [_final_after(care, days) for days in (15, 16)] == [0, 1]


def test_its_yes_to_the_answer_ends_it(whole: int, care: World) -> None:
    contest(care, "modeste", whole)
    review(care, "medard", whole, "cut", cuts=DEEPER)
    reply(care, whole, **AGREED)
    assert _state(care, whole) == "final"


@pytest.mark.parametrize(
    ("agreed", "outcome", "told", "state"),
    [
        # What it was already to bear, and agreed to: nothing new to hear it about.
        (True, "maintained", {"note": "La notice le dit."}, "final"),
        (True, "cut", {"cuts": CUT}, "final"),
        (True, "cut", {"cuts": DEEPER}, "decided"),
        # It had not spoken yet of what it bears.
        (False, "maintained", {"note": "La notice le dit."}, "decided"),
        (False, "cut", {"cuts": CUT}, "decided"),
        (False, "accepted", {}, "final"),
    ],
)
def test_where_a_contest_that_is_answered_leaves_the_facility(
    agreed: bool, outcome: str, told: dict, state: str, cut: int, care: World
) -> None:
    if agreed:
        reply(care, cut, **AGREED)
    contest(care, "modeste", cut)
    review(care, "medard", cut, outcome, **told)
    assert _state(care, cut) == state
    assert bool(_to_answer(care)) is (state == "decided")


@pytest.mark.parametrize(
    ("outcome", "told"), [("accepted", {}), ("maintained", {"note": "L’ordonnance dit un mois."})]
)
def test_the_answer_to_the_facility_leaves_the_members_federation_its_contest(
    outcome: str, told: dict, cut: int, care: World
) -> None:
    """What is given back to the facility is paid by the member's federation."""
    reply(care, cut)
    review(care, "annick", cut, outcome, **told)
    # The facility has been heard, and does not answer the answer.
    assert (_state(care, cut), _to_answer(care)) == ("decided", [])
    assert [_final_after(care, days) for days in (20, 21)] == [0, 1]


def test_it_contests_then_and_that_answer_may_end_it(cut: int, care: World) -> None:
    reply(care, cut)
    review(care, "annick", cut, "accepted")
    contest(care, "modeste", cut)
    review(care, "medard", cut, "maintained", note="Deux mois de traitement.")
    assert _state(care, cut) == "final"
