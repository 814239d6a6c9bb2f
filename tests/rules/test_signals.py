"""Whatever the peers, the funnel is orderly: nobody moves the others, few cases prove little."""

import json
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.rules.adjudication import adjudicate
from claims.rules.signals import BY_CODE, RULES, SignalFacts, signal_sentence, signals_of
from claims.rules.signals.across import Part, Settled, across_federations
from claims.rules.signals.facilities import BY_CODE as FACILITY_RULES
from claims.rules.signals.facilities import (
    FacilityMonth,
    facility_signals_of,
    peer_groups,
)
from claims.rules.signals.funnels import funnel_of
from claims.rules.signals.peers import Measure, peers_of
from tests.rules.care_builders import random_care, random_package, seeds


def _months(costs: list[int], cases: int = 100) -> list[FacilityMonth]:
    return [
        FacilityMonth(
            facility=f"F{n}",
            name=f"F{n}",
            level="CDS",
            ownership="public",
            cases=cases,
            asked_francs=cases * cost,
            asked_squares=cases * cost**2 * 1.25,
        )
        for n, cost in enumerate(costs)
    ]


@settings(max_examples=200, deadline=None)
@given(seeds())
def test_whatever_the_claim_each_signal_is_said_from_what_it_kept(rng: Random) -> None:
    """The facts go through JSON, as the column keeps them, and still make a sentence."""
    care = random_care(rng)
    claim = SignalFacts(
        care=care,
        decision=adjudicate(care, random_package(rng)),
        stub="KIN-000001",
        facility="F1",
        facility_name="CDS Mutoyi",
        district="Gitega",
        asked_francs=1,
        has_books=True,
        died_on=care.starts_on if rng.randrange(3) else None,
    )
    found = signals_of(claim)
    assert found, "a stub of no book is always signalled"
    for raised in found:
        said = signal_sentence(raised.rule, json.loads(json.dumps(raised.facts)))
        assert said.endswith(".")
        assert said != f"{BY_CODE[raised.rule].label}."


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(100, 10**7), min_size=9, max_size=30), st.integers(1, 10**9))
def test_one_facility_does_not_move_the_limits_of_its_peers(costs: list[int], cost: int) -> None:
    """However much one bills, the centre stays between the others' values."""
    measures = [Measure(str(n), 50, float(one), 0.5) for n, one in enumerate(costs)]
    peers = peers_of([*measures, Measure("x", 50, float(cost), 0.5)])
    assert peers is not None
    assert min(costs) * 0.999 <= peers.usual <= max(costs) * 1.001


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(100, 10**6), min_size=6, max_size=20), st.integers(5, 500))
def test_limits_narrow_and_values_are_drawn_less_as_cases_grow(costs: list[int], few: int) -> None:
    peers = peers_of([Measure(str(n), 40, float(one), 1.0) for n, one in enumerate(costs)])
    assert peers is not None
    low, high = peers.limits(few)
    later_low, later_high = peers.limits(10 * few)
    assert low <= later_low <= peers.usual <= later_high <= high
    value = peers.usual * 3
    drawn, less_drawn = (peers.shrunk(Measure("x", n, value, 1.0)) for n in (few, 10 * few))
    assert peers.usual <= drawn <= less_drawn <= value * 1.000001


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(500, 50_000), min_size=5, max_size=25), st.integers(5, 300))
def test_who_is_named_on_the_funnel_is_who_is_signalled(costs: list[int], cases: int) -> None:
    months = _months(costs, cases)
    [group] = peer_groups(months)
    funnel = funnel_of(group)
    assert funnel is not None
    signalled = [one.facility for one in facility_signals_of(months) if one.rule == "facility_cost"]
    assert sorted(place.month.facility for place in funnel.far) == sorted(signalled)
    assert [one.cases for one in funnel.bounds] == sorted({one.cases for one in funnel.bounds})


def test_codes_are_short_and_of_one_rule_each() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes) == len(BY_CODE)
    assert not set(codes) & set(FACILITY_RULES)
    assert max(map(len, [*codes, *FACILITY_RULES])) <= 30


def test_a_signal_outlives_its_rules_wording() -> None:
    assert signal_sentence("price", {}) == "Prix au-dessus du tarif."
    assert signal_sentence("gone", {}) == "Règle retirée depuis."
    assert signal_sentence("facility_runs", {}) == "Suite de montants égaux."
    assert signal_sentence("gone", {}) == "Règle retirée depuis."


def test_ordinary_to_each_federation_and_far_over_all() -> None:
    """Ten cases a federation leave room to chance; forty do not."""
    parts = [
        Part(federation, month, Settled(opened=1))
        for federation in ("A", "B", "C", "D")
        for month in _months([1_000] * 8 + [1_550], cases=10)
    ]
    first, *others = across_federations(parts, {"F8": Settled(opened=2, confirmed=1)})
    assert (first.whole.care.facility, first.whole.care.cases, first.whole.is_far) == (
        "F8",
        40,
        True,
    )
    assert first.whole.signals == Settled(opened=6, confirmed=1)
    assert [one.is_far for one in first.parts.values()] == [False] * 4
    assert not any(one.whole.is_far for one in others)
    assert [one.whole.care.asked_francs for one in others] == [40_000] * 8


def test_without_peers_nothing_is_usual() -> None:
    [alone] = across_federations([Part("A", _months([1_000])[0], Settled())])
    assert (alone.whole.usual, alone.whole.distance, alone.is_to_see) == (None, None, False)
