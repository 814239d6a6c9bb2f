"""Deciding claims: every franc, by one road, never edited, never twice."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from claims.models import (
    BenefitPackage,
    Claim,
    ClaimSignal,
    ClaimStep,
    Decision,
    DecisionCut,
    DecisionLine,
    PackageClause,
)
from claims.rules.states import State
from claims.selectors.care_facts import load_cases
from claims.services.decisions import Tally, decide_submitted, lock_accounts, redo_decisions
from conamus.kernel.errors import DomainError, NotAllowed
from federations.models import HistoryEvent
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DAY, DRUG, give_claim, give_terms
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _decide(world: World, *claims: int, processing: str = "UMUCO") -> Tally:
    with open_scope(world.system(processing), source="essai"):
        return decide_submitted(actor=world.system(processing), claim_ids=claims, year=2025)


def _lines(world: World, claim: int, tenant: str = "UMUCO") -> list[tuple[int, ...]]:
    """Of the decision in force: asked, agreed, mutuelle, patient, other payer."""
    with open_scope(world.system(tenant), source="essai"):
        decision = Decision.objects.get(claim_id=claim, superseded_at__isnull=True)
        return list(
            DecisionLine.objects.filter(decision=decision)
            .order_by("position")
            .values_list(
                "asked_francs",
                "agreed_francs",
                "mutuelle_francs",
                "patient_francs",
                "other_payer_francs",
            )
        )


def test_each_franc_of_each_line(care: World) -> None:
    claim = give_claim(care, lines=[(CONSULTATION, 1, 1_000), (DRUG, 3, 500)], reason="PALU")
    assert _decide(care, claim) == Tally(decided=1, mutuelle_francs=2_000)
    assert _lines(care, claim) == [(1_000, 1_000, 800, 200, 0), (1_500, 1_500, 1_200, 300, 0)]


def test_the_steps_say_who_when_and_what(care: World) -> None:
    claim = give_claim(care)
    _decide(care, claim)
    with open_scope(care.system("UMUCO"), source="essai"):
        steps = ClaimStep.objects.filter(claim_id=claim).order_by("id")
        assert [(s.from_state, s.to_state, s.by_role) for s in steps] == [
            ("submitted", "checked", "system"),
            ("checked", "decided", "system"),
        ]
        assert Claim.objects.get(pk=claim).state == State.DECIDED


def test_what_is_large_waits_for_a_person_and_uses_no_ceiling(care: World) -> None:
    large = give_claim(care, lines=[(DRUG, 60, 500)])
    assert _decide(care, large) == Tally(to_review=1)
    with open_scope(care.system("UMUCO"), source="essai"):
        claim = Claim.objects.get(pk=large)
        assert (claim.state, claim.decision_id, claim.review_rank) == ("to_review", None, 240)
        assert ClaimStep.objects.get(claim_id=large, to_state="to_review").reason == "montant élevé"
        assert not Decision.objects.exists()


def test_a_price_above_the_tariff_is_the_facilitys_and_goes_to_a_person(care: World) -> None:
    claim = give_claim(care, lines=[(CONSULTATION, 1, 1_500)])
    assert _decide(care, claim).to_review == 1


def test_a_stay_of_a_hospital_by_its_own_tariff(care: World) -> None:
    claim = give_claim(
        care, facility="FS-T002", lines=[(CONSULTATION, 1, 2_000), (DAY, 2, 10_000)], days=3
    )
    assert _decide(care, claim).mutuelle_francs == 17_600


def test_the_ceiling_sees_what_was_accepted_before(care: World) -> None:
    claims = [give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, day)) for day in (1, 2, 3)]
    for claim in claims[:2]:
        _decide(care, claim)
    assert _decide(care, claims[2]).mutuelle_francs == 50_000 - 2 * 19_600
    with open_scope(care.system("UMUCO"), source="essai"):
        cut = DecisionCut.objects.get(decision__claim_id=claims[2])
        assert (cut.code, cut.francs, cut.bearer) == ("ceiling", 8_800, "patient")


def test_one_batch_counts_as_one_after_the_other(care: World) -> None:
    claims = [give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, day)) for day in (3, 1, 2)]
    assert _decide(care, *claims).mutuelle_francs == 50_000
    assert [_lines(care, claim)[0][2] for claim in claims] == [10_800, 19_600, 19_600]


def test_what_waits_uses_no_ceiling_of_its_batch(care: World) -> None:
    """48 000 of drugs wait for a person: what was sent with them is decided as if sent alone."""
    large = give_claim(care, lines=[(DRUG, 120, 500)], on=date(2025, 2, 1))
    small = give_claim(care, lines=[(DRUG, 20, 500)], on=date(2025, 2, 2))
    assert _decide(care, large, small) == Tally(decided=1, to_review=1, mutuelle_francs=8_000)
    before = _lines(care, small)
    manager = care.actor("amina")
    with open_scope(manager, source="essai"):
        redo_decisions(actor=manager, claim_ids=[small], year=2025)
    assert _lines(care, small) == before


def test_what_a_signal_holds_back_uses_no_ceiling_of_its_batch(care: World) -> None:
    """Two alike on one day are signalled, each for the other; the third has the whole ceiling."""
    twice = [give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, 1)) for _ in range(2)]
    third = give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, 20))
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        tally = decide_submitted(
            actor=system, claim_ids=[*twice, third], year=2025, looks_for_signals=True
        )
        raised = ClaimSignal.objects.filter(claim_id__in=twice, rule="same_care")
        assert raised.count() == 2
    assert tally == Tally(decided=1, to_review=2, mutuelle_francs=19_600)


def test_a_visitor_by_the_home_package_and_its_own_ceilings(care: World) -> None:
    """INEZA's centre decides for a member of UMUCO: UMUCO's earlier care counts."""
    first = give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, 1))
    second = give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, 2))
    _decide(care, first, second)
    away = give_claim(care, processing="INEZA", lines=[(DRUG, 49, 500)])
    assert _decide(care, away, processing="INEZA").mutuelle_francs == 10_800
    assert _lines(care, away)[0][2] == 10_800
    assert _lines(care, away, tenant="INEZA")[0][2] == 10_800


def test_free_care_is_the_states(care: World) -> None:
    """A child of three in a public facility: the mutuelle owes nothing, a person looks."""
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET birth_date = '2022-01-05',"
            " joined_on = '2024-02-01' WHERE number = 'UMU-1001-2'"
        )
    claim = give_claim(care, member="UMU-1001-2")
    assert _decide(care, claim) == Tally(to_review=1)


def test_a_chronic_reason_is_excluded_without_being_told(care: World) -> None:
    claim = give_claim(care, reason="DIAB")
    assert _decide(care, claim).mutuelle_francs == 0
    assert _lines(care, claim) == [(1_000, 1_000, 0, 1_000, 0)]


def test_redone_is_the_same_and_the_older_counts_no_more(care: World) -> None:
    claims = [give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, day)) for day in (1, 2, 3)]
    _decide(care, *claims)
    before = [_lines(care, claim) for claim in claims]
    manager = care.actor("amina")
    with open_scope(manager, source="essai"):
        redo_decisions(actor=manager, claim_ids=claims, year=2025)
    assert [_lines(care, claim) for claim in claims] == before
    with open_scope(care.system("UMUCO"), source="essai"):
        numbers = Decision.objects.filter(claim_id=claims[0]).order_by("number")
        assert [(d.number, d.superseded_at is None) for d in numbers] == [(1, False), (2, True)]


def test_a_decided_claim_is_not_decided_as_new(care: World) -> None:
    claim = give_claim(care)
    _decide(care, claim)
    with pytest.raises(DomainError, match="n’attend pas de vérification"):
        _decide(care, claim)


def test_who_enters_nothing_decides_nothing(care: World) -> None:
    claim = give_claim(care)
    for username in ("agnes", "amina", "annick"):
        actor = care.actor(username)
        with pytest.raises(NotAllowed), open_scope(actor, source="essai"):
            decide_submitted(actor=actor, claim_ids=[claim], year=2025)


def test_two_decisions_at_once_share_one_ceiling(own_database: World) -> None:
    """Two people of the centre decide two claims of one person at the same moment."""
    give_terms(own_database)
    first = give_claim(own_database, lines=[(DRUG, 49, 500)], on=date(2025, 2, 1))
    _decide(own_database, first)
    both = [
        give_claim(own_database, lines=[(DRUG, 49, 500)], on=date(2025, 2, day)) for day in (2, 3)
    ]
    start = Barrier(2)

    def decide(claim: int) -> None:
        start.wait()
        try:
            _decide(own_database, claim)
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(claim,)) for claim in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paid = [_lines(own_database, claim)[0][2] for claim in both]
    assert sorted(paid) == [10_800, 19_600]


def test_the_history_keeps_what_was_changed_and_not_the_way(care: World) -> None:
    decided, corrected = give_claim(care), give_claim(care, on=date(2025, 2, 3))
    _decide(care, decided, corrected)
    with open_scope(care.system("UMUCO"), source="essai"):
        both = Claim.objects.filter(care_year=2025, pk__in=[decided, corrected])
        both.filter(pk=corrected).update(version=9, received_on=date(2025, 5, 1))
        told = HistoryEvent.objects.filter(table_name="claims_claim", operation="U")
        assert list(told.values_list("row_id", "after")) == [
            (str(corrected), {"version": 9, "received_on": "2025-05-01"})
        ]


def test_a_claim_waits_for_another_of_its_household(
    own_database: World,
) -> None:
    give_terms(own_database)
    first = give_claim(own_database)
    second = give_claim(own_database, on=date(2025, 2, 3))
    order: list[str] = []
    begun = Barrier(2)

    def decide_other() -> None:
        begun.wait()
        _decide(own_database, second)
        order.append("other")
        connection.close()

    thread = Thread(target=decide_other)
    thread.start()
    with open_scope(own_database.system("UMUCO"), source="essai"):
        lock_accounts([first], 2025)
        begun.wait()
        thread.join(timeout=1)
        order.append("holder")
    thread.join()
    assert order == ["holder", "other"]


def test_conamus_prices_hold_where_it_has_no_package_of_the_year(world: World) -> None:
    """UMUCO lives by its own package; the tariff is CONAMUS's all the same."""
    give_terms(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        PackageClause.objects.all().delete()
        BenefitPackage.objects.all().delete()
    umuco = world.tenants["UMUCO"]
    with open_scope(world.system("UMUCO"), source="essai"):
        own = BenefitPackage(
            tenant_id=umuco, year_id=2025, state="in_force", in_force_from=date(2025, 1, 1)
        )
        own.save()
        PackageClause(tenant_id=umuco, package=own, kind="rate", percent=80).save()
    claim = give_claim(world, lines=[(CONSULTATION, 1, 1_500)])
    with open_scope(world.system("UMUCO"), source="essai"):
        [case] = load_cases([claim], 2025)
    assert [line.agreed_price_francs for line in case.care.lines] == [1_000]


def test_the_queries_do_not_grow_with_the_batch(
    care: World, django_assert_num_queries: Callable
) -> None:
    claims = [give_claim(care, on=date(2025, 2, day)) for day in range(1, 21)]
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        with django_assert_num_queries(9):
            decide_submitted(actor=system, claim_ids=claims[:1], year=2025)
        with django_assert_num_queries(9):
            decide_submitted(actor=system, claim_ids=claims[1:], year=2025)
