"""Cards that are no good any more: with their key, by their date, by what happened at home."""

import re
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from pypdf import PdfReader

from conamus.kernel.errors import DomainError
from membership.documents.cards import print_cards
from membership.models import Beneficiary, Card, Household
from membership.rules.cards import CardStatus
from membership.selectors.cards import without_card
from membership.services.card_keys import revoke_key
from membership.services.cards import (
    issue_batch,
    issue_card,
    printed_cards,
    replace_card,
    revoke_card,
    verify_card,
)
from membership.services.corrections import correct_person
from membership.services.households import register_household
from membership.services.life_events import name_new_head, record_death
from membership.services.merges import merge_people
from membership.services.numbers import renumber_household
from membership.services.people import PersonFacts
from membership.services.rights import ask_rights
from membership.services.standing import close_household, reinstate, strike_off
from membership.services.transfers import accept_transfer, propose_transfer
from tests.conftest import reading_all_tenants
from tests.membership.families import family, head
from tests.membership.test_cards import quiet, verified

NUMBER = "UMU-1001"
TODAY = date(2025, 6, 30)


@pytest.fixture
def home(world) -> int:
    return world.households[NUMBER]


@pytest.fixture
def card(world, as_actor, home) -> Card:
    with as_actor(world.actor("agnes")):
        return issue_card(actor=world.actor("agnes"), household_id=home)


def _spoil(world, as_actor, card: Card, how: str) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        if how == "key":
            revoke_key(actor=amina, key_row_id=card.key_id)
        else:
            with reading_all_tenants():
                Card.objects.filter(pk=card.pk).update(expires_on="2025-06-29")


_SPOILT = pytest.mark.parametrize(
    ("how", "told"),
    [("key", "révoquée avec sa clé le 30/06/2025"), ("date", "échue depuis le 29/06/2025")],
)


@_SPOILT
def test_issuing_again_gives_a_new_card(world, as_actor, home, card, how, told) -> None:
    _spoil(world, as_actor, card, how)
    agnes = world.actor("agnes")
    with as_actor(agnes):
        fresh = issue_card(actor=agnes, household_id=home)
        assert fresh.pk != card.pk
        card.refresh_from_db()
        assert (card.revoked_on, card.revoked_because) == (TODAY, told)
        assert issue_card(actor=agnes, household_id=home).pk == fresh.pk
    assert verified(world, "fabrice", fresh.payload) is CardStatus.VALID


@_SPOILT
def test_a_batch_makes_them_anew(world, as_actor, home, card, how, told) -> None:
    amina, unit_id = world.actor("amina"), world.units["UMU-S1"]
    with as_actor(amina):
        assert not without_card(amina, unit_id=unit_id, year=2025).filter(pk=home).exists()
    _spoil(world, as_actor, card, how)
    with as_actor(amina):
        assert without_card(amina, unit_id=unit_id, year=2025).filter(pk=home).exists()
    issue_batch(
        actor=amina, unit_id=unit_id, year=2025, batch_id=uuid4(), progress=quiet, source="essai"
    )
    with as_actor(amina):
        card.refresh_from_db()
        assert card.revoked_because == told
        assert Card.objects.filter(household_id=home, revoked_on__isnull=True).count() == 1
        assert not without_card(amina, unit_id=unit_id, year=2025).exists()


@_SPOILT
def test_pages_say_so_and_nothing_is_printed(
    world, as_actor, sign_in, home, card, how, told
) -> None:
    _spoil(world, as_actor, card, how)
    client = sign_in("agnes")
    for address in (
        reverse("card_detail", args=[card.pk]),
        reverse("household_detail", args=[home]),
    ):
        page = client.get(address).content.decode()
        assert told in page.replace("Révoquée", "révoquée").replace("Échue", "échue")
        assert reverse("card_print", args=[card.pk]) not in page
    page = client.get(reverse("household_detail", args=[home])).content.decode()
    assert "Carte à refaire" in page
    assert reverse("card_issue", args=[home]) in page
    printed = client.get(reverse("card_print", args=[card.pk]), follow=True)
    assert printed["Content-Type"] != "application/pdf"
    assert card.serial not in client.get(f"{reverse('cards')}?standing=valables").content.decode()
    assert card.serial in client.get(f"{reverse('cards')}?standing=revoquees").content.decode()


