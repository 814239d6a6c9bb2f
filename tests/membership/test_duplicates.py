"""The queue of duplicates: found over the register, decided once, never asked again."""

from datetime import date

import pytest

from conamus.kernel.errors import Conflict, NotAllowed, NotFound
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, DuplicatePair, FormerNumber
from membership.selectors.duplicates import pairs
from membership.services.duplicates import (
    look_again,
    mark_distinct,
    merge_pair,
    request_duplicate_search,
    search_duplicates,
)
from membership.services.people import save_person


def quiet(done: int, total: int, step: str) -> None:
    """Nobody watches."""


def the_pair(actor, people) -> DuplicatePair:
    with open_scope(actor, source="essai"):
        return pairs(actor).get(
            first_id__in=[one.pk for one in people], second_id__in=[one.pk for one in people]
        )


@pytest.fixture
def twice(world, as_actor):
    """Somebody's record, and the same person written again in another household of UMUCO.

    The world's people share a few names: what they look alike is decided beforehand.
    """
    search_duplicates(actor=world.actor("amina"), progress=quiet, source="essai")
    with as_actor(world.actor("amina")):
        DuplicatePair.objects.update(state=DuplicatePair.State.DISTINCT)
    with as_actor(world.actor("amina")):
        first = Beneficiary.objects.filter(
            tenant_id=world.tenants["UMUCO"], relationship="child", left_on__isnull=True
        ).order_by("pk")[0]
        first.family_name, first.given_name = "Ndikuriyo", "Scholastique"
        save_person(first)
        home = (
            Beneficiary.objects.filter(tenant_id=world.tenants["UMUCO"], relationship="head")
            .exclude(household_id=first.household_id)
            .filter(household__unit_id=first.household.unit_id)
            .order_by("pk")[0]
            .household
        )
        again = Beneficiary(
            tenant_id=first.tenant_id, household=home, number=f"{home.number}-77",
            family_name="SKOLASTIKE", given_name="Ndikuliyo", sex=first.sex,
            birth_date=first.birth_date, relationship="other", joined_on=date(2025, 2, 1),
        )  # fmt: skip
        save_person(again)
    return first, again


def test_a_search_fills_the_queue_once(world, as_actor, twice) -> None:
    first, again = twice
    amina = world.actor("amina")
    assert search_duplicates(actor=amina, progress=quiet, source="essai") == 1
    assert search_duplicates(actor=amina, progress=quiet, source="essai") == 0
    with as_actor(amina):
        pair = the_pair(amina, twice)
        assert (pair.first_id, pair.second_id) == tuple(sorted((first.pk, again.pk)))
        assert "mêmes noms" in pair.reasons


def test_what_is_decided_is_not_asked_again_until_taken_back(world, as_actor, twice) -> None:
    amina = world.actor("amina")
    search_duplicates(actor=amina, progress=quiet, source="essai")
    with as_actor(amina):
        pair = the_pair(amina, twice)
        assert mark_distinct(actor=amina, pair_id=pair.pk).decided_by == amina.name
        with pytest.raises(Conflict):
            mark_distinct(actor=amina, pair_id=pair.pk)
    assert search_duplicates(actor=amina, progress=quiet, source="essai") == 0
    with as_actor(amina):
        assert look_again(actor=amina, pair_id=pair.pk).state == DuplicatePair.State.WAITING


def test_merging_keeps_one_and_the_other_s_number_leads_to_it(world, as_actor, twice) -> None:
    first, again = twice
    amina = world.actor("amina")
    search_duplicates(actor=amina, progress=quiet, source="essai")
    with as_actor(amina):
        pair = the_pair(amina, twice)
        kept = merge_pair(actor=amina, pair_id=pair.pk, kept_id=first.pk)
        assert kept.pk == first.pk
        again.refresh_from_db()
        assert again.left_because == Beneficiary.Leaving.MERGED
        assert FormerNumber.objects.get(number=again.number).beneficiary_id == first.pk
        assert the_pair(amina, twice).state == DuplicatePair.State.MERGED


def test_only_who_decides_searches_and_only_the_own_federation_sees(world, as_actor, twice) -> None:
    search_duplicates(actor=world.actor("amina"), progress=quiet, source="essai")
    with as_actor(world.actor("amina")):
        pair = the_pair(world.actor("amina"), twice)
    agnes, bernard = world.actor("agnes"), world.actor("bernard")
    with as_actor(agnes), pytest.raises(NotAllowed):
        request_duplicate_search(actor=agnes)
    with as_actor(bernard):
        assert not DuplicatePair.objects.exists()
        with pytest.raises(NotFound):
            mark_distinct(actor=bernard, pair_id=pair.pk)


def test_the_pages_show_the_queue_and_decide(world, sign_in, twice) -> None:
    search_duplicates(actor=world.actor("amina"), progress=quiet, source="essai")
    client = sign_in("amina")
    queue = client.get("/doublons/")
    assert "1 à examiner" in queue.content.decode()
    with_pair = client.get("/doublons/?state=")
    assert with_pair.status_code == 200
    address = f"/doublons/{the_pair(world.actor('amina'), twice).pk}/"
    assert "Ce sont deux personnes" in client.get(address).content.decode()
    answer = client.post(address, {"decision": "distinct"}, follow=True)
    assert "ne sera plus proposée" in answer.content.decode()
    assert client.post(address, {"decision": "keep-1"}).status_code >= 400
