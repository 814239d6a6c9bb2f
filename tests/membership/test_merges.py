"""Two records of one person: one is kept, both numbers lead to it, the earliest entry counts."""

from datetime import date

import pytest

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from membership.models import Beneficiary, DuplicatePair, Household
from membership.selectors.households import found_by, households
from membership.services.households import register_household
from membership.services.merges import merge_people
from tests.membership.families import family, head, person

WHY = "inscrit deux fois en mars"


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
        merged = merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk, because=WHY)
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
            merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk, because=WHY)


def test_a_head_with_others_is_not_dropped(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        alone, with_child = _heads(twice)
        with pytest.raises(DomainError, match="nommez d’abord"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=with_child.pk, because=WHY)
        other = Beneficiary.objects.get(household=twice[1], relationship="child")
        with pytest.raises(DomainError, match="même sexe"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=other.pk, because=WHY)
        with pytest.raises(DomainError, match="différentes"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=alone.pk, because=WHY)


def test_merging_is_decided_within_the_federation(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        keys = [one.pk for one in _heads(twice)]
    for username, refusal in (("agnes", NotAllowed), ("bernard", NotFound)):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(refusal):
            merge_people(actor=actor, kept_id=keys[0], dropped_id=keys[1], because=WHY)


@pytest.fixture
def mother_and_daughter(world, as_actor):
    """Two women of one household whose names have nothing in common, 22 years apart."""
    amina = world.actor("amina")
    mother = head(family_name="Nshimirimana", given_name="Rose", sex="F")
    daughter = person("Ange", family_name="Keza", birth_date=date(2007, 4, 5))
    with as_actor(amina):
        made = register_household(actor=amina, facts=family(world, mother, daughter))
        people = {one.given_name: one for one in Beneficiary.objects.filter(household=made)}
    return people["Rose"], people["Ange"]


def test_a_mother_and_her_daughter_are_not_one_person(mother_and_daughter, world, as_actor) -> None:
    amina = world.actor("amina")
    mother, daughter = mother_and_daughter
    given = {"actor": amina, "kept_id": mother.pk, "dropped_id": daughter.pk}
    with as_actor(amina):
        with pytest.raises(DomainError, match="ce sont deux personnes"):
            merge_people(**given, because=WHY)
        Beneficiary.objects.filter(pk=daughter.pk).update(birth_date=date(1989, 4, 5))
        with pytest.raises(DomainError, match="pourquoi") as refused:
            merge_people(**given, because="  ")
        assert refused.value.field == "because"
        assert merge_people(**given, because=WHY).pk == mother.pk


def test_a_name_in_common_may_be_two_records_whatever_the_year(
    mother_and_daughter, world, as_actor
) -> None:
    amina = world.actor("amina")
    mother, daughter = mother_and_daughter
    with as_actor(amina):
        Beneficiary.objects.filter(pk=daughter.pk).update(family_name="NSHIMIRIMANA")
        merged = merge_people(
            actor=amina, kept_id=mother.pk, dropped_id=daughter.pk, because=WHY
        )  # fmt: skip
        assert merged.pk == mother.pk


def test_the_page_shows_both_records_before_it_merges(
    mother_and_daughter, world, as_actor, sign_in
) -> None:
    mother, daughter = mother_and_daughter
    client, at = sign_in("amina"), f"/menages/personnes/{mother.pk}/fusionner/"
    asked = client.get(at).content.decode()
    assert "Comparer</button>" in asked
    assert "Fiche gardée" not in asked
    assert "Personne ne porte ce numéro" in client.get(at, {"number": "UMU-99"}).content.decode()
    shown = client.get(at, {"number": daughter.number.lower()}).content.decode()
    for told in ("Personnes différentes, ressemblance 0 sur 100", "noms différents", "05/04/2007"):
        assert told in shown
    sent = {"number": daughter.number, "kept": "this"}
    unexplained = client.post(at, sent)
    assert unexplained.status_code == 422
    refused = client.post(at, {**sent, "because": WHY})
    assert refused.status_code == 422
    assert "ce sont deux personnes" in refused.content.decode()
    amina = world.actor("amina")
    with as_actor(amina):
        Beneficiary.objects.filter(pk=daughter.pk).update(birth_date=date(1985, 1, 1))
    assert client.post(at, {**sent, "because": WHY}).status_code == 302
    with as_actor(amina):
        gone = Beneficiary.objects.get(pk=daughter.pk)
        assert gone.left_because == "merged"
