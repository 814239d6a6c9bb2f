"""What happens in a household: dated, checked, told in its timeline; nobody is erased."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from membership.models import Beneficiary, Campaign, Enrolment, Household, LifeEvent
from membership.selectors.backdatings import backdatings
from membership.selectors.rights import coverage_of_household
from membership.services.corrections import HouseholdDetails, correct_household, correct_person
from membership.services.households import PossibleDuplicates, register_household
from membership.services.life_events import (
    add_dependant,
    name_new_head,
    record_birth,
    record_death,
    record_departure,
)
from membership.services.people import PersonFacts
from membership.services.standing import close_household, reinstate, strike_off
from tests.membership.families import TODAY, family, head, person


def _member(world, rank, number="UMU-1001") -> Beneficiary:
    return Beneficiary.objects.get(household_id=world.households[number], number=f"{number}-{rank}")


def _kinds(world, number="UMU-1001") -> list[str]:
    rows = LifeEvent.objects.filter(household_id=world.households[number])
    return list(rows.order_by("pk").values_list("kind", flat=True))


def _born(world, agnes, **more):
    facts = person("Bébé", **{"birth_date": date(2025, 6, 1), **more.pop("facts", {})})
    return record_birth(
        actor=agnes, household_id=world.households["UMU-1001"], facts=facts,
        **{"declared_on": TODAY, **more},
    )  # fmt: skip


def test_a_birth_is_since_its_day_and_declared_today(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        child = _born(world, agnes, key="b1")
        assert (child.joined_on, child.declared_on) == (date(2025, 6, 1), TODAY)
        assert child.number == "UMU-1001-04"
        assert _born(world, agnes, key="b1").pk == child.pk
        assert _kinds(world) == ["birth"]
        before = Enrolment.objects.get(household=child.household, year_id=2025)
        assert before.people == 3


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"facts": {"birth_date": date(2025, 7, 1)}}, "avenir"),
        ({"facts": {"birth_date": date(1899, 7, 1)}}, "1900"),
        ({"facts": {"birth_date": None, "birth_year": 2025}}, "jour de la naissance"),
        ({"declared_on": date(2025, 5, 1)}, "avant la naissance"),
        ({"facts": {"relationship": "head"}}, "Nouvel adhérent"),
    ],
)
def test_births_that_cannot_be(more, told, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes), pytest.raises(DomainError, match=told):
        _born(world, agnes, **more)


def _registered(world, agnes, day, number="UMU-1001") -> None:
    Household.objects.filter(pk=world.households[number]).update(registered_on=day)


@pytest.mark.parametrize(
    ("born", "told"),
    [(date(1990, 1, 1), "premier anniversaire"), (date(2024, 6, 30), "premier anniversaire")],
)
def test_who_is_a_year_old_is_no_birth(born, told, world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        with pytest.raises(DomainError, match=told) as refused:
            _born(world, agnes, facts={"birth_date": born})
        assert refused.value.field == "birth_date"
        assert "Nouvelle personne à charge" in refused.value.message
        assert _born(world, agnes, facts={"birth_date": date(2024, 7, 1)}).number == "UMU-1001-04"


def test_a_birth_is_not_before_the_household(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _registered(world, agnes, date(2025, 6, 2))
        with pytest.raises(DomainError, match="avant l’inscription du ménage, le 02/06/2025"):
            _born(world, agnes)
        assert _born(world, agnes, facts={"birth_date": date(2025, 6, 2)}).pk


def test_an_arrival_is_not_dated_back_by_a_clerk(world, as_actor) -> None:
    agnes, amina = world.actor("agnes"), world.actor("amina")
    given = {"household_id": world.households["UMU-1001"]}
    long_ago, last = date(2025, 5, 30), date(2025, 5, 31)
    with as_actor(agnes):
        with pytest.raises(DomainError, match="du 31/05/2025 au plus tôt") as refused:
            add_dependant(actor=agnes, facts=person("Paul"), joined_on=long_ago, **given)
        assert refused.value.field == "joined_on"
        assert add_dependant(actor=agnes, facts=person("Paul"), joined_on=last, **given).pk
    with as_actor(amina):
        rose = {"facts": person("Rose"), "joined_on": long_ago, **given}
        with pytest.raises(DomainError, match="dites pourquoi") as refused:
            add_dependant(actor=amina, **rose)
        assert refused.value.field == "backdating_reason"
        assert add_dependant(actor=amina, backdating_reason="papiers de mai", **rose).pk
        (row,) = backdatings(amina)
        assert (row.event.kind, row.dated_on, row.written_on, row.reason) == (
            "joined", long_ago, TODAY, "papiers de mai",
        )  # fmt: skip
        _registered(world, amina, date(2025, 5, 30))
        with pytest.raises(DomainError, match="avant l’inscription du ménage"):
            add_dependant(actor=amina, facts=person("A"), joined_on=date(2025, 5, 29), **given)


def test_who_is_dated_thirty_days_back_by_a_clerk_waits_from_the_day_of_writing(
    world, as_actor
) -> None:
    """The waiting is thirty days: dated back as far, the entry opened rights the same day."""
    agnes, amina = world.actor("agnes"), world.actor("amina")
    given = {"household_id": world.households["UMU-1001"], "joined_on": date(2025, 5, 31)}
    with as_actor(agnes):
        paul = add_dependant(actor=agnes, facts=person("Paul"), **given)
        rights = dict(coverage_of_household(given["household_id"], TODAY))[paul]
    assert (rights.is_open, rights.opens_on) == (False, date(2025, 7, 30))
    assert "entrée dans le ménage le 31/05/2025, inscrite le 30/06/2025" in rights.sentence
    with as_actor(amina):
        rose = add_dependant(
            actor=amina, facts=person("Rose"), backdating_reason="papiers de mai", **given
        )
        decided = dict(coverage_of_household(given["household_id"], TODAY))[rose]
        Campaign.objects.filter(year_id=2025).update(entry_back_days=30)
        counted = dict(coverage_of_household(given["household_id"], TODAY))[paul]
    assert (decided.is_open, decided.opens_on) == (True, TODAY)
    assert (counted.is_open, counted.opens_on) == (True, TODAY)


def test_the_form_says_how_far_back_an_arrival_goes(world, sign_in) -> None:
    page = sign_in("agnes").get(f"/menages/{world.households['UMU-1001']}/personne/")
    assert "plus de 30 jours en arrière" in page.content.decode()


def test_somebody_joins_by_marriage(world, as_actor) -> None:
    agnes = world.actor("agnes")
    key = world.households["UMU-1003"]
    given = {"household_id": key, "joined_on": TODAY, "by_marriage": True}
    with as_actor(agnes):
        with pytest.raises(DomainError, match="conjoint"):
            add_dependant(actor=agnes, facts=person("Paul"), **given)
        spouse = person("Paul", "spouse", sex="M", birth_date=date(1980, 1, 1))
        assert add_dependant(actor=agnes, facts=spouse, **given).relationship == "spouse"
        assert _kinds(world, "UMU-1003") == ["marriage"]


def test_the_head_dies_and_the_others_stay_covered(world, as_actor) -> None:
    agnes = world.actor("agnes")
    died = date(2025, 6, 20)
    with as_actor(agnes):
        head, spouse = _member(world, 0), _member(world, 1)
        with pytest.raises(DomainError, match="choisissez qui le devient") as refused:
            record_death(actor=agnes, person_id=head.pk, died_on=died)
        assert refused.value.field == "new_head"
        with pytest.raises(DomainError, match="15 ans"):
            record_death(
                actor=agnes, person_id=head.pk, died_on=died, new_head_id=_member(world, 2).pk
            )
        record_death(actor=agnes, person_id=head.pk, died_on=died, new_head_id=spouse.pk)
        rights = {one.pk: found for one, found in coverage_of_household(head.household_id, TODAY)}
        assert _member(world, 1).relationship == "head"
        gone = _member(world, 0)
        assert (gone.died_on, gone.left_on, gone.left_because) == (
            died, date(2025, 6, 21), "death",
        )  # fmt: skip
        assert rights[spouse.pk].is_open
        assert not rights[head.pk].is_open
        assert _kinds(world) == ["death", "new_head"]


def test_a_death_before_birth_or_to_come(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        child = _member(world, 2)
        for day, told in ((date(2012, 4, 30), "avant la naissance"), (date(2025, 7, 1), "avenir")):
            with pytest.raises(DomainError, match=told) as refused:
                record_death(actor=agnes, person_id=child.pk, died_on=day)
            assert refused.value.field == "died_on"


def test_who_was_alone_leaves_a_closed_household(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        widow = _member(world, 0, "UMU-1003")
        record_death(actor=agnes, person_id=widow.pk, died_on=TODAY)
        household = Household.objects.get(pk=widow.household_id)
        assert (household.closed_on, household.closed_because) == (date(2025, 7, 1), "departed")
        with pytest.raises(DomainError, match="fermé"):
            add_dependant(
                actor=agnes, household_id=household.pk, facts=person("A"), joined_on=TODAY
            )


def test_a_departure_is_once_and_has_its_reason(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        child = _member(world, 2)
        given = {"actor": agnes, "person_id": child.pk, "left_on": TODAY}
        with pytest.raises(DomainError, match="pourquoi"):
            record_departure(because="death", **given)
        with pytest.raises(DomainError, match="avant l’entrée"):
            record_departure(because="departure", **{**given, "left_on": date(2020, 1, 1)})
        left = record_departure(because="marriage", **given)
        assert (left.left_on, left.left_because) == (TODAY, "marriage")
        with pytest.raises(DomainError, match="n’est plus dans le ménage"):
            record_departure(because="departure", **given)


def test_a_new_head_takes_over_from_the_former(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        name_new_head(
            actor=agnes, household_id=world.households["UMU-1001"], named_on=TODAY,
            new_head_id=_member(world, 1).pk, former_becomes="spouse",
        )  # fmt: skip
        assert (_member(world, 0).relationship, _member(world, 1).relationship) == (
            "spouse", "head",
        )  # fmt: skip


def _edit(actor, one, version, joined_on=None, is_confirmed=False, backdating_reason="", **more):
    said = {
        "family_name": one.family_name, "given_name": one.given_name, "sex": one.sex,
        "relationship": one.relationship, "birth_date": one.birth_date, **more,
    }  # fmt: skip
    return correct_person(
        actor=actor, person_id=one.pk, version=version, facts=PersonFacts(**said),
        joined_on=joined_on or one.joined_on, is_confirmed=is_confirmed,
        backdating_reason=backdating_reason,
    )  # fmt: skip


def test_a_year_of_birth_alone_is_never_after_the_entry(world, as_actor, settings) -> None:
    """Of this year, by the form: who is there was born, and a later correction moves nothing."""
    settings.BUSINESS_DATE = date(2025, 8, 30)
    amina = world.actor("amina")
    child = person("Aimée", birth_year=2025)
    with as_actor(amina):
        joined = add_dependant(
            actor=amina, household_id=world.households["UMU-1001"], facts=child, is_confirmed=True,
            joined_on=date(2025, 3, 15), backdating_reason="fiche rentrée tard",
        )  # fmt: skip
        facts = family(world, head(), child, registered_on=date(2025, 3, 15))
        made = register_household(actor=amina, facts=facts, is_confirmed=True)
        founded = Beneficiary.objects.get(household=made, given_name="Aimée")
        for one in (joined, founded):
            assert (one.birth_date, one.is_birth_estimated) == (date(2025, 1, 1), True)
            version = Household.objects.get(pk=one.household_id).version
            _edit(amina, one, version, birth_date=None, birth_year=2025, phone="79123457")
            one.refresh_from_db()
            assert (one.birth_date, one.joined_on, one.phone) == (
                date(2025, 1, 1), date(2025, 3, 15), "79123457",
            )  # fmt: skip


def test_two_clerks_correct_one_person(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        child = _member(world, 2)
        _edit(agnes, child, 1, phone="79 12 34 56")
        with pytest.raises(Conflict):
            _edit(agnes, child, 1, phone="79 00 00 00")
        assert _member(world, 2).phone == "79123456"
        note = LifeEvent.objects.get(household_id=child.household_id).note
        assert note == f"{child} : téléphone"


def test_only_the_manager_moves_an_entry_back(world, as_actor) -> None:
    agnes, amina = world.actor("agnes"), world.actor("amina")
    with as_actor(agnes):
        child = _member(world, 2)
        earlier = child.joined_on - timedelta(days=1)
        with pytest.raises(DomainError, match="gestionnaire") as refused:
            _edit(agnes, child, 1, joined_on=earlier)
        assert refused.value.field == "joined_on"
    with as_actor(amina):
        with pytest.raises(DomainError, match="dites pourquoi") as refused:
            _edit(amina, _member(world, 2), 1, joined_on=earlier)
        assert refused.value.field == "backdating_reason"
        said = {"joined_on": earlier, "backdating_reason": "carnet retrouvé"}
        assert _edit(amina, _member(world, 2), 1, **said).joined_on == earlier
        (row,) = backdatings(amina)
        assert (row.event.kind, row.dated_on, row.reason) == (
            "corrected", earlier, "carnet retrouvé",
        )  # fmt: skip


def test_an_entry_that_the_manager_moves_back_counts_for_the_waiting(world, as_actor) -> None:
    agnes, amina = world.actor("agnes"), world.actor("amina")
    key = world.households["UMU-1001"]
    with as_actor(agnes):
        paul = add_dependant(
            actor=agnes, household_id=key, facts=person("Paul"), joined_on=date(2025, 5, 31)
        )
    with as_actor(amina):
        version = Household.objects.get(pk=key).version
        _edit(amina, paul, version, joined_on=date(2025, 5, 30), backdating_reason="carnet")
        rights = dict(coverage_of_household(key, TODAY))[paul]
    assert (rights.is_open, rights.opens_on) == (True, date(2025, 6, 29))


@pytest.mark.parametrize(
    ("rank", "changes", "words"),
    [
        (1, {"birth_date": date(2018, 3, 1)}, "conjoint n° 2 a 7 ans"),
        (2, {"relationship": "spouse"}, "2 conjoints"),
        (2, {"birth_date": date(1970, 3, 1)}, "pas plus jeune que l’adhérent"),
        (0, {"birth_date": date(2007, 3, 1)}, "pas plus jeune que l’adhérent"),
    ],
)
def test_a_correction_that_makes_an_unlikely_family_is_confirmed(
    rank, changes, words, world, as_actor
) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        if rank == 0:
            Beneficiary.objects.filter(number="UMU-1001-2").update(birth_date=date(2006, 5, 1))
        one = _member(world, rank)
        asked = {"relationship": one.relationship, **changes}
        with pytest.raises(PossibleDuplicates) as told:
            _edit(agnes, one, 1, **asked)
        assert any(words in sentence for sentence in told.value.warnings)
        assert _member(world, rank).birth_date == one.birth_date
        made = _edit(agnes, _member(world, rank), 1, is_confirmed=True, **asked)
        assert {name: getattr(made, name) for name in changes} == changes
        # It is so now, and no news for who corrects something else.
        _edit(agnes, _member(world, rank), 2, phone="79 12 34 56", **asked)


def test_a_correction_that_no_household_can_have_is_refused(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        for changes, field in (
            ({"birth_date": date(2015, 1, 1)}, "birth_date"),
            ({"birth_date": date(2026, 1, 1)}, "birth_date"),
        ):
            with pytest.raises(DomainError) as refused:
                _edit(agnes, _member(world, 0), 1, is_confirmed=True, **changes)
            assert refused.value.field == field
        first, second = _member(world, 1), _member(world, 2)
        with pytest.raises(DomainError, match="inscrite deux fois"):
            _edit(agnes, second, 1, family_name=first.family_name, sex=first.sex,
                  given_name=first.given_name, birth_date=first.birth_date)  # fmt: skip


def test_a_birth_corrected_past_the_entry_is_told(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes), pytest.raises(DomainError, match="avant la naissance"):
        _edit(agnes, _member(world, 2), 1, birth_date=date(2024, 1, 1))


def test_the_household_itself_is_corrected(world, as_actor) -> None:
    agnes = world.actor("agnes")
    details = HouseholdDetails(
        colline_id=world.places["N-GI-01-1-1"], category="coffee_grower", phone="22 25 10 10",
        other_cover="cam", other_cover_number="cam 1",
    )  # fmt: skip
    with as_actor(agnes):
        key = world.households["UMU-1001"]
        household = correct_household(actor=agnes, household_id=key, version=1, details=details)
        assert (household.category, household.phone) == ("coffee_grower", "22251010")
        note = LifeEvent.objects.get(household=household).note
        assert "catégorie" in note
        assert "téléphone" in note


def test_struck_off_and_taken_back(world, as_actor) -> None:
    amina = world.actor("amina")
    key = world.households["UMU-1001"]
    given = {"actor": amina, "household_id": key}
    with as_actor(amina):
        assert all(found.is_open for _, found in coverage_of_household(key, TODAY))
        strike_off(**given, version=1, on=date(2025, 6, 1), because="faux papiers")
        assert not any(found.is_open for _, found in coverage_of_household(key, TODAY))
        with pytest.raises(DomainError, match="fermé"):
            close_household(**given, version=None, on=TODAY, because="parti")
        with pytest.raises(DomainError, match="depuis le 01/06/2025"):
            reinstate(**given, on=date(2025, 5, 1), because="erreur")
        reinstate(**given, on=date(2025, 6, 15), because="erreur")
        assert all(found.is_open for _, found in coverage_of_household(key, TODAY))
        assert _kinds(world) == ["struck_off", "reinstated"]
        # Rights reopened for days that are over, however few.
        (row,) = backdatings(amina).filter(event__kind="reinstated")
        assert (row.dated_on, row.reason) == (date(2025, 6, 15), "erreur")
        household = Household.objects.get(pk=key)
        assert (household.struck_off_on, household.reinstated_on) == (
            date(2025, 6, 1), date(2025, 6, 15),
        )  # fmt: skip
        with pytest.raises(DomainError, match="radié ou parti"):
            reinstate(**given, on=TODAY, because="encore")


def test_taking_back_is_offered_for_who_was_struck_off_alone(world, as_actor, sign_in) -> None:
    amina, key = world.actor("amina"), world.households["UMU-1001"]
    address = reverse("household_reinstate", args=[key])
    assert sign_in("amina").get(address).status_code == 404
    with as_actor(amina):
        strike_off(actor=amina, household_id=key, version=1, on=TODAY, because="faux papiers")
    assert sign_in("amina").get(address).status_code == 200


def test_an_agent_does_not_decide_and_others_households_do_not_exist(world, as_actor) -> None:
    agnes, bernard = world.actor("agnes"), world.actor("bernard")
    key = world.households["UMU-1001"]
    with as_actor(agnes), pytest.raises(NotAllowed):
        strike_off(actor=agnes, household_id=key, version=None, on=TODAY, because="x")
    with as_actor(bernard):
        with pytest.raises(NotFound):
            strike_off(actor=bernard, household_id=key, version=None, on=TODAY, because="x")
        with pytest.raises(NotFound):
            _born(world, bernard)
