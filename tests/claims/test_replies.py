"""The other sides' word on a decision: once, in time; and what becomes final by itself."""

from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings

from claims.models import ClaimStep, Decision
from claims.rules.facts import ReviewCut
from claims.selectors.batches import Choice
from claims.selectors.replies import awaited_answers
from claims.selectors.reviews import waiting
from claims.services.batches import redo_batch
from claims.services.finality import make_all_final, make_final
from claims.services.replies import facility_reply
from claims.services.reviews import reopen_claim
from claims.tasks import make_claims_final
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.money import TODAY
from tests.claims.reviewing import claim_of, contest, give_waiting, reply, review
from tests.world import World

CUT = (ReviewCut(position=1, reason="too_much", francs=5_000),)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world, reply_days=15, contest_days=20)
    return world


@pytest.fixture
def cut(care: World) -> int:
    """Fabrice's facility asked 30 000; 5 000 of it was cut."""
    claim = give_waiting(care)
    review(care, "annick", claim, "cut", cuts=CUT)
    return claim


def test_the_facility_disagrees_and_a_person_answers(cut: int, care: World) -> None:
    told = reply(care, cut)
    assert (told.decision_number, told.answered_by) == (1, "Fabrice Manirakiza")
    contested = claim_of(care, cut)
    assert (contested.state, contested.review_rank) == ("contested", 5_000)
    made = review(care, "annick", cut, "accepted")
    assert claim_of(care, cut).state == "final"
    with open_scope(care.system("UMUCO"), source="essai"):
        decisions = Decision.objects.filter(claim_id=cut).order_by("number")
        assert [(d.kind, d.superseded_at is None) for d in decisions] == [
            ("review", False),
            ("contradictory", True),
        ]
        assert made.decision_id == decisions[1].pk
        lines = decisions[1].lines.filter(care_year=2025)
        assert sum(lines.values_list("mutuelle_francs", flat=True)) == 24_000


def test_the_decision_is_maintained_with_a_reason(cut: int, care: World) -> None:
    reply(care, cut)
    with pytest.raises(DomainError, match="Dites pourquoi"):
        review(care, "annick", cut, "maintained")
    review(care, "annick", cut, "maintained", note="La notice dit dix boîtes.")
    assert claim_of(care, cut).state == "final"
    with open_scope(care.system("UMUCO"), source="essai"):
        assert Decision.objects.get(claim_id=cut).superseded_at is None


def test_the_facility_agrees_and_it_is_final(cut: int, care: World) -> None:
    reply(care, cut, is_agreed=True, text="")
    assert claim_of(care, cut).state == "final"


def test_one_answers_once(cut: int, care: World) -> None:
    reply(care, cut)
    with pytest.raises(DomainError, match="déjà répondu"):
        reply(care, cut)


def test_a_repeated_form_answers_once(cut: int, care: World) -> None:
    version = claim_of(care, cut).version
    first = reply(care, cut, version=version)
    assert reply(care, cut, version=version).pk == first.pk
    with pytest.raises(Conflict):
        reply(care, cut, version=version, text="Autre chose.")


def test_an_answer_to_what_has_changed_is_told(cut: int, care: World) -> None:
    with pytest.raises(Conflict):
        reply(care, cut, version=1)


def test_an_answer_without_words_is_refused(cut: int, care: World) -> None:
    with pytest.raises(DomainError, match="Dites votre réponse"):
        reply(care, cut, text="")


@pytest.mark.parametrize(("days", "is_late"), [(15, False), (16, True)])
def test_the_answers_term(
    days: int, is_late: bool, cut: int, care: World, settings: LazySettings
) -> None:
    settings.BUSINESS_DATE = TODAY + timedelta(days=days)
    if is_late:
        with pytest.raises(DomainError, match="délai de réponse est passé"):
            reply(care, cut)
    else:
        reply(care, cut)


def test_a_question_is_answered_and_the_claim_comes_back(care: World) -> None:
    claim = give_waiting(care)
    review(care, "annick", claim, "asked", note="Pourquoi 60 boîtes ?")
    fabrice, annick = care.actor("fabrice"), care.actor("annick")
    with open_scope(fabrice, source="essai"):
        [(asked, found)] = awaited_answers(clock.today())
        assert (asked.question, found.pk) == ("Pourquoi 60 boîtes ?", claim)
        assert asked.last_day == clock.today() + timedelta(days=15)
    reply(care, claim, text="Deux mois de traitement.")
    with open_scope(annick, source="essai"):
        assert waiting(annick, clock.today()).get().pk == claim
    review(care, "annick", claim, "cut", cuts=CUT)
    assert reply(care, claim).decision_number == 1


