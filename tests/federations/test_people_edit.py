"""A person's name, address and telephone are corrected, and nobody loses an account by it."""

import re

import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound, Refusals
from federations.models import HistoryEvent, Invitation, OutboxEvent, User
from federations.rules.roles import Role
from federations.selectors.history import HistoryQuery, field_changes, history_page
from federations.services.invitations import accept_invitation
from federations.services.outbox import publish_pending
from federations.services.people import deactivate_person
from federations.services.people_edit import (
    PersonChanged,
    PersonDetails,
    correct_person,
    person_version,
)
from tests.federations.test_people import (
    NEW_PASSWORD,
    SITE,
    invite,
    link_token,
    request_for,
    second_role,
)
from tests.world import PASSWORD


def correct(actor, user_id: int, *, version: str | None = None, anew: bool = False, **changes):
    """Correct somebody as who has just read them would."""
    user = User.objects.get(pk=user_id)
    said = {name: getattr(user, name) for name in ("full_name", "email", "phone")}
    return correct_person(
        actor=actor,
        user_id=user_id,
        details=PersonDetails(**{**said, **changes}),
        version=person_version(user) if version is None else version,
        site_url=SITE,
        is_invited_anew=anew,
    )


def mails() -> list[dict[str, str]]:
    return [event.payload for event in OutboxEvent.objects.filter(topic="mail").order_by("id")]


class TestCorrection:
    def test_it_is_kept_as_an_invitation_would_and_told(self, world, as_actor):
        amina, agnes = world.actor("amina"), world.users["agnes"]
        with as_actor(amina):
            made = correct(
                amina, agnes, full_name=" Agnès  Irambona ", email=" agnes@umuco.bi ",
                phone="+257 79.12.34.56",
            )  # fmt: skip
            event = history_page(
                amina, HistoryQuery(table="federations_user", row=str(agnes))
            ).events[0]
        assert (made.full_name, made.email, made.phone) == (
            "Agnès Irambona", "agnes@umuco.bi", "79123456",
        )  # fmt: skip
        assert event.actor_name == "Amina Nduwimana"
        told = {change.column: (change.before, change.after) for change in field_changes(event)}
        assert told == {
            "full_name": ("Agnès Irakoze", "Agnès Irambona"),
            "email": ("agnes@exemple.bi", "agnes@umuco.bi"),
            "phone": ("", "79123456"),
        }

    def test_all_that_is_wrong_is_told_at_its_field(self, world, as_actor):
        with as_actor(amina := world.actor("amina")), pytest.raises(Refusals) as refused:
            correct(amina, world.users["agnes"], full_name=" ", email="é@x.bi", phone="12")
        assert {one.field for one in refused.value.each()} == {"full_name", "email", "phone"}

    def test_two_may_share_a_mailbox_as_when_they_are_invited(self, world, as_actor):
        with as_actor(amina := world.actor("amina")):
            made = correct(amina, world.users["agnes"], email="albert@exemple.bi")
        assert made.email == "albert@exemple.bi"

    def test_a_second_writer_is_told_and_the_same_twice_is_one(self, world, as_actor):
        agnes = world.users["agnes"]
        with as_actor(amina := world.actor("amina")):
            read = person_version(User.objects.get(pk=agnes))
            for _ in range(2):
                correct(amina, agnes, version=read, phone="79123456", email="a@umuco.bi")
            with pytest.raises(PersonChanged):
                correct(amina, agnes, version=read, phone="79000000")
            events = HistoryEvent.objects.filter(
                table_name="federations_user", row_id=str(agnes), operation="U"
            )
            assert events.count() == 1
            assert len(mails()) == 1


