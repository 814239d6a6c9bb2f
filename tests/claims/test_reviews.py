"""A person's control: each outcome, who may not, two at once, two readers, questions, delays."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from claims.models import (
    Claim,
    ClaimStep,
    ControlTerms,
    Decision,
    DecisionCut,
    DecisionLine,
    Review,
    ReviewFinding,
)
from claims.rules.facts import ReviewCut
from claims.rules.findings import reject_all
from claims.rules.states import State
from claims.selectors.care_facts import load_cases
from claims.selectors.reviews import waiting
from claims.services.decisions import redo_decisions
from claims.services.reviews import reopen_claim
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DRUG, give_terms
from tests.claims.reviewing import claim_of, give_waiting, review
from tests.conftest import reading_all_tenants
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _mutuelle(world: World, claim: int, tenant: str = "UMUCO") -> int:
    with open_scope(world.system(tenant), source="essai"):
        decision = Decision.objects.get(claim_id=claim, superseded_at__isnull=True)
        lines = DecisionLine.objects.filter(decision=decision)
        return sum(lines.values_list("mutuelle_francs", flat=True))


def _cut(position: int = 1, **how: object) -> ReviewCut:
    return ReviewCut(position=position, reason="too_much", **how)


def test_accepted_as_asked(care: World) -> None:
    claim = give_waiting(care)
    opened = timezone.now() - timedelta(seconds=90)
    made = review(care, "annick", claim, "accepted", opened_at=opened)
    assert (made.stage, made.taken_off_francs, made.is_sampled) == ("medical", 0, False)
    assert (made.reviewed_at - made.opened_at).total_seconds() >= 90
    assert _mutuelle(care, claim) == 24_000
    found = claim_of(care, claim)
    assert (found.state, found.decision_id) == ("decided", made.decision_id)
    with open_scope(care.system("UMUCO"), source="essai"):
        step = ClaimStep.objects.get(claim_id=claim, to_state="decided")
        assert (step.from_state, step.by_name, step.by_role) == (
            "to_review",
            "Annick Kaneza",
            "advising_nurse",
        )
        assert Decision.objects.get(claim_id=claim).kind == Decision.Kind.REVIEW


@pytest.mark.parametrize(
    ("how", "mutuelle"),
    [
        ({"to_quantity": Fraction(20)}, 8_000),
        ({"francs": 5_000}, 20_000),
        ({"is_all": True}, 0),
    ],
)
def test_a_line_is_cut_and_the_facility_bears_it(
    how: dict[str, object], mutuelle: int, care: World
) -> None:
    claim = give_waiting(care)
    made = review(care, "annick", claim, "cut", cuts=[_cut(**how)])
    assert _mutuelle(care, claim) == mutuelle
    assert made.taken_off_francs == 24_000 - mutuelle
    with open_scope(care.system("UMUCO"), source="essai"):
        cut = DecisionCut.objects.get(decision_id=made.decision_id, code="review")
        assert (cut.bearer, cut.facts["reason"]) == ("facility", "too_much")


def test_rejected_on_every_line(care: World) -> None:
    claim = give_waiting(care, lines=[(DRUG, 60, 500), (CONSULTATION, 1, 1_000)])
    with open_scope(care.actor("annick"), source="essai"):
        lines = load_cases([claim], 2025)[0].care.lines
    with pytest.raises(DomainError, match="toutes les lignes"):
        review(care, "annick", claim, "rejected", cuts=reject_all(lines[:1], "not_done"))
    review(care, "annick", claim, "rejected", cuts=reject_all(lines, "not_done"))
    assert _mutuelle(care, claim) == 0


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (ReviewCut(1, "", is_all=True), "choisissez un motif"),
        (ReviewCut(1, "other", is_all=True), "dites quelle autre raison"),
        (ReviewCut(7, "too_much", is_all=True), "n’est pas de cette attestation"),
        (ReviewCut(1, "too_much", to_quantity=Fraction(60)), "moins que la quantité demandée"),
        (ReviewCut(1, "too_much", to_quantity=Fraction(-1)), "de 0 au moins"),
        (ReviewCut(1, "too_much", francs=30_001), "pas plus que le montant demandé"),
        (ReviewCut(1, "too_much", francs=0), "de 1 FBu au moins"),
        (ReviewCut(1, "too_much"), "une seule coupe"),
    ],
)
def test_a_finding_that_says_nothing_is_refused(cut: ReviewCut, said: str, care: World) -> None:
    claim = give_waiting(care)
    with pytest.raises(DomainError, match=said):
        review(care, "annick", claim, "cut", cuts=[cut])
    assert claim_of(care, claim).state == State.TO_REVIEW
    with open_scope(care.system("UMUCO"), source="essai"):
        assert not Review.objects.exists()
        assert not Decision.objects.exists()


def test_a_cut_without_a_line_and_an_accept_with_one_are_refused(care: World) -> None:
    claim = give_waiting(care)
    for outcome, cuts in (("cut", []), ("accepted", [_cut(is_all=True)])):
        with pytest.raises(DomainError):
            review(care, "annick", claim, outcome, cuts=cuts)


def test_what_was_found_holds_when_the_decision_is_redone(care: World) -> None:
    claim = give_waiting(care)
    review(care, "annick", claim, "cut", cuts=[_cut(francs=5_000)])
    manager = care.actor("amina")
    with open_scope(manager, source="essai"):
        redo_decisions(actor=manager, claim_ids=[claim], year=2025)
    assert _mutuelle(care, claim) == 20_000


def test_nobody_reviews_what_they_entered(care: World) -> None:
    claim = give_waiting(care)
    with reading_all_tenants():
        Claim.objects.filter(care_year=2025, pk=claim).update(
            entered_by_user_id=care.users["annick"]
        )
    with pytest.raises(NotAllowed, match="Vous avez saisi"):
        review(care, "annick", claim, "accepted")
    actor = care.actor("annick")
    with open_scope(actor, source="essai"):
        assert not waiting(actor, clock.today()).exists()
    review(care, "medard", claim, "accepted")


@pytest.mark.parametrize("username", ["amina", "albert", "agnes", "arthur", "fabrice", "clara"])
def test_nobody_else_reviews(username: str, care: World) -> None:
    claim = give_waiting(care)
    version = claim_of(care, claim).version
    with pytest.raises(NotAllowed):
        review(care, username, claim, "accepted", version=version)


def test_a_nurse_reviews_her_own_federations_claims_only(care: World) -> None:
    """A member of UMUCO treated by INEZA's centre: Annick sees it, and does not decide it."""
    away = give_waiting(care, processing="INEZA")
    with pytest.raises(NotFound):
        review(care, "annick", away, "accepted")
    review(care, "medard", away, "accepted")
    assert _mutuelle(care, away) == 24_000