def test_the_facility_sees_what_it_may_answer_and_nothing_of_others(cut: int, care: World) -> None:
    other = give_waiting(care, facility="FS-T002")
    review(care, "annick", other, "cut", cuts=CUT)
    with open_scope(care.actor("fabrice"), source="essai"):
        rows = awaited_answers(TODAY)
        assert [(claim.pk, asked.reduced_francs) for asked, claim in rows] == [(cut, 5_000)]
    with pytest.raises(NotFound):
        reply(care, other, version=1)


def test_a_nurse_does_not_answer_for_the_facility(cut: int, care: World) -> None:
    actor = care.actor("annick")
    with pytest.raises(NotAllowed), open_scope(actor, source="essai"):
        facility_reply(
            actor=actor, claim_id=cut, year=2025, version=2, is_agreed=False, text="Non."
        )


@pytest.fixture
def away(care: World) -> int:
    """A member of UMUCO's, decided by INEZA's side."""
    claim = give_waiting(care, processing="INEZA", facility="FS-T002")
    review(care, "medard", claim, "accepted")
    return claim


def test_the_home_federation_contests_and_another_person_answers(away: int, care: World) -> None:
    contest(care, "annick", away)
    assert claim_of(care, away).state == "contested"
    with pytest.raises(NotFound):
        review(care, "annick", away, "rejected")
    review(care, "modeste", away, "cut", cuts=CUT)
    with open_scope(care.system("UMUCO"), source="essai"):
        assert Decision.objects.get(claim_id=away, superseded_at__isnull=True).kind == "contest"
    # What it cuts is the facility's to speak of.
    assert claim_of(care, away).state == "decided"


def _has_waiting(world: World, username: str) -> bool:
    actor = world.actor(username)
    with open_scope(actor, source="essai"):
        return waiting(actor, clock.today()).exists()


@pytest.mark.parametrize("outcome", ["accepted", "maintained"])
def test_who_decided_does_not_answer_the_home_federations_contest(
    outcome: str, away: int, care: World
) -> None:
    contest(care, "annick", away)
    assert (_has_waiting(care, "medard"), _has_waiting(care, "modeste")) == (False, True)
    with pytest.raises(NotAllowed, match="la réponse à la contestation est d’un autre"):
        review(care, "medard", away, outcome, note="Rien ne change.")
    assert claim_of(care, away).state == "contested"
    review(care, "modeste", away, "maintained", note="Rien ne change.")
    assert claim_of(care, away).state == "final"


def test_who_decided_last_is_meant_where_a_decision_was_taken_back(away: int, care: World) -> None:
    modeste = care.actor("modeste")
    with open_scope(modeste, source="essai"):
        version = claim_of(care, away).version
        reopen_claim(actor=modeste, claim_id=away, year=2025, version=version, because="À revoir")
    review(care, "modeste", away, "accepted")
    contest(care, "annick", away)
    assert (_has_waiting(care, "medard"), _has_waiting(care, "modeste")) == (True, False)
    with pytest.raises(NotAllowed):
        review(care, "modeste", away, "maintained", note="Rien ne change.")
    review(care, "medard", away, "maintained", note="Rien ne change.")


def test_who_decided_may_answer_the_facility(cut: int, care: World) -> None:
    """The facility answers its reader: it is no appeal to another."""
    reply(care, cut)
    assert _has_waiting(care, "annick")
    review(care, "annick", cut, "maintained", note="L’ordonnance dit un mois.")


def test_above_the_amount_one_other_answers_a_contest(world: World) -> None:
    """The first reader proposed and did not decide: she answers, and two have read it by then."""
    give_terms(world, second_reader_from_francs=20_000)
    claim = give_waiting(world, member="INE-1001-0", facility="FS-T002")
    review(world, "annick", claim, "accepted")
    review(world, "medard", claim, "accepted")
    contest(world, "modeste", claim)
    for username, is_theirs in (("annick", True), ("medard", False), ("modeste", False)):
        assert _has_waiting(world, username) is is_theirs
    review(world, "annick", claim, "cut", cuts=CUT)
    assert claim_of(world, claim).state == "decided"