class TestWhoMay:
    @pytest.mark.parametrize("username", ["arthur", "agnes", "regine", "medard", "annick"])
    def test_no_other_role(self, world, as_actor, username):
        actor = world.actor(username)
        details = PersonDetails(full_name="X", email="x@x.bi")
        with as_actor(actor), pytest.raises(NotAllowed):
            correct_person(
                actor=actor, user_id=world.users["albert"], details=details, version="",
                site_url=SITE,
            )  # fmt: skip

    def test_each_manager_of_the_own_people_and_the_administrator_of_all(self, world, as_actor):
        for username, others in {"amina": "agnes", "clara": "medard", "sylvere": "agnes"}.items():
            with as_actor(actor := world.actor(username)):
                correct(actor, world.users[others], phone="79123456")
        for username, stranger in {"bernard": "agnes", "clara": "agnes", "amina": "clara"}.items():
            with as_actor(actor := world.actor(username)), pytest.raises(NotFound):
                correct(actor, world.users[stranger], phone="79123456")

    def test_nobody_their_own(self, world, as_actor):
        for username in ("amina", "sylvere"):
            with as_actor(actor := world.actor(username)), pytest.raises(NotAllowed):
                correct(actor, actor.user_id, phone="79123456")

    def test_who_works_for_two_is_the_administrators(self, world, as_actor):
        second_role(world, "agnes", Role.AUDITOR, "INEZA")
        agnes = world.users["agnes"]
        for username in ("amina", "bernard"):
            with as_actor(actor := world.actor(username)), pytest.raises(Conflict, match="autre"):
                correct(actor, agnes, email="x@x.bi")
        with as_actor(sylvere := world.actor("sylvere")):
            assert correct(sylvere, agnes, email="x@x.bi").email == "x@x.bi"

    def test_an_administrator_is_corrected_by_another_only(self, world, as_actor):
        """Else a confederation manager would have their mail, and all the network's people."""
        second_role(world, "arthur", Role.SYSTEM_ADMINISTRATOR, "CONAMUS")
        sylvere, arthur = world.users["sylvere"], world.users["arthur"]
        for key in (sylvere, arthur):
            with as_actor(clara := world.actor("clara")), pytest.raises((NotAllowed, Conflict)):
                correct(clara, key, email="clara@exemple.bi")
        with as_actor(actor := world.actor("sylvere")):
            assert correct(actor, arthur, phone="79123456").phone == "79123456"


class TestAddressOfAnOpenAccount:
    def test_the_former_one_is_told_and_learns_no_more(self, world, as_actor):
        with as_actor(amina := world.actor("amina")):
            correct(amina, world.users["agnes"], full_name="X", email="voleur@umuco.bi")
            [told] = mails()
        assert told["to"] == "agnes@exemple.bi"
        for words in ("Agnès Irakoze", "Amina Nduwimana (Umuco)", "« agnes »", "30 juin 2025"):
            assert words in told["body"]
        assert "voleur" not in told["body"]

    def test_also_where_the_account_is_closed_meanwhile(self, world, as_actor):
        with as_actor(amina := world.actor("amina")):
            deactivate_person(actor=amina, user_id=world.users["agnes"])
            correct(amina, world.users["agnes"], email="voleur@umuco.bi")
            assert [told["to"] for told in mails()] == ["agnes@exemple.bi"]

    def test_nobody_is_told_of_a_name_or_of_capitals(self, world, as_actor):
        with as_actor(amina := world.actor("amina")):
            correct(amina, world.users["agnes"], full_name="X", email="Agnes@exemple.bi")
            assert mails() == []

    def test_a_link_that_was_asked_for_before_opens_nothing(self, own_database, as_actor):
        """A forgotten password then goes where the account is now."""
        world, forgotten = own_database, "/compte/password/reset/"
        Client().post(forgotten, {"email": "agnes@exemple.bi"})
        assert publish_pending() == 1
        link = re.search(r"http://testserver(/compte/\S+)", mail.outbox[0].body)[1]
        with as_actor(amina := world.actor("amina")):
            correct(amina, world.users["agnes"], email="agnes@umuco.bi")
        for address in ("agnes@exemple.bi", "agnes@umuco.bi"):
            Client().post(forgotten, {"email": address})
        publish_pending()
        told = [one.to for one in mail.outbox[1:] if "mot de passe" in one.subject]
        assert told == [["agnes@umuco.bi"]]
        page = Client().get(link, follow=True).content.decode()
        assert 'name="password1"' not in page
        signed_in = Client()
        signed_in.post("/compte/login/", {"login": "agnes", "password": PASSWORD})
        assert "_auth_user_id" in signed_in.session


class TestAddressOfAnInvitation:
    @pytest.fixture
    def alice(self, world, as_actor) -> User:
        with as_actor(actor := world.actor("amina")):
            return invite(actor, request_for(world, Role.AUDITOR))

    @pytest.mark.parametrize("anew", [False, True])
    def test_the_link_that_went_astray_ends(self, anew, alice, world, as_actor):
        with as_actor(amina := world.actor("amina")):
            astray = link_token()
            correct(amina, alice.pk, email="alice@umuco.bi", anew=anew)
            assert [told["to"] for told in mails()][1:] == ["alice@umuco.bi"] * anew
            token = link_token()
        with pytest.raises(NotFound):
            accept_invitation(token=astray, password=NEW_PASSWORD)
        assert (token != astray) is anew
        if anew:
            assert accept_invitation(token=token, password=NEW_PASSWORD).pk == alice.pk

    def test_it_stays_where_the_address_stays(self, alice, world, as_actor):
        with as_actor(amina := world.actor("amina")):
            correct(amina, alice.pk, full_name="Alice Nduwimana")
            token = link_token()
        assert accept_invitation(token=token, password=NEW_PASSWORD).pk == alice.pk
        assert Invitation.objects.filter(user=alice).count() == 1

    def test_who_has_left_is_sent_nothing(self, alice, world, as_actor):
        with as_actor(amina := world.actor("amina")):
            deactivate_person(actor=amina, user_id=alice.pk)
            with pytest.raises(DomainError, match="désactivé"):
                correct(amina, alice.pk, email="alice@umuco.bi", anew=True)
        assert User.objects.get(pk=alice.pk).email == "alice@exemple.bi"


