"""The sample of the month: drawn by itself, read by a person, extrapolated to the rest."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.measure import table_queries
from claims.models import Claim, ControlTerms, SampleSeed
from claims.rules.facts import ReviewCut
from claims.rules.review import is_sampled
from claims.selectors.sampling import (
    SampledMonth,
    sampled_federations,
    sampled_months,
    told_seeds,
)
from claims.services.attestations import cancel_claim
from claims.services.decisions import decide_submitted
from claims.services.replies import facility_reply
from claims.services.reviews import reopen_claim
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.care import CONSULTATION, RECEIVED, give_claim, give_terms
from tests.claims.money import TODAY
from tests.claims.reviewing import review
from tests.world import World

SEED = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def month(world: World) -> list[int]:
    """Forty consultations of 800 for the mutuelle, received in April; half of them drawn."""
    give_terms(world, sample_percent=50)
    with open_scope(world.system("UMUCO"), source="essai"):
        SampleSeed.objects.create(
            tenant_id=world.tenants["UMUCO"], month=date(2025, 4, 1), seed=SEED
        )
    return _forty(world)


def _forty(world: World, received_on: date = RECEIVED) -> list[int]:
    claims = [give_claim(world, lines=[(CONSULTATION, 1, 1_000)]) for _ in range(40)]
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        Claim.objects.filter(pk__in=claims).update(received_on=received_on)
        decide_submitted(actor=system, claim_ids=claims, year=2025)
    return claims


def _drawn(world: World, claims: list[int]) -> list[int]:
    with open_scope(world.system("UMUCO"), source="essai"):
        rows = Claim.objects.filter(pk__in=claims, state="to_review").order_by("pk")
        return list(rows.values_list("pk", flat=True))


def test_the_draw_is_the_rules_own(month: list[int], world: World) -> None:
    assert _drawn(world, month) == _by_rule(month, SEED)


def _by_rule(claims: list[int], seed: str) -> list[int]:
    drawn = [claim for claim in claims if is_sampled(str(claim), seed, Fraction(1, 2))]
    assert drawn
    return drawn


def test_nobody_foresees_a_draw_that_can_be_done_again(world: World, behind_the_wall: Any) -> None:
    """Each month of each federation has a seed of its own, made once, that is no known text."""
    give_terms(world, sample_percent=50)
    claims = _forty(world)
    claims += _forty(world)
    with behind_the_wall():
        kept = SampleSeed.objects.get()
    assert (kept.tenant_id, kept.month) == (world.tenants["UMUCO"], date(2025, 4, 1))
    assert _drawn(world, claims) == _by_rule(claims, kept.seed)
    foreseen = f"{world.tenants['UMUCO']}:2025-04"
    assert _drawn(world, claims) != _by_rule(claims, foreseen)
    later = _forty(world, date(2025, 5, 5))
    with behind_the_wall():
        assert SampleSeed.objects.filter(month=date(2025, 5, 1)).exclude(seed=kept.seed).exists()
    assert _drawn(world, later) != _by_rule(later, kept.seed)


@pytest.mark.parametrize("username", ["albert", "amina", "agnes", "annick", "bernard", "clara"])
def test_the_seed_is_told_to_nobody_beside_who_enters(
    month: list[int], username: str, world: World
) -> None:
    actor = world.actor(username)
    with open_scope(actor, source="essai"):
        assert not SampleSeed.objects.exists()
        assert told_seeds(actor, TODAY) == []
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            SampleSeed.objects.create(
                tenant_id=actor.tenant_id, month=date(2025, 7, 1), seed="choisie"
            )


def test_a_facility_and_the_regulator_have_no_right_on_it(month: list[int], world: World) -> None:
    for username in ("fabrice", "regine"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            open_scope(world.actor(username), source="essai"),
        ):
            SampleSeed.objects.exists()


def test_the_doctor_draws_a_month_again_once_it_is_over(
    month: list[int], world: World, sign_in: Any
) -> None:
    doctor = world.actor("medard")
    with open_scope(doctor, source="essai"):
        [told] = told_seeds(doctor, TODAY)
        assert (told.seed, told.month) == (SEED, date(2025, 4, 1))
        assert told_seeds(doctor, date(2025, 4, 30)) == []
    assert SEED in text_of(sign_in("medard").get("/soins/examens/echantillon/"))
    assert SEED not in text_of(sign_in("annick").get("/soins/examens/echantillon/"))


def test_the_database_tells_the_doctor_no_seed_that_still_draws(world: World) -> None:
    """By the machine's day, which no statement can set."""
    months = "SELECT date_trunc('month', CURRENT_DATE - n)::date FROM unnest(ARRAY[0, 31]) n"
    with open_scope(world.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(months)
        this, last = (month for (month,) in cursor.fetchall())
        for month in (this, last):
            SampleSeed.objects.create(tenant_id=world.tenants["UMUCO"], month=month, seed=SEED)
    with open_scope(world.actor("medard"), source="essai"):
        assert [told.month for told in SampleSeed.objects.all()] == [last]


def _told(world: World) -> SampledMonth:
    umuco = world.tenants["UMUCO"]
    with open_scope(world.actor("annick"), source="essai"):
        [told] = sampled_months([umuco], TODAY)[umuco]
    return told


def test_what_the_sample_found_is_told_of_the_rest(month: list[int], world: World) -> None:
    drawn = _drawn(world, month)
    for claim in drawn[1:]:
        assert review(world, "annick", claim, "accepted").is_sampled
    told = _told(world)
    assert (told.month, told.rates) == (date(2025, 4, 1), (50,))
    assert (told.drawn, told.read, told.is_read) == (len(drawn), len(drawn) - 1, False)
    cut = ReviewCut(position=1, reason="not_done", is_all=True)
    review(world, "annick", drawn[0], "cut", cuts=[cut])
    told = _told(world)
    rest = 40 - len(drawn)
    assert (told.is_read, told.wrong, told.found_francs) == (True, 1, 800)
    assert told.rest == rest
    assert told.estimated is not None
    assert told.estimated.estimate_francs == round(rest * 800 / len(drawn))
    assert told.estimated.low_francs is None  # fewer than thirty: no interval


def _read_all(world: World, claims: list[int]) -> int:
    """Accept the drawn claims but one, cut whole; return that one."""
    drawn = _drawn(world, claims)
    for claim in drawn[1:]:
        review(world, "annick", claim, "accepted")
    cut = ReviewCut(position=1, reason="not_done", is_all=True)
    review(world, "annick", drawn[0], "cut", cuts=[cut])
    return drawn[0]


def _contest(world: World, claim: int) -> None:
    fabrice = world.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        version = Claim.objects.get(care_year=2025, pk=claim).version
        facility_reply(
            actor=fabrice, claim_id=claim, year=2025, version=version, is_agreed=False, text="Fait."
        )


def test_what_a_contest_gave_back_is_no_error(month: list[int], world: World) -> None:
    cut = _read_all(world, month)
    assert _told(world).found_francs == 800
    _contest(world, cut)
    told = _told(world)
    assert (told.is_read, told.wrong, told.found_francs) == (False, 0, 0)
    review(world, "annick", cut, "accepted")
    told = _told(world)
    assert (told.is_read, told.wrong) == (True, 0)
    assert told.estimated is not None
    assert told.estimated.estimate_francs == 0


def test_what_a_contest_gave_back_in_part_leaves_the_rest(month: list[int], world: World) -> None:
    cut = _read_all(world, month)
    _contest(world, cut)
    review(world, "annick", cut, "cut", cuts=[ReviewCut(position=1, reason="too_dear", francs=250)])
    assert _told(world).found_francs == 200


def test_a_decision_that_is_maintained_stays_an_error(month: list[int], world: World) -> None:
    cut = _read_all(world, month)
    _contest(world, cut)
    review(world, "annick", cut, "maintained", note="Rien au registre.")
    told = _told(world)
    assert (told.is_read, told.wrong, told.found_francs) == (True, 1, 800)


def test_what_is_taken_back_is_read_again_first(month: list[int], world: World) -> None:
    cut, medard = _read_all(world, month), world.actor("medard")
    with open_scope(medard, source="essai"):
        version = Claim.objects.get(care_year=2025, pk=cut).version
        reopen_claim(actor=medard, claim_id=cut, year=2025, version=version, because="Relire")
    assert not _told(world).is_read
    review(world, "medard", cut, "accepted")
    told = _told(world)
    assert (told.is_read, told.found_francs) == (True, 0)


def test_what_is_cancelled_is_not_waited_for(month: list[int], world: World) -> None:
    drawn, amina = _drawn(world, month), world.actor("amina")
    for claim in drawn[1:]:
        review(world, "annick", claim, "accepted")
    with open_scope(amina, source="essai"):
        told = {"claim_id": drawn[0], "year": 2025, "because": "Saisie deux fois"}
        cancel_claim(actor=amina, version=Claim.objects.get(pk=drawn[0]).version, **told)
    told_month = _told(world)
    assert (told_month.drawn, told_month.is_read) == (len(drawn) - 1, True)
    assert (told_month.cancelled, told_month.rest) == (1, 40 - len(drawn))


def test_what_nobody_read_is_told_by_sums_that_are_kept(month: list[int], world: World) -> None:
    with CaptureQueriesContext(connection) as captured:
        told = _told(world)
    asked = [query["sql"] for query in captured.captured_queries]
    assert not any("claims_decisionline" in sql for sql in asked)
    assert len(table_queries(asked)) <= 4
    assert (told.rest, told.drawn) == (40 - len(_drawn(world, month)), 40 - told.rest)


def test_what_a_signal_or_amount_sends_is_no_part_of_it(month: list[int], world: World) -> None:
    """A price above the tariff is read for itself: it says nothing of what nobody reads."""
    flagged = give_claim(world, lines=[(CONSULTATION, 1, 1_500)])
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[flagged], year=2025)
    assert not review(world, "annick", flagged, "accepted").is_sampled
    told = _told(world)
    assert told.drawn + told.rest == 40


