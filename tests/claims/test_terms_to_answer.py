"""When the terms to object to a decision run: not while the other side's contest is open, nor anew
where a decision is redone and nothing changes.

A member of INEZA's is treated at Fabrice's facility, and UMUCO decides. The facility has 15 days,
INEZA 20.
"""

from datetime import timedelta

import pytest
from django.conf import LazySettings

from claims.models import Tariff
from claims.rules.facts import ReviewCut
from claims.selectors.replies import agreed_on, awaited_answers
from claims.services.decisions import redo_decisions
from claims.services.finality import make_final
from conamus import clock
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG, give_terms
from tests.claims.money import TODAY
from tests.claims.reviewing import claim_of, contest, give_waiting, reply, review
from tests.conftest import reading_all_tenants
from tests.world import World

CUT = (ReviewCut(position=1, reason="too_much", francs=5_000),)
AGREED = {"is_agreed": True, "text": ""}
KEPT = {"note": "La notice le dit."}


@pytest.fixture
def care(world: World) -> World:
    give_terms(world, reply_days=15, contest_days=20)
    return world


@pytest.fixture
def cut(care: World) -> int:
    """Of 30,000 that were asked, 5,000 are cut."""
    claim = give_waiting(care, member="INE-1001-0")
    review(care, "annick", claim, "cut", cuts=CUT)
    return claim


class Days:
    """Moves the application's day to so many days after the decision."""

    def __init__(self, settings: LazySettings) -> None:
        self._settings = settings

    def __call__(self, days: int) -> None:
        self._settings.BUSINESS_DATE = TODAY + timedelta(days=days)


@pytest.fixture
def day(settings: LazySettings) -> Days:
    return Days(settings)


def _state(world: World, claim: int) -> str:
    return claim_of(world, claim).state


def _final_after(world: World, *days: int) -> list[int]:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        return [make_final(actor=system, on=TODAY + timedelta(days=one)) for one in days]


def _last_days(world: World) -> list[int]:
    """Until which day the facility may answer, after the decision."""
    with open_scope(world.actor("fabrice"), source="essai"):
        return [(asked.last_day - TODAY).days for asked, _ in awaited_answers(clock.today())]


def _redo(world: World, claim: int) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        redo_decisions(actor=amina, claim_ids=[claim], year=2025)


def _price(francs: int) -> None:
    with reading_all_tenants():
        Tariff.objects.filter(act__code=DRUG).update(price_francs=francs)


class TestTheOtherSidesContest:
    """Nobody can contest what is contested: the term begins again with the answer."""

    def test_the_members_federation_has_its_term_after_it(
        self, cut: int, care: World, day: Days
    ) -> None:
        day(10)
        reply(care, cut)
        day(40)
        review(care, "medard", cut, "maintained", **KEPT)
        assert _final_after(care, 60) == [0]
        day(60)
        contest(care, "modeste", cut)
        assert _state(care, cut) == "contested"

    def test_and_no_longer(self, cut: int, care: World, day: Days) -> None:
        day(10)
        reply(care, cut)
        day(40)
        review(care, "medard", cut, "maintained", **KEPT)
        day(61)
        with pytest.raises(DomainError, match="délai pour contester"):
            contest(care, "modeste", cut)
        assert _final_after(care, 61) == [1]

    def test_the_facility_has_its_term_after_it(self, cut: int, care: World, day: Days) -> None:
        day(10)
        contest(care, "modeste", cut)
        day(40)
        review(care, "medard", cut, "maintained", **KEPT)
        assert (_last_days(care), _final_after(care, 55)) == ([55], [0])
        day(55)
        reply(care, cut)
        assert _state(care, cut) == "contested"

    def test_a_term_that_had_passed_does_not_begin_again(
        self, cut: int, care: World, day: Days
    ) -> None:
        """The facility was silent for its 15 days before the contest came."""
        day(16)
        contest(care, "modeste", cut)
        day(40)
        review(care, "medard", cut, "maintained", **KEPT)
        assert _last_days(care) == []
        with pytest.raises(DomainError, match="délai de réponse"):
            reply(care, cut)
        assert _final_after(care, 40) == [1]

    def test_what_changed_while_it_was_contested_is_answered_afterwards(
        self, cut: int, care: World, day: Days
    ) -> None:
        day(10)
        contest(care, "modeste", cut)
        day(20)
        _price(400)
        _redo(care, cut)
        day(40)
        review(care, "medard", cut, "maintained", **KEPT)
        assert (_last_days(care), _final_after(care, 55, 56)) == ([55], [0, 1])


class TestRedoneToTheSame:
    """A redone decision that changes no franc is no new one: answers hold, terms run on."""

    def test_the_facility_that_agreed_is_not_asked_again(
        self, cut: int, care: World, day: Days
    ) -> None:
        reply(care, cut, **AGREED)
        day(19)
        _redo(care, cut)
        _redo(care, cut)
        assert _last_days(care) == []
        with open_scope(care.system("UMUCO"), source="essai"):
            assert agreed_on(claim_of(care, cut)) == TODAY
        assert _final_after(care, 20, 21) == [0, 1]

    def test_its_term_and_its_one_answer_stay(self, cut: int, care: World, day: Days) -> None:
        day(10)
        _redo(care, cut)
        assert _last_days(care) == [15]
        reply(care, cut)
        assert _state(care, cut) == "contested"

    def test_the_members_federations_term_stays(self, cut: int, care: World, day: Days) -> None:
        day(10)
        _redo(care, cut)
        day(21)
        with pytest.raises(DomainError, match="délai pour contester"):
            contest(care, "modeste", cut)

    def test_what_answered_the_facility_is_not_answered_again(self, cut: int, care: World) -> None:
        reply(care, cut)
        review(care, "medard", cut, "cut", cuts=CUT)
        _redo(care, cut)
        assert _last_days(care) == []
        with pytest.raises(DomainError, match="déjà répondu"):
            reply(care, cut, text="Encore.")

    def test_it_is_heard_where_a_contest_is_answered(self, cut: int, care: World) -> None:
        """It agreed to 5,000: the contest that leaves them ends the matter."""
        reply(care, cut, **AGREED)
        contest(care, "modeste", cut)
        _redo(care, cut)
        review(care, "medard", cut, "maintained", **KEPT)
        assert _state(care, cut) == "final"

    def test_what_changes_is_a_new_decision(self, cut: int, care: World, day: Days) -> None:
        reply(care, cut, **AGREED)
        day(10)
        _price(400)
        _redo(care, cut)
        _redo(care, cut)
        assert _last_days(care) == [25]
        assert _final_after(care, 30, 31) == [0, 1]
