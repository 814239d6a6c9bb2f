"""Households that pass to another unit: where lists hold them, and where a day counts them."""

from datetime import date, timedelta

import pytest

from conamus.kernel.errors import DomainError
from membership.models import Household
from membership.selectors.cards import without_card
from membership.selectors.indicators import Breakdown, insured_on
from membership.selectors.papers import enrolled_in, register_of, sheet_of
from membership.services.transfers import move_household
from membership.services.units_move import move_batch

NUMBER = "UMU-1001"
TODAY = date(2025, 6, 30)
MOVED_ON = date(2025, 6, 10)


def _move(world, amina, moved_on: date = MOVED_ON, to: str = "UMU-S2") -> Household:
    return move_household(
        actor=amina, household_id=world.households[NUMBER], version=None,
        unit_id=world.units[to], moved_on=moved_on,
    )  # fmt: skip


def _listed(actor, unit_id: int) -> set[str]:
    rows = enrolled_in(actor, unit_id=unit_id, year=2025)
    return {row.household.number for row in rows}


def _insured(actor, day: date) -> dict[int, int]:
    groups = insured_on(actor, day, Breakdown.UNIT)
    return {group.unit_id: group.male_heads + group.female_heads for group in groups}


def test_lists_hold_the_household_where_it_stands_now(world, as_actor) -> None:
    amina = world.actor("amina")
    left, reached = world.units["UMU-S1"], world.units["UMU-S2"]
    with as_actor(amina):
        assert NUMBER in _listed(amina, left)
        _move(world, amina)
        assert NUMBER not in _listed(amina, left)
        assert NUMBER in _listed(amina, reached)
        sheet = sheet_of(amina, unit_id=reached, year=2025, on=TODAY)
        assert NUMBER in {one.enrolment.household.number for one in register_of(amina, sheet)}
        assert NUMBER in {
            one.number for one in without_card(amina, unit_id=reached, year=2025)
        }  # fmt: skip
        assert not without_card(amina, unit_id=left, year=2025).filter(number=NUMBER).exists()


def test_a_whole_section_keeps_its_lists_where_it_went(world, as_actor) -> None:
    amina = world.actor("amina")
    left, reached = world.units["UMU-S1"], world.units["UMU-S2"]
    with as_actor(amina):
        both = _listed(amina, left) | _listed(amina, reached)
        assert _listed(amina, left)
        move_batch(actor=amina, from_unit_id=left, to_unit_id=reached, moved_on=TODAY)
        assert _listed(amina, left) == set()
        assert _listed(amina, reached) == both


def test_a_household_is_insured_in_the_unit_of_the_day(world, as_actor) -> None:
    amina = world.actor("amina")
    left, reached = world.units["UMU-S1"], world.units["UMU-S2"]
    with as_actor(amina):
        before = _insured(amina, MOVED_ON)
        _move(world, amina)
        after = _insured(amina, MOVED_ON)
        assert (after[left], after[reached]) == (before[left] - 1, before[reached] + 1)
        assert _insured(amina, MOVED_ON - timedelta(days=1)) == before
        _move(world, amina, MOVED_ON + timedelta(days=5), "UMU-S1")
        assert _insured(amina, MOVED_ON + timedelta(days=4)) == after
        assert _insured(amina, TODAY) == before


def test_a_section_is_insured_where_it_went_from_the_day_on(world, as_actor) -> None:
    amina = world.actor("amina")
    left, reached = world.units["UMU-S1"], world.units["UMU-S2"]
    with as_actor(amina):
        before = _insured(amina, MOVED_ON)
        move_batch(actor=amina, from_unit_id=left, to_unit_id=reached, moved_on=MOVED_ON)
        after = _insured(amina, MOVED_ON)
        assert left not in after
        assert after[reached] == before[left] + before[reached]
        assert _insured(amina, MOVED_ON - timedelta(days=1)) == before


def test_moves_are_told_in_their_order(world, as_actor) -> None:
    """A household is in one unit a day: nothing is put before its latest move."""
    amina = world.actor("amina")
    with as_actor(amina):
        _move(world, amina)
        with pytest.raises(DomainError, match="10/06/2025") as refused:
            _move(world, amina, MOVED_ON - timedelta(days=1), "UMU-S1")
        assert refused.value.field == "moved_on"