def test_a_month_of_two_rates_says_nothing_of_the_rest(world: World, sign_in: Any) -> None:
    """Terms that were set before a month had one rate: nobody draws until the 14th, then all."""
    give_terms(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        ControlTerms.objects.create(
            tenant_id=world.tenants["CONAMUS"],
            in_force_from=date(2025, 4, 15),
            accepted_below_francs=20_000,
            sample_percent=100,
            second_reader_from_francs=100_000,
        )
    undrawn, drawn = _forty(world, date(2025, 4, 10)), _forty(world, date(2025, 4, 20))
    cut = ReviewCut(position=1, reason="not_done", is_all=True)
    for claim in drawn[:2]:
        review(world, "annick", claim, "cut", cuts=[cut])
    told = _told(world)
    assert told.rates == (0, 100)
    assert (told.read, told.found_francs, told.rest) == (2, 1_600, len(undrawn))
    assert told.estimated is None
    shown = text_of(sign_in("annick").get("/soins/examens/echantillon/"))
    assert "0&nbsp;% puis 100&nbsp;%" in shown


def test_each_sees_the_samples_that_are_theirs(world: World) -> None:
    for username, names in (("annick", {"UMUCO"}), ("medard", {"UMUCO", "INEZA"})):
        actor = world.actor(username)
        with open_scope(actor, source="essai"):
            assert {one.code for one in sampled_federations(actor)} == names
