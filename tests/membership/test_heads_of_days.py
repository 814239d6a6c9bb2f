"""The head of a household on a day that is over: who it was then, whoever it is today."""

from datetime import date

import pytest

from membership.models import Beneficiary
from membership.selectors.indicators import Breakdown, insured_on
from membership.selectors.open_rights import insured_people
from membership.services.life_events import (
    add_dependant,
    name_new_head,
    record_death,
    record_departure,
)
from membership.services.merges import merge_people
from membership.services.people import PersonFacts
from membership.services.taken_back import take_back_leaving

BEFORE, MARRIED, NAMED, LATER = (date(2025, 6, day) for day in (1, 10, 20, 30))
FIRST, SECOND = "UMU-1001-0", "UMU-1001-1"


def _person(number: str) -> Beneficiary:
    return Beneficiary.objects.get(number=number)


def _head(actor, day: date) -> str:
    """Return the number of the head of UMU-1001 on a day."""
    heads = [one.beneficiary_id for one in insured_people(actor.tenant_id, day) if one.is_head]
    [number] = Beneficiary.objects.filter(
        pk__in=heads, household__number="UMU-1001"
    ).values_list("number", flat=True)  # fmt: skip
    return number


def _name(actor, number: str, day: date) -> None:
    new = _person(number)
    name_new_head(
        actor=actor, household_id=new.household_id, new_head_id=new.pk, named_on=day,
        former_becomes="other",
    )  # fmt: skip


def _counts(groups, count: str) -> dict[tuple[int, str], int]:
    told = {(one.unit_id, one.group_key): getattr(one, count) for one in groups}
    return {key: number for key, number in told.items() if number}


def _widowed(actor) -> None:
    record_death(
        actor=actor, person_id=_person(FIRST).pk, died_on=NAMED, new_head_id=_person(SECOND).pk
    )


def test_who_came_later_was_not_the_head_before(world, as_actor) -> None:
    """A wife who married in on the 10th and is head since the 20th; the man stays."""
    amina = world.actor("amina")
    with as_actor(amina):
        before = {by: insured_on(amina, BEFORE, by) for by in Breakdown}
        bride = PersonFacts(
            family_name="Keza", given_name="Ange", sex="F", birth_date=date(1990, 3, 4),
            relationship="spouse",
        )  # fmt: skip
        record_departure(
            actor=amina, person_id=_person(SECOND).pk, left_on=BEFORE, because="departure",
            backdating_reason="essai",
        )  # fmt: skip
        added = add_dependant(
            actor=amina, household_id=world.households["UMU-1001"], facts=bride,
            joined_on=MARRIED, by_marriage=True, is_confirmed=True, backdating_reason="essai",
        )  # fmt: skip
        _name(amina, added.number, NAMED)
        assert _head(amina, BEFORE) == _head(amina, MARRIED) == FIRST
        assert _head(amina, NAMED) == _head(amina, LATER) == added.number
        for by, groups in before.items():
            now = insured_on(amina, BEFORE, by)
            for count in ("male_heads", "female_heads"):
                assert _counts(groups, count) == _counts(now, count), by


def test_who_stepped_down_and_came_back_was_head_in_between_only(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        _name(amina, SECOND, MARRIED)
        _name(amina, FIRST, NAMED)
        days = (BEFORE, MARRIED, NAMED, LATER)
        assert [_head(amina, day) for day in days] == [FIRST, SECOND, FIRST, FIRST]


def test_the_day_of_a_death_is_still_the_heads(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        _widowed(amina)
        assert [_head(amina, day) for day in (BEFORE, NAMED, LATER)] == [FIRST, FIRST, SECOND]


def test_a_death_taken_back_changes_no_day_before(world, as_actor) -> None:
    """The man is back as a member; the woman who was named goes on until he takes the place."""
    amina = world.actor("amina")
    with as_actor(amina):
        _widowed(amina)
        take_back_leaving(
            actor=amina, person_id=_person(FIRST).pk, because="homonyme", returns_as="spouse"
        )
        assert [_head(amina, day) for day in (BEFORE, NAMED, LATER)] == [FIRST, SECOND, SECOND]


def test_who_was_never_there_is_counted_on_no_day(world, as_actor) -> None:
    """A child entered by mistake, and another of whom there was a record already."""
    amina = world.actor("amina")
    with as_actor(amina):
        before = len(insured_people(amina.tenant_id, LATER))
        twin, mistake = _person("UMU-1001-2"), _person("UMU-1002-2")
        record_departure(actor=amina, person_id=mistake.pk, left_on=LATER, because="mistake")
        assert len(insured_people(amina.tenant_id, BEFORE)) == before - 1
        known = _person("UMU-2001-2")
        merge_people(actor=amina, kept_id=known.pk, dropped_id=twin.pk, because="deux fiches")
        assert len(insured_people(amina.tenant_id, BEFORE)) == before - 2


@pytest.mark.parametrize("by", list(Breakdown))
def test_each_breakdown_has_as_many_households(world, as_actor, by) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        _name(amina, SECOND, MARRIED)
        for day in (BEFORE, MARRIED, LATER):
            groups = insured_on(amina, day, by)
            assert sum(one.male_heads + one.female_heads for one in groups) == 6
        heads = {one.sex for one in insured_people(amina.tenant_id, BEFORE) if one.is_head}
    assert heads == {"M", "F"}