def test_a_contest_stays_the_home_federations_when_the_decision_is_redone(world: World) -> None:
    give_terms(world, second_reader_from_francs=20_000)
    claim = give_waiting(world, member="INE-1001-0", facility="FS-T002")
    review(world, "annick", claim, "accepted")
    review(world, "medard", claim, "accepted")
    contest(world, "modeste", claim)
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        done = redo_batch(actor=amina, choice=Choice(2025, date(2025, 1, 1), TODAY))
    assert done.claims == 1
    review(world, "annick", claim, "cut", cuts=CUT)
    assert claim_of(world, claim).state == "decided"
    with open_scope(world.system("UMUCO"), source="essai"):
        assert Decision.objects.get(claim_id=claim, superseded_at__isnull=True).kind == "contest"


@pytest.mark.parametrize("waits_for", ["a day", "an answer", "an answer that came"])
def test_a_second_reader_who_waits_is_still_the_second(waits_for: str, world: World) -> None:
    """The first one does not get it back, and the second one decides without a third."""
    give_terms(world, second_reader_from_francs=20_000)
    claim, later = give_waiting(world), TODAY + timedelta(days=50)
    review(world, "annick", claim, "accepted")
    if waits_for == "a day":
        review(world, "medard", claim, "deferred", until=TODAY + timedelta(days=1))
    else:
        review(world, "medard", claim, "asked", note="Pourquoi 60 boîtes ?")
    if waits_for == "an answer that came":
        reply(world, claim)
    for username, is_theirs in (("annick", False), ("medard", True)):
        actor = world.actor(username)
        with open_scope(actor, source="essai"):
            assert waiting(actor, later).exists() is is_theirs
    made = review(world, "medard", claim, "accepted")
    assert (made.stage, made.outcome) == ("second", "accepted")
    assert claim_of(world, claim).state == "decided"


def test_who_contests_does_not_answer(away: int, care: World) -> None:
    contest(care, "medard", away)
    medard = care.actor("medard")
    with open_scope(medard, source="essai"):
        assert not waiting(medard, clock.today()).exists()
    with pytest.raises(NotAllowed, match="d’un autre"):
        review(care, "medard", away, "maintained", note="Bien.")


def test_ones_own_decision_is_not_contested(cut: int, care: World) -> None:
    with pytest.raises(NotFound):
        contest(care, "annick", cut)
    with pytest.raises(DomainError, match="a décidé elle-même"):
        contest(care, "medard", cut)


@pytest.mark.parametrize("username", ["amina", "agnes", "bernard"])
def test_nobody_else_contests(username: str, away: int, care: World) -> None:
    with pytest.raises(NotAllowed):
        contest(care, username, away)


@pytest.mark.parametrize(("days", "is_late"), [(20, False), (21, True)])
def test_the_contests_term(
    days: int, is_late: bool, away: int, care: World, settings: LazySettings
) -> None:
    settings.BUSINESS_DATE = TODAY + timedelta(days=days)
    if is_late:
        with pytest.raises(DomainError, match="délai pour contester"):
            contest(care, "annick", away)
    else:
        contest(care, "annick", away)


def _final(world: World, tenant: str, days: int) -> int:
    system = world.system(tenant)
    on = TODAY + timedelta(days=days)
    with open_scope(system, source="essai"):
        return make_final(actor=system, on=on)


def test_at_home_it_is_final_once_the_facilitys_term_has_passed(cut: int, care: World) -> None:
    assert [_final(care, "UMUCO", days) for days in (15, 16, 17)] == [0, 1, 0]
    assert claim_of(care, cut).state == "final"
    with open_scope(care.system("UMUCO"), source="essai"):
        step = ClaimStep.objects.get(claim_id=cut, to_state="final")
        assert (step.from_state, step.by_role) == ("decided", "system")


def test_away_it_is_final_once_the_longer_term_has_passed(away: int, care: World) -> None:
    assert [_final(care, "INEZA", days) for days in (16, 20, 21)] == [0, 0, 1]
    assert claim_of(care, away).state == "final"


def test_what_is_contested_does_not_become_final_by_itself(cut: int, care: World) -> None:
    reply(care, cut)
    assert _final(care, "UMUCO", 400) == 0


def test_only_the_system_makes_final(cut: int, care: World) -> None:
    albert = care.actor("albert")
    with pytest.raises(DomainError, match="ne permet pas"), open_scope(albert, source="essai"):
        make_final(actor=albert, on=date(2030, 1, 1))


def test_the_hourly_task_looks_at_every_federation(cut: int, away: int, care: World) -> None:
    assert make_claims_final.name in [
        one["task"] for one in django_settings.CELERY_BEAT_SCHEDULE.values()
    ]
    on = TODAY + timedelta(days=60)
    assert (make_all_final(on=on), make_all_final(on=on)) == (2, 0)
