"""The table of a claim's moves, as a whole."""

import pytest

from claims.rules.states import (
    ACCEPTED,
    ENDED,
    MOVES,
    Side,
    State,
    check_move,
    may_move,
    moves_from,
)
from conamus.kernel.errors import DomainError
from federations.rules.roles import Role


def test_every_state_can_be_reached_from_the_beginning() -> None:
    reached: set[State | None] = {None}
    for _ in State:
        reached |= {move.target for move in MOVES if move.source in reached}
    assert reached == {None, *State}


def test_nothing_leaves_what_is_ended() -> None:
    assert not [move for move in MOVES if move.source in ENDED]
    assert {move.source for move in MOVES} == {None, *State} - ENDED


def test_a_pair_of_states_stands_once_in_the_table() -> None:
    pairs = [(move.source, move.target) for move in MOVES]
    assert len(pairs) == len(set(pairs))


def test_cancelled_only_before_it_is_decided() -> None:
    before = {State.ENTERED, State.SUBMITTED, State.CHECKED, State.TO_REVIEW}
    assert {move.source for move in MOVES if move.target is State.CANCELLED} == before


def test_superseded_only_once_it_is_decided() -> None:
    sources = {move.source for move in MOVES if move.target is State.SUPERSEDED}
    assert sources <= ACCEPTED


def test_what_is_superseded_or_cancelled_counts_for_no_ceiling() -> None:
    """models-to-learn-from.md, « cancelled decisions that still consume a ceiling »."""
    assert not ACCEPTED & ENDED
    assert not ACCEPTED & {State.ENTERED, State.SUBMITTED, State.CHECKED, State.TO_REVIEW}


def test_no_bill_is_older_than_its_decision() -> None:
    """Every way to payment goes through « decided », then « final »."""
    # A payment that is undone leads back to what waits for payment, and no further; the answer to
    # what is contested on a settled invoice, to where the invoice stands.
    sources = {move.source for move in MOVES if move.target is State.INVOICED}
    assert sources == {State.FINAL, State.PAID, State.CONTESTED}
    sources = {move.source for move in MOVES if move.target is State.PAID}
    assert sources == {State.INVOICED, State.CONTESTED}
    reached: set[State | None] = {None}
    for _ in State:
        reached |= {
            move.target
            for move in MOVES
            if move.source in reached and move.target is not State.DECIDED
        }
    assert not reached & {State.FINAL, State.INVOICED, State.PAID}


def test_the_facility_and_the_home_side_decide_and_pay_nothing() -> None:
    targets = {
        move.target for move in MOVES for side, _ in move.who if side in (Side.FACILITY, Side.HOME)
    }
    assert targets == {
        State.ENTERED, State.SUBMITTED, State.CANCELLED, State.CONTESTED, State.FINAL,
    }  # fmt: skip


def test_only_doctors_and_nurses_decide_what_is_reviewed() -> None:
    deciders = {
        role
        for role in Role
        for side in Side
        if may_move(State.TO_REVIEW, State.DECIDED, side=side, role=role)
    }
    assert deciders == {Role.MEDICAL_ADVISER, Role.ADVISING_NURSE}


@pytest.mark.parametrize("source", [None, *State])
@pytest.mark.parametrize("target", State)
def test_the_check_agrees_with_the_table(source: State | None, target: State) -> None:
    for side in Side:
        for role in Role:
            if may_move(source, target, side=side, role=role):
                check_move(source, target, side=side, role=role)
                assert source is None or target in {
                    move.target for move in moves_from(source, side=side, role=role)
                }
            else:
                with pytest.raises(DomainError):
                    check_move(source, target, side=side, role=role)


def test_every_state_and_side_has_its_french_name() -> None:
    assert len({state.label for state in State}) == len(State)
    assert all(side.label for side in Side)