def test_the_second_of_two_reviewers_is_told(care: World) -> None:
    claim = give_waiting(care)
    version = claim_of(care, claim).version
    review(care, "annick", claim, "accepted", version=version)
    with pytest.raises(Conflict, match=r"plus rapide.*décidée.*Annick Kaneza"):
        review(care, "medard", claim, "cut", cuts=[_cut(is_all=True)], version=version)
    assert _mutuelle(care, claim) == 24_000


def test_two_reviewers_at_the_same_moment(own_database: World) -> None:
    """Both have read the same version: one decides, the other is told, nothing is cut twice."""
    give_terms(own_database)
    claim = give_waiting(own_database)
    version = claim_of(own_database, claim).version
    start, answers = Barrier(2), []

    def read(username: str, outcome: str, cuts: list[ReviewCut]) -> None:
        try:
            start.wait()
            review(own_database, username, claim, outcome, cuts=cuts, version=version)
            answers.append("done")
        except Conflict as refusal:
            answers.append(refusal.message)
        finally:
            connection.close()

    threads = [
        Thread(target=read, args=("annick", "accepted", [])),
        Thread(target=read, args=("medard", "cut", [_cut(francs=5_000)])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=len)[0] == "done"
    assert "plus rapide" in sorted(answers, key=len)[1]
    with open_scope(own_database.system("UMUCO"), source="essai"):
        assert Decision.objects.filter(claim_id=claim).count() == 1
        assert Review.objects.filter(claim_id=claim).count() == 1


@pytest.fixture
def large(world: World) -> int:
    """A claim that two people must read: from 20 000 of the mutuelle's."""
    give_terms(world, second_reader_from_francs=20_000)
    return give_waiting(world)


def test_above_the_amount_two_people_decide(large: int, world: World) -> None:
    first = review(world, "annick", large, "cut", cuts=[_cut(francs=5_000)])
    assert (first.outcome, first.stage, first.decision_id) == ("second_reader", "medical", None)
    assert claim_of(world, large).waits_for == Claim.WaitsFor.SECOND_READER
    with pytest.raises(NotAllowed, match="d’un autre"):
        review(world, "annick", large, "cut", cuts=[_cut(francs=5_000)])
    second = review(world, "medard", large, "cut", cuts=[_cut(francs=1_000)])
    assert (second.outcome, second.stage) == ("cut", "second")
    assert _mutuelle(world, large) == 23_200
    with open_scope(world.system("UMUCO"), source="essai"):
        found = ReviewFinding.objects.filter(claim_id=large).order_by("pk")
        assert [(f.francs, f.withdrawn_at is None) for f in found] == [
            (5_000, False),
            (1_000, True),
        ]


def test_the_first_readers_queue_no_longer_holds_it(large: int, world: World) -> None:
    review(world, "annick", large, "accepted")
    for username, is_there in (("annick", False), ("medard", True)):
        actor = world.actor(username)
        with open_scope(actor, source="essai"):
            assert waiting(actor, clock.today()).exists() is is_there


def test_the_amount_is_the_one_before_any_cut(large: int, world: World) -> None:
    """Cutting below the amount does not spare the second reader."""
    assert review(world, "annick", large, "cut", cuts=[_cut(is_all=True)]).decision_id is None


def test_anybody_may_hand_on_and_the_second_reader_may_not(care: World) -> None:
    claim = give_waiting(care)
    review(care, "annick", claim, "second_reader", note="Je connais le malade.")
    with pytest.raises(DomainError, match="c’est à vous"):
        review(care, "medard", claim, "second_reader")
    review(care, "medard", claim, "accepted")
    assert claim_of(care, claim).waits_for == ""


def test_put_off_to_a_day(care: World) -> None:
    claim, today = give_waiting(care), clock.today()
    review(care, "annick", claim, "deferred", until=today + timedelta(days=3))
    actor = care.actor("annick")
    with open_scope(actor, source="essai"):
        assert not waiting(actor, today + timedelta(days=2)).exists()
        assert waiting(actor, today + timedelta(days=3)).exists()


@pytest.mark.parametrize("day", [None, 0, -1, 61])
def test_put_off_to_no_day_to_come_is_refused(day: int | None, care: World) -> None:
    claim = give_waiting(care)
    until = None if day is None else clock.today() + timedelta(days=day)
    with pytest.raises(DomainError) as refusal:
        review(care, "annick", claim, "deferred", until=until)
    assert refusal.value.field == "until"


def _put_off(world: World, claim: int, username: str = "annick") -> Review:
    return review(world, username, claim, "deferred", until=clock.today() + timedelta(days=1))


def test_a_claim_is_put_off_twice_whoever_reads_it_then_decided(care: World) -> None:
    claim = give_waiting(care)
    _put_off(care, claim)
    _put_off(care, claim, "medard")
    with pytest.raises(DomainError, match="2 fois sur 2 : décidez sur ce qu’il y a") as refusal:
        _put_off(care, claim)
    assert refusal.value.field == "until"
    review(care, "annick", claim, "accepted")
    assert claim_of(care, claim).state == "decided"


def test_what_was_put_off_before_a_decision_taken_back_is_past(care: World) -> None:
    claim, medard = give_waiting(care), care.actor("medard")
    _put_off(care, claim)
    _put_off(care, claim)
    review(care, "annick", claim, "accepted")
    version = claim_of(care, claim).version
    with open_scope(medard, source="essai"):
        reopen_claim(actor=medard, claim_id=claim, year=2025, version=version, because="Relire")
    assert _put_off(care, claim).outcome == "deferred"


def test_the_terms_of_the_day_of_receipt_say_how_often_and_how_long(world: World) -> None:
    """Received on 5 April: terms set later are for later claims."""
    give_terms(world, most_deferrals=1, deferral_days=10)
    with open_scope(world.system("UMUCO"), source="essai"):
        ControlTerms(
            tenant_id=world.tenants["UMUCO"],
            in_force_from=date(2025, 5, 1),
            accepted_below_francs=20_000,
            sample_percent=0,
            second_reader_from_francs=100_000,
            most_deferrals=5,
        ).save()
    claim, today = give_waiting(world), clock.today()
    with pytest.raises(DomainError, match="10 juillet 2025 au plus tard"):
        review(world, "annick", claim, "deferred", until=today + timedelta(days=11))
    review(world, "annick", claim, "deferred", until=today + timedelta(days=10))
    with pytest.raises(DomainError, match="1 fois sur 1"):
        _put_off(world, claim)


def test_the_facility_is_asked_once_and_the_claim_comes_back(care: World) -> None:
    claim, today = give_waiting(care), clock.today()
    with pytest.raises(DomainError, match="Écrivez la question"):
        review(care, "annick", claim, "asked")
    made = review(care, "annick", claim, "asked", note="Pourquoi 60 boîtes ?")
    assert made.until == today + timedelta(days=31)
    actor = care.actor("annick")
    with open_scope(actor, source="essai"):
        assert not waiting(actor, today).exists()
        assert waiting(actor, made.until).exists()
    with pytest.raises(DomainError, match="déjà été interrogée"):
        review(care, "annick", claim, "asked", note="Encore ?")


def test_what_is_decided_is_not_reviewed_again(care: World) -> None:
    claim = give_waiting(care)
    review(care, "annick", claim, "accepted")
    with pytest.raises(DomainError, match=r"ne permet pas|ne peut pas|n’attend pas"):
        review(care, "medard", claim, "accepted")


def test_the_queue_is_ranked_and_each_federations_own(care: World) -> None:
    small = give_waiting(care, lines=[(DRUG, 55, 500)])
    big = give_waiting(care, lines=[(DRUG, 90, 500)])
    away = give_waiting(care, member="INE-1001-0", processing="INEZA", lines=[(DRUG, 70, 500)])
    for username, wanted in (("annick", [big, small]), ("medard", [big, away, small])):
        actor = care.actor(username)
        with open_scope(actor, source="essai"):
            assert [claim.pk for claim in waiting(actor, clock.today())] == wanted


def test_a_claim_of_an_earlier_year_still_waits(care: World, as_actor: Callable) -> None:
    give_waiting(care, on=date(2025, 1, 5))
    with as_actor(care.actor("annick")):
        assert waiting(care.actor("annick"), date(2027, 2, 1)).count() == 1