class TestPage:
    def _typed(self, page: str, client: Client, **changes: str) -> dict[str, str]:
        form = client.get(page).context["form"]
        names = ("full_name", "email", "phone", "version")
        return {**{name: form[name].value() for name in names}, **changes}

    def test_from_the_person_to_the_correction(self, world, sign_in):
        client, agnes = sign_in("amina"), world.users["agnes"]
        detail, page = (reverse(name, args=[agnes]) for name in ("person_detail", "person_edit"))
        assert page in client.get(detail).content.decode()
        assert "is_invited_anew" not in client.get(page).context["form"].fields
        typed = self._typed(page, client, email="agnes@umuco.bi")
        done = client.post(page, typed, follow=True).content.decode()
        assert "L’ancienne adresse, agnes@exemple.bi, en est avertie." in done
        assert "agnes@umuco.bi" in done
        stale = client.post(page, {**typed, "phone": "79123456"})
        assert stale.status_code == 422
        assert "Quelqu’un a modifié ce compte entre-temps" in stale.content.decode()
        for name, wrong in {"full_name": "", "email": "x", "phone": "12"}.items():
            answer = client.post(page, self._typed(page, client, **{name: wrong}))
            assert list(answer.context["form"].errors) == [name]

    def test_who_was_invited_is_invited_anew(self, world, as_actor, sign_in):
        with as_actor(actor := world.actor("amina")):
            alice = invite(actor, request_for(world, Role.AUDITOR))
        client, page = sign_in("amina"), reverse("person_edit", args=[alice.pk])
        typed = self._typed(page, client, email="alice@umuco.bi", is_invited_anew="on")
        done = client.post(page, typed, follow=True).content.decode()
        assert "Un nouveau lien part à alice@umuco.bi." in done

    def test_it_is_offered_to_who_may_only(self, world, sign_in):
        second_role(world, "agnes", Role.AUDITOR, "INEZA")
        for username, person in (("amina", "amina"), ("amina", "agnes"), ("clara", "sylvere")):
            key = world.users[person]
            shown = sign_in(username).get(reverse("person_detail", args=[key])).content.decode()
            assert reverse("person_edit", args=[key]) not in shown
        refused = sign_in("clara").post(
            reverse("person_edit", args=[world.users["sylvere"]]),
            {"full_name": "X", "email": "x@x.bi", "version": "x"},
        )
        assert refused.status_code == 403


class TestDatabase:
    """The same in raw SQL, within a page of who may or may not."""

    def _set(self, column: str, user_id: int) -> int:
        sql = f"UPDATE federations_user SET {column} = 'x@x.bi' WHERE id = %s"
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [user_id])
                return cursor.rowcount
        except ProgrammingError:
            return 0

    @pytest.mark.parametrize("column", ["email", "full_name", "phone"])
    def test_it_asks_what_the_service_asks(self, column, world, as_actor):
        second_role(world, "fabrice", Role.AUDITOR, "INEZA")
        users = world.users
        for username, allowed, refused in (
            ("amina", ["agnes"], ["amina", "bernard", "fabrice", "oda"]),
            ("clara", ["medard"], ["clara", "agnes", "sylvere"]),
            ("sylvere", ["agnes", "fabrice", "oda"], ["sylvere"]),
            ("agnes", [], ["agnes", "albert"]),
            ("arthur", [], ["arthur", "agnes"]),
        ):
            with as_actor(world.actor(username)):
                assert [self._set(column, users[one]) for one in allowed] == [1] * len(allowed)
                assert [self._set(column, users[one]) for one in refused] == [0] * len(refused)

    def test_the_sign_in_name_stays(self, world, as_actor):
        for username in ("amina", "sylvere"):
            with as_actor(world.actor(username)):
                assert self._set("username", world.users["agnes"]) == 0

    def test_an_account_is_closed_as_before(self, world, as_actor):
        """Who may not correct an administrator may close the account, as ever."""
        second_role(world, "modeste", Role.SYSTEM_ADMINISTRATOR, "CONAMUS")
        with as_actor(world.actor("clara")), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE federations_user SET is_active = false WHERE id = %s",
                [world.users["modeste"]],
            )
            assert cursor.rowcount == 1