def test_a_spoilt_card_can_still_be_replaced_and_revoked(world, as_actor, home, card) -> None:
    _spoil(world, as_actor, card, "key")
    agnes = world.actor("agnes")
    with as_actor(agnes):
        fresh = replace_card(actor=agnes, card_id=card.pk, because="perdue")
        revoke_card(actor=agnes, card_id=fresh.pk, because="volée")
        card.refresh_from_db()
        assert card.revoked_because == "perdue"


def _correct_head(actor, home: int, **changes) -> Beneficiary:
    one = Beneficiary.objects.get(household_id=home, relationship="head", left_on=None)
    said = {
        "family_name": one.family_name, "given_name": one.given_name, "sex": one.sex,
        "relationship": one.relationship, "birth_date": one.birth_date, **changes,
    }  # fmt: skip
    return correct_person(
        actor=actor, person_id=one.pk, facts=PersonFacts(**said), joined_on=one.joined_on,
        version=Household.objects.get(pk=home).version, is_confirmed=True,
        replacement_reason="la fiche portait le frère",
    )  # fmt: skip


class TestWhatIsSigned:
    def test_a_correction_that_makes_the_head_somebody_else(
        self, world, as_actor, home, card
    ) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            _correct_head(
                amina, home, family_name="Nkurunziza", given_name="Josephine", sex="F",
                birth_date=date(1970, 1, 1),
            )  # fmt: skip
            card.refresh_from_db()
            assert card.revoked_on == TODAY
            assert "autre personne" in card.revoked_because
            fresh = issue_card(actor=amina, household_id=home)
            told = verify_card(actor=amina, text=fresh.payload).payload
            assert told.head_name == "Nkurunziza Josephine"
        assert verified(world, "fabrice", card.payload) is CardStatus.REVOKED

    def test_a_dependants_correction_ends_no_card(self, world, as_actor, home, card) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            other = Beneficiary.objects.filter(household_id=home).exclude(relationship="head")[0]
            correct_person(
                actor=amina, person_id=other.pk, joined_on=other.joined_on, is_confirmed=True,
                version=Household.objects.get(pk=home).version, replacement_reason="erreur",
                facts=PersonFacts(
                    family_name="Hakizimana", given_name="Pascal", sex="M",
                    birth_date=date(1999, 8, 2), relationship=other.relationship,
                ),
            )  # fmt: skip
            card.refresh_from_db()
            assert card.revoked_on is None

    def test_a_new_number(self, world, as_actor, home, card) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            renumber_household(actor=amina, household_id=home, version=None, because="plage")
            fresh = issue_card(actor=amina, household_id=home)
            told = verify_card(actor=amina, text=fresh.payload).payload
            assert told.household == "UMU-0010001"
            card.refresh_from_db()
            assert card.revoked_because == "changement de numéro"
        assert verified(world, "fabrice", card.payload) is CardStatus.REVOKED

    def test_a_corrected_spelling_prints_what_the_code_says(
        self, world, as_actor, home, card
    ) -> None:
        """In front, beside the code; behind stand the people as they are today."""
        amina = world.actor("amina")
        with as_actor(amina):
            before = verify_card(actor=amina, text=card.payload).payload.head_name
            one = _correct_head(amina, home, given_name="Kezia")
            assert str(one) != before
            card.refresh_from_db()
            assert card.revoked_on is None
            printed = printed_cards(amina, [card])
        front, back = (
            page.extract_text() for page in PdfReader(BytesIO(print_cards(printed).content)).pages
        )
        assert before in front
        assert "Kezia" not in front
        assert str(one) in back


