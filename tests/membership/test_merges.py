"""Two records of one person: one is kept, both numbers lead to it, the earliest entry counts."""

from datetime import date

import pytest

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from membership.models import Beneficiary, DuplicatePair, Household
from membership.selectors.households import found_by, households
from membership.services.households import register_household
from membership.services.merges import merge_people
from tests.membership.families import family, head, person


@pytest.fixture
def twice(world, as_actor):
    """A man registered alone, and again as a head with a child; UMUCO's section 1."""
    amina = world.actor("amina")
    with as_actor(amina):
        first = register_household(actor=amina, facts=family(world, head(phone="79123456")))
        second = register_household(
            actor=amina, facts=family(world, head(), person("Ange")), is_confirmed=True
        )
        Beneficiary.objects.filter(household=first).update(joined_on=date(2022, 1, 1))
    return first, second


def _heads(twice) -> list[Beneficiary]:
    return [
        Beneficiary.objects.get(household=household, relationship="head") for household in twice
    ]


def test_both_numbers_lead_to_the_record_that_is_kept(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        dropped, kept = _heads(twice)
        pair = DuplicatePair.objects.create(
            tenant_id=amina.tenant_id, first=dropped, second=kept, score=99, reasons="noms"
        )
        merged = merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk)
        assert (merged.joined_on, merged.phone) == (date(2022, 1, 1), "79123456")
        gone = Beneficiary.objects.get(pk=dropped.pk)
        assert gone.left_because == "merged"
        alone = Household.objects.get(pk=twice[0].pk)
        assert alone.closed_because == "merged"
        for number in (dropped.number, twice[0].number):
            keys = {row.pk for row in found_by(households(amina), actor=amina, text=number)}
            assert twice[1].pk in keys
        pair.refresh_from_db()
        assert (pair.state, pair.decided_by) == ("merged", amina.name)
        with pytest.raises(Conflict):
            merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk)


def test_a_head_with_others_is_not_dropped(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        alone, with_child = _heads(twice)
        with pytest.raises(DomainError, match="nommez d’abord"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=with_child.pk)
        other = Beneficiary.objects.get(household=twice[1], relationship="child")
        with pytest.raises(DomainError, match="même sexe"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=other.pk)
        with pytest.raises(DomainError, match="différentes"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=alone.pk)


def test_merging_is_decided_within_the_federation(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        keys = [one.pk for one in _heads(twice)]
    for username, refusal in (("agnes", NotAllowed), ("bernard", NotFound)):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(refusal):
            merge_people(actor=actor, kept_id=keys[0], dropped_id=keys[1])
