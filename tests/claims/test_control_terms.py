"""Terms of control: they leave the past as it was, and a month's sample has one rate."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claims.models import ControlTerms
from claims.selectors.control import control_terms
from claims.services.control_terms import NewControlTerms, set_control_terms
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.money import TODAY
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    """CONAMUS's terms since the year began: two in a hundred are drawn."""
    give_terms(world, sample_percent=2)
    return world


def _set(world: World, on: date, percent: str, by: str = "amina") -> ControlTerms:
    actor = world.actor(by)
    terms = NewControlTerms(
        in_force_from=on,
        accepted_below_francs=10_000,
        sample_percent=Decimal(percent),
        second_reader_from_francs=100_000,
        reply_days=30,
        contest_days=30,
    )
    with open_scope(actor, source="essai"):
        return set_control_terms(actor=actor, terms=terms)


def _refused(world: World, on: date, percent: str) -> str | None:
    with pytest.raises(DomainError) as refused:
        _set(world, on, percent)
    [one] = refused.value.each()
    return one.field


@pytest.mark.parametrize("on", [TODAY, date(2025, 7, 2), date(2025, 7, 31)])
def test_another_rate_begins_with_a_month(care: World, on: date) -> None:
    assert _refused(care, on, "5") == "in_force_from"


def test_on_the_first_itself_the_morning_was_drawn_already(care: World, settings: Any) -> None:
    settings.BUSINESS_DATE = date(2025, 7, 1)
    assert _refused(care, date(2025, 7, 1), "5") == "in_force_from"


def test_the_first_of_a_month_to_come_has_a_new_rate(care: World) -> None:
    _set(care, date(2025, 7, 1), "5")
    with open_scope(care.actor("amina"), source="essai"):
        terms = control_terms(care.tenants["UMUCO"])
        rates = [terms.sample_rates(date(2025, month, 1)) for month in (6, 7)]
    assert rates == [(Decimal(2),), (Decimal(5),)]


def test_amounts_change_any_day_to_come_by_the_same_rate(care: World) -> None:
    assert _set(care, TODAY, "2").accepted_below_francs == 10_000
    assert _set(care, date(2025, 7, 17), "2").pk


def test_no_terms_of_its_own_reach_under_those_of_conamus(care: World) -> None:
    """By them the days that are over were drawn."""
    assert _refused(care, date(2025, 6, 1), "2") == "in_force_from"
    assert _refused(care, date(2025, 6, 1), "5") == "in_force_from"


def test_terms_to_come_do_not_split_the_month_that_is_put_before_them(care: World) -> None:
    _set(care, date(2025, 7, 17), "2")
    assert _refused(care, date(2025, 7, 1), "5") == "sample_percent"
    assert _set(care, date(2025, 8, 1), "5").pk


def test_the_first_terms_of_all_begin_on_any_day(world: World) -> None:
    """Before them a person saw every claim: nothing was drawn."""
    assert _set(world, date(2025, 3, 12), "5", by="clara").pk