class TestAFormSentTwice:
    def _send(self, client, address: str, **more: str):
        page = client.get(address).content.decode()
        key = re.search(r'name="submission_key" value="([^"]+)"', page)
        assert key is not None
        return {"submission_key": key[1], "because": "perdue", **more}

    def test_replaces_once(self, world, as_actor, sign_in, home, card) -> None:
        client, address = sign_in("agnes"), reverse("card_replace", args=[card.pk])
        form = self._send(client, address)
        first, second = client.post(address, form), client.post(address, form)
        assert first["Location"] == second["Location"]
        with as_actor(world.actor("agnes")):
            fresh = Card.objects.get(household_id=home, revoked_on=None)
            assert Card.objects.filter(household_id=home).count() == 2
        # Opened before the card was revoked, and sent after: the good one stays.
        late = client.post(address, {"because": "perdue", "submission_key": "b" * 32})
        assert "déjà révoquée" in late.content.decode()
        with as_actor(world.actor("agnes")):
            fresh.refresh_from_db()
            assert fresh.revoked_on is None

    @pytest.mark.parametrize("name", ["card_replace", "card_revoke"])
    def test_there_is_none_for_a_card_that_does_not_exist(self, name, sign_in, card) -> None:
        assert sign_in("agnes").get(reverse(name, args=[card.pk])).status_code == 200
        assert sign_in("agnes").get(reverse(name, args=[99_999])).status_code == 404
        assert sign_in("beatrice").get(reverse(name, args=[card.pk])).status_code == 404


class TestTheRightsCheck:
    def test_says_first_that_the_card_is_stolen(self, world, as_actor, sign_in, card) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            revoke_card(actor=agnes, card_id=card.pk, because="volée")
            told = ask_rights(actor=agnes, text=card.serial)
            assert told.people
            assert told.card_warning == "Carte révoquée le 30/06/2025 (volée)."
            assert ask_rights(actor=agnes, text=NUMBER).card_warning == ""
        page = sign_in("agnes").post(reverse("rights_check"), {"text": card.serial}, follow=True)
        shown = page.content.decode()
        assert told.card_warning in shown
        assert shown.index(told.card_warning) < shown.index(told.people[0].name)

    def test_says_that_the_key_is_revoked(self, world, as_actor, card) -> None:
        _spoil(world, as_actor, card, "key")
        fabrice = world.actor("fabrice")
        with as_actor(fabrice):
            told = ask_rights(actor=fabrice, text=card.serial)
        assert told.card_warning == "Carte révoquée le 30/06/2025 (clé révoquée)."

    def test_says_nothing_of_a_good_card(self, world, as_actor, card) -> None:
        fabrice = world.actor("fabrice")
        with as_actor(fabrice):
            told = ask_rights(actor=fabrice, text=card.serial)
        assert told.people
        assert told.card_warning == ""


