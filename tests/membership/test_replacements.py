"""A stranger is not put in an insured person's place by correcting the record."""

from datetime import date
from itertools import permutations

import pytest
from django.urls import reverse

from conamus.kernel.errors import DomainError
from federations.models import HistoryEvent
from membership.models import Beneficiary, Household, LifeEvent
from membership.services.corrections import correct_person
from membership.services.households import PossibleDuplicates
from membership.services.life_events import add_dependant, record_departure
from membership.services.people import PersonFacts
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.importing import checked, csv_of, head, told
from tests.membership.money import TODAY


@pytest.fixture
def child(world, as_actor) -> Beneficiary:
    """A girl born in 2012."""
    with as_actor(world.actor("agnes")):
        found = Beneficiary.objects.get(number="UMU-1001-2")
        Beneficiary.objects.filter(pk=found.pk).update(birth_date=date(2012, 5, 1), sex="F")
        found.refresh_from_db()
    return found


STRANGER = {
    "family_name": "Hakizimana", "given_name": "Pascal", "sex": "M",
    "birth_date": date(1999, 8, 2), "relationship": "other",
}  # fmt: skip


def _correct(actor, one: Beneficiary, *, is_confirmed: bool = False, reason: str = "", **changes):
    said = {
        "family_name": one.family_name, "given_name": one.given_name, "sex": one.sex,
        "relationship": one.relationship, "birth_date": one.birth_date, **changes,
    }  # fmt: skip
    return correct_person(
        actor=actor, person_id=one.pk, facts=PersonFacts(**said), joined_on=one.joined_on,
        version=Household.objects.get(pk=one.household_id).version, is_confirmed=is_confirmed,
        replacement_reason=reason,
    )  # fmt: skip


@pytest.mark.parametrize("left_out", [(), ("sex",), ("birth_date",), ("family_name", "given_name")])
def test_an_agent_puts_nobody_in_the_place(child, left_out, world, as_actor) -> None:
    changes = {name: value for name, value in STRANGER.items() if name not in left_out}
    agnes = world.actor("agnes")
    with as_actor(agnes):
        with pytest.raises(DomainError, match="Nouvelle personne à charge") as refused:
            _correct(agnes, child, is_confirmed=True, reason="erreur", **changes)
        assert refused.value.field == "family_name"
        assert Beneficiary.objects.get(pk=child.pk).sex == "F"


def test_a_mistake_of_writing_stays_a_correction(child, world, as_actor) -> None:
    agnes = world.actor("agnes")
    mistakes = (
        {"given_name": "Pascaline Marie"},
        {"birth_date": date(2009, 1, 1)},
        {"sex": "M"},
        {"given_name": f"{child.given_name} Aimée", "sex": "M", "birth_date": date(2013, 1, 1)},
    )
    with as_actor(agnes):
        for changes in mistakes:
            made = _correct(agnes, child, **changes)
            assert {name: getattr(made, name) for name in changes} == changes
            child.save()


def test_the_manager_says_why_and_looks_at_who_is_known(child, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        with pytest.raises(DomainError, match="dites pourquoi") as refused:
            _correct(amina, child, **STRANGER)
        assert refused.value.field == "replacement_reason"
        known = Beneficiary.objects.get(number="UMU-1003-0")
        likeness = {
            "family_name": known.family_name, "given_name": known.given_name, "sex": known.sex,
            "birth_date": known.birth_date, "relationship": "other",
        }  # fmt: skip
        Beneficiary.objects.filter(pk=child.pk).update(
            family_name="Bukuru", given_name="Zoé", sex="M" if known.sex == "F" else "F"
        )
        child.refresh_from_db()
        with pytest.raises(PossibleDuplicates) as asked:
            _correct(amina, child, reason="fiches échangées", **likeness)
        assert asked.value.found[0].known.pk == known.pk
        assert child.pk not in [one.known.pk for one in asked.value.found if one.known]
        _correct(amina, child, reason="fiches échangées", is_confirmed=True, **STRANGER)
        note = LifeEvent.objects.filter(kind="corrected").latest("pk").note
        assert note.startswith("Hakizimana Pascal : à la place de Bukuru Zoé")
        assert note.endswith("2012 : fiches échangées")


def test_only_the_manager_is_asked_why(child, sign_in) -> None:
    at = reverse("household_person_edit", args=[child.pk])
    for username, is_asked in (("agnes", False), ("amina", True)):
        page = sign_in(username).get(at).content.decode()
        assert ("était celle d’une autre personne" in page) is is_asked


#: What a stranger's name, sex and birth are, told one at a time.
STEPS = (
    {"family_name": "Hakizimana", "given_name": "Pascal"}, {"sex": "M"},
    {"birth_date": date(1999, 8, 2)},
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3), 2)))
def test_small_corrections_do_not_add_up_to_somebody_else(child, order, world, as_actor) -> None:
    first, second = (STEPS[step] for step in order)
    agnes = world.actor("agnes")
    with as_actor(agnes):
        known = _correct(agnes, child, **first)
        with pytest.raises(DomainError, match="Ce n’est plus la fiche de Umucoc Kéza") as refused:
            _correct(agnes, known, is_confirmed=True, **second)
        assert refused.value.field == "family_name"
        back = {name: getattr(child, name) for name in first}
        assert _correct(agnes, known, **back).sex == "F", "a mistake is corrected again"


def test_a_year_does_not_drift_under_another_name(child, world, as_actor) -> None:
    """Two years later, two years later, another name: compared with the first day of all."""
    agnes = world.actor("agnes")
    with as_actor(agnes):
        for year in (2014, 2016):
            known = _correct(agnes, child, birth_date=date(year, 5, 1))
        with pytest.raises(DomainError, match="Umucoc Kéza"):
            _correct(agnes, known, family_name="Hakizimana", given_name="Pascal")


