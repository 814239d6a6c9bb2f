"""The history names people for what they do to their account before they act in a role."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings

from federations.models import HistoryEvent, User
from federations.services.outbox import publish_pending
from federations.tenancy.door import open_door
from tests.pages.test_account import RESET_LINK, _activated, _code
from tests.world import PASSWORD, World

NEW_PASSWORD = "umusozi-mushasha-91"
AMINA = ("Amina Nduwimana", "federation_manager", "page:127.0.0.1")
Told = Callable[[str], list[tuple[str, tuple]]]


@pytest.fixture
def told(world: World, behind_the_wall) -> Told:
    """Return a function: what the history newly tells of a table, operation and who."""
    with behind_the_wall():
        last = HistoryEvent.objects.latest("pk").pk

    def events(table: str) -> list[tuple[str, tuple]]:
        with behind_the_wall():
            found = HistoryEvent.objects.filter(pk__gt=last, table_name=table).order_by("pk")
            return [
                (event.operation, (event.actor_name, event.actor_role, event.source))
                for event in found
            ]

    return events


def _reset_link(email: str) -> tuple[Client, str]:
    client = Client()
    client.post("/compte/password/reset/", {"email": email})
    publish_pending()
    link = RESET_LINK.search(mail.outbox[-1].body)[1]
    return client, client.get(link, follow=True).redirect_chain[-1][0]


def test_a_password_reset_is_the_persons_and_asking_for_it_changes_nothing(
    world, told, sign_in
) -> None:
    client, address = _reset_link("amina@exemple.bi")
    assert told("account_emailaddress") == []
    assert told("federations_user") == []
    client.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert told("federations_user") == [("U", AMINA)]
    client.post("/compte/login/", {"login": "amina", "password": NEW_PASSWORD})
    page = client.get("/historique/?table=federations_user").content.decode()
    assert "Amina Nduwimana" in page
    assert "conamus_app" not in page


def test_the_event_is_found_under_the_persons_tenant_and_request(
    world, told, behind_the_wall
) -> None:
    client, address = _reset_link("bernard@exemple.bi")
    answer = client.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    with behind_the_wall():
        event = HistoryEvent.objects.filter(table_name="federations_user").latest("pk")
    assert event.actor_id == world.users["bernard"]
    assert event.tenant_id == world.tenants["INEZA"]
    assert event.request_id == answer["X-Request-ID"]


def test_a_recovery_code_used_up_at_the_sign_in_is_the_persons(told, sign_in) -> None:
    client = sign_in("amina")
    _activated(client)
    codes = client.get("/compte/2fa/recovery-codes/download/").content.decode().split()
    before = len(told("mfa_authenticator"))
    stranger = Client()
    stranger.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    stranger.post("/compte/2fa/authenticate/", {"code": codes[0]})
    assert "_auth_user_id" in stranger.session
    assert told("mfa_authenticator")[before:] == [("U", AMINA)]


def test_a_second_factor_that_the_role_demands_is_the_persons(told, sign_in) -> None:
    with override_settings(MFA_REQUIRED_ROLES=["federation_manager"]):
        _activated(sign_in("amina"))
    assert {who for _, who in told("mfa_authenticator")} == {AMINA}


def test_who_has_no_role_is_named_all_the_same(told, world) -> None:
    client = Client()
    client.post("/compte/login/", {"login": "oda", "password": PASSWORD})
    secret = _activated(client)
    assert _code(secret)
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/compte/password/change/", typed)
    oda = ("Oda Nahimana", None, "page:127.0.0.1")
    assert {who for _, who in told("mfa_authenticator")} == {oda}
    assert told("federations_user") == [("U", oda)]


def test_a_password_hashed_anew_at_the_sign_in_is_the_persons(told, sign_in, settings) -> None:
    stronger = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    settings.PASSWORD_HASHERS = [stronger, *settings.PASSWORD_HASHERS]
    sign_in("amina")
    assert told("federations_user") == [("U", AMINA)]


def test_guesses_stay_counted_when_the_code_is_wrong(sign_in) -> None:
    """Naming people must not undo what is counted beside."""
    _activated(sign_in("amina"))
    stranger = Client()
    stranger.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    answers = [stranger.post("/compte/2fa/authenticate/", {"code": "000000"}) for _ in range(6)]
    assert "Trop" in answers[-1].content.decode()


def test_nobodys_name_outlives_the_page(world, told, behind_the_wall) -> None:
    user = User.objects.get(pk=world.users["amina"])
    with open_door(user, source="page:127.0.0.1", request_id="r"):
        user.password = "79"
        user.save(update_fields=["password"])
    with behind_the_wall():
        user.password = "80"
        user.save(update_fields=["password"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        application = cursor.fetchone()[0]
    assert told("federations_user") == [("U", AMINA), ("U", (application, None, "SQL"))]