class TestWhatHappensAtHome:
    def _head_and_spouse(self, home: int) -> tuple[Beneficiary, Beneficiary]:
        people = {
            one.relationship: one for one in Beneficiary.objects.filter(household_id=home)
        }  # fmt: skip
        return people["head"], people["spouse"]

    def _ended(self, world, as_actor, card: Card, because: str) -> None:
        with as_actor(world.actor("amina")):
            card.refresh_from_db()
            assert (card.revoked_on, card.revoked_because) == (TODAY, because)
        assert verified(world, "fabrice", card.payload) is CardStatus.REVOKED

    def test_a_dead_head(self, world, as_actor, sign_in, home, card) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            head, spouse = self._head_and_spouse(home)
            record_death(
                actor=agnes, person_id=head.pk, died_on=date(2025, 6, 25), new_head_id=spouse.pk
            )
        self._ended(world, as_actor, card, "changement d’adhérent")
        page = sign_in("agnes").get(reverse("household_detail", args=[home])).content.decode()
        assert "Carte à refaire" in page

    def test_a_new_head(self, world, as_actor, home, card) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            _, spouse = self._head_and_spouse(home)
            name_new_head(
                actor=agnes, household_id=home, new_head_id=spouse.pk,
                named_on=TODAY, former_becomes="spouse",
            )  # fmt: skip
        self._ended(world, as_actor, card, "changement d’adhérent")

    def test_a_dependant_who_dies_leaves_the_card_good(self, world, as_actor, home, card) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            _, spouse = self._head_and_spouse(home)
            record_death(actor=agnes, person_id=spouse.pk, died_on=date(2025, 6, 25))
        assert verified(world, "fabrice", card.payload) is CardStatus.VALID

    def test_a_household_struck_off_and_taken_back(self, world, as_actor, home, card) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            strike_off(actor=amina, household_id=home, version=None, on=TODAY, because="fraude")
        self._ended(world, as_actor, card, "radiation du ménage")
        with as_actor(amina):
            reinstate(actor=amina, household_id=home, on=TODAY, because="erreur")
            unit_id = world.units["UMU-S1"]
            assert without_card(amina, unit_id=unit_id, year=2025).filter(pk=home).exists()

    def test_a_household_that_closes(self, world, as_actor, home, card) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            close_household(
                actor=agnes, household_id=home, version=None, on=TODAY, because="parti à Goma"
            )
            with pytest.raises(DomainError):
                issue_card(actor=agnes, household_id=home)
        self._ended(world, as_actor, card, "fermeture du ménage")

    def test_a_household_that_nobody_is_left_in(self, world, as_actor, home, card) -> None:
        agnes = world.actor("agnes")
        with as_actor(agnes):
            others = Beneficiary.objects.filter(household_id=home).exclude(relationship="head")
            others.update(left_on=date(2025, 6, 1), left_because="departure")
            head = Beneficiary.objects.get(household_id=home, left_on__isnull=True)
            record_death(actor=agnes, person_id=head.pk, died_on=date(2025, 6, 25))
            assert Household.objects.get(pk=home).closed_on is not None
        self._ended(world, as_actor, card, "fermeture du ménage")

    def test_a_transfer(self, world, as_actor, home, card) -> None:
        amina, bernard = world.actor("amina"), world.actor("bernard")
        with as_actor(amina):
            row = propose_transfer(
                actor=amina, household_id=home, version=None,
                destination_id=world.tenants["INEZA"], leaves_on=TODAY, because="déménage",
            )  # fmt: skip
        with as_actor(bernard):
            accept_transfer(
                actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"],
                is_outside_zone=True,
            )  # fmt: skip
        self._ended(world, as_actor, card, "transfert vers une autre fédération")

    def test_a_household_that_was_a_double(self, world, as_actor) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            kept = register_household(actor=amina, facts=family(world, head()))
            double = register_household(actor=amina, facts=family(world, head()), is_confirmed=True)
            card = issue_card(actor=amina, household_id=double.pk)
            people = [Beneficiary.objects.get(household=one) for one in (kept, double)]
            merge_people(
                actor=amina, kept_id=people[0].pk, dropped_id=people[1].pk, because="deux fois"
            )
        self._ended(world, as_actor, card, "ménage en double")

    def test_the_list_of_cards_to_make_anew(self, world, as_actor, sign_in, home, card) -> None:
        address = f"{reverse('households')}?card=a-refaire&unit={world.units['UMU-S1']}"
        client = sign_in("agnes")
        assert NUMBER not in client.get(address).content.decode()
        agnes = world.actor("agnes")
        with as_actor(agnes):
            revoke_card(actor=agnes, card_id=card.pk, because="volée")
        page = client.get(address).content.decode()
        assert NUMBER in page
        assert "UMU-1002" not in page
        with as_actor(agnes):
            issue_card(actor=agnes, household_id=home)
        assert NUMBER not in client.get(address).content.decode()