def test_whom_the_manager_let_in_is_the_one_compared_with_then(child, world, as_actor) -> None:
    agnes, amina = world.actor("agnes"), world.actor("amina")
    with as_actor(amina):
        _correct(amina, child, reason="fiches échangées", is_confirmed=True, **STRANGER)
    with as_actor(agnes):
        known = Beneficiary.objects.get(pk=child.pk)
        assert _correct(agnes, known, is_confirmed=True, birth_date=date(1990, 1, 1)).sex == "M"
        with pytest.raises(DomainError, match="Ce n’est plus la fiche de Hakizimana Pascal"):
            _correct(agnes, known, is_confirmed=True, sex="F", birth_date=date(1985, 1, 1))


def test_a_record_that_goes_on_from_another_is_of_the_same_person(child, world, as_actor) -> None:
    """Renamed, out of the household, in again under the number: still the person of before."""
    agnes = world.actor("agnes")
    with as_actor(agnes):
        known = _correct(agnes, child, **STEPS[0])
        record_departure(actor=agnes, person_id=known.pk, left_on=TODAY, because="departure")
        again = PersonFacts(
            family_name="Hakizimana", given_name="Pascal", sex="F", birth_date=date(2012, 5, 1)
        )
        come = add_dependant(
            actor=agnes, household_id=world.households["UMU-1002"], facts=again, joined_on=TODAY,
            is_confirmed=True, known_number=known.number,
        )  # fmt: skip
        assert come.person_id == child.person_id
        with pytest.raises(DomainError, match="Ce n’est plus la fiche de Umucoc Kéza"):
            _correct(agnes, come, is_confirmed=True, birth_date=date(1999, 8, 2))


def test_an_entry_by_number_does_not_finish_what_a_hand_began(child, world, as_actor) -> None:
    """Another birth on the record, then another given name on entering under its number."""
    agnes = world.actor("agnes")
    stranger = PersonFacts(
        family_name=child.family_name, given_name="Pascaline", sex="F", birth_date=date(1999, 8, 2)
    )
    with as_actor(agnes):
        known = _correct(agnes, child, is_confirmed=True, birth_date=stranger.birth_date)
        record_departure(actor=agnes, person_id=known.pk, left_on=TODAY, because="departure")
        with pytest.raises(DomainError, match="celui de Umucoc Kéza") as refused:
            add_dependant(
                actor=agnes, household_id=world.households["UMU-1002"], facts=stranger,
                joined_on=TODAY, is_confirmed=True, known_number=known.number,
            )  # fmt: skip
        assert refused.value.field == "known_number"


def test_a_file_does_not_finish_what_a_hand_began(child, world, as_actor, tmp_path) -> None:
    agnes, amina = world.actor("agnes"), world.actor("amina")
    row = head(
        key="", number="UMU-1001", person=child.number, family="Hakizimana", given="Pascal",
        sex="M", birth="01/05/2012", link="enfant", enrolled="",
    )  # fmt: skip
    with as_actor(agnes):
        _correct(agnes, child, sex="M")
    with as_actor(amina):
        refused = told(checked(amina, tmp_path, csv_of([row])))
    assert [one.split(" : ", 1)[1] for one in refused] == [
        f"{child.number} est la fiche de Umucoc Kéza : corrigez-la sur sa page."
    ]


@pytest.fixture
def arrived(child, world, as_actor):
    """Renamed by an agent of UMUCO, then received with the household by INEZA."""
    agnes, amina, bernard = (world.actor(name) for name in ("agnes", "amina", "bernard"))
    with as_actor(agnes):
        _correct(agnes, child, **STEPS[0])
    with as_actor(amina):
        asked = propose_transfer(
            actor=amina, household_id=child.household_id, version=None,
            destination_id=world.tenants["INEZA"], leaves_on=TODAY, because="départ",
        )  # fmt: skip
    with as_actor(bernard):
        home = accept_transfer(
            actor=bernard, transfer_id=asked.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip
        return {one.relationship: one for one in Beneficiary.objects.filter(household=home)}


def test_a_record_from_another_federation_is_still_of_the_same_person(
    arrived, world, as_actor
) -> None:
    """Renamed there, of another sex here: somebody else, whichever federation each was in."""
    beatrice, bernard = world.actor("beatrice"), world.actor("bernard")
    there, parent = arrived["child"], arrived["spouse"]
    with as_actor(beatrice):
        for changes in STEPS[1:]:
            with pytest.raises(DomainError, match="son nom y avait été corrigé") as refused:
                _correct(beatrice, there, is_confirmed=True, **changes)
            assert "Umucoc" not in refused.value.message
        assert _correct(beatrice, there, given_name="Pascaline").sex == "F", "a name, once more"
        assert _correct(beatrice, parent, given_name="Rose").given_name == "Rose", "never before"
    with as_actor(bernard):
        there.refresh_from_db()
        _correct(bernard, there, reason="fiches échangées", is_confirmed=True, sex="M")
    with as_actor(beatrice):
        there.refresh_from_db()
        assert _correct(beatrice, there, is_confirmed=True, given_name="Jean").sex == "M"


def test_what_the_record_said_before_stays_in_the_federation_it_left(
    arrived, child, world, as_actor
) -> None:
    marks = {one: arrived[one].corrected_before for one in ("head", "spouse", "child")}
    assert marks == {"head": "", "spouse": "", "child": "name"}
    for username, is_told in (("amina", True), ("bernard", False)):
        with as_actor(world.actor(username)):
            told = [str(event.before) for event in HistoryEvent.objects.exclude(before=None)]
            assert any(child.family_name in one for one in told) is is_told, username
