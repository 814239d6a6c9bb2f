"""Sign-in, second factor, recovery codes, sessions, passwords: in French, with our look."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.measure import table_queries
from federations.models import User
from federations.services.outbox import publish_pending
from tests.world import PASSWORD, World

OPEN_PAGES = [
    "/compte/login/",
    "/compte/password/reset/",
    "/compte/password/reset/done/",
    "/compte/signup/",
    "/compte/inactive/",
    "/compte/password/reset/key/done/",
    "/compte/password/reset/key/1-faux/",
]
OWN_PAGES = [
    "/compte/logout/",
    "/compte/password/change/",
    "/compte/sessions/",
    "/compte/2fa/",
    "/compte/2fa/totp/activate/",
    "/compte/reauthenticate/",
]
RESET_LINK = re.compile(r"http://[^/]+(/compte/password/reset/key/\S+)")
ENGLISH = re.compile(r"\b(Sign|Password|Please|Email|Your|Confirm|Sessions?:|Token|account)\b")


def _visible(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<head>.*?</head>", "", page, flags=re.S))


def _confirm(client: Client) -> None:
    """Give the password once more, as the pages of the second factor ask."""
    client.post("/compte/reauthenticate/", {"password": PASSWORD})


@pytest.mark.parametrize("address", OPEN_PAGES)
def test_pages_for_strangers_speak_french(address: str, db: None) -> None:
    page = Client().get(address, follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("<h1>") == 1
    assert not ENGLISH.search(_visible(text))


@pytest.mark.parametrize("address", OWN_PAGES)
def test_pages_of_ones_own_account_speak_french(address: str, sign_in) -> None:
    client = sign_in("amina")
    _confirm(client)
    page = client.get(address)
    assert page.status_code == 200
    assert not ENGLISH.search(_visible(page.content.decode()))


def test_nobody_registers_alone(db: None) -> None:
    page = Client().post("/compte/signup/", {"username": "x", "password1": PASSWORD})
    assert "Pas d’inscription libre" in page.content.decode()


def test_a_wrong_password_is_told_without_saying_which_is_wrong(world) -> None:
    page = Client().post("/compte/login/", {"login": "amina", "password": "faux-mot-de-passe"})
    text = page.content.decode()
    assert 'id="erreurs"' in text
    assert 'value="amina"' in text
    assert not ENGLISH.search(_visible(text))


def test_guessing_is_stopped(world) -> None:
    client = Client()
    for _ in range(5):
        client.post("/compte/login/", {"login": "amina", "password": "faux-mot-de-passe"})
    stopped = client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert "Trop" in stopped.content.decode()


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _activated(client: Client) -> str:
    _confirm(client)
    page = client.get("/compte/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
    client.post("/compte/2fa/totp/activate/", {"code": _code(secret)})
    return secret


def test_a_second_factor_is_activated_and_then_asked_for(sign_in) -> None:
    client = sign_in("amina")
    asked = client.get("/compte/2fa/totp/activate/")
    assert asked["Location"].startswith("/compte/reauthenticate/")
    _confirm(client)
    page = client.get("/compte/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml' in page
    _activated(client)
    assert "active" in client.get("/compte/2fa/").content.decode()
    stranger = Client()
    asked = stranger.post("/compte/login/", {"login": "amina", "password": PASSWORD}, follow=True)
    assert "Code de vérification" in asked.content.decode()
    assert "_auth_user_id" not in stranger.session


def test_a_recovery_code_opens_once(sign_in) -> None:
    client = sign_in("amina")
    _activated(client)
    codes = client.get("/compte/2fa/recovery-codes/download/").content.decode().split()
    assert len(codes) == 10
    assert codes[0] in client.get("/compte/2fa/recovery-codes/").content.decode()
    for attempt, opens in ((Client(), True), (Client(), False)):
        attempt.post("/compte/login/", {"login": "amina", "password": PASSWORD})
        attempt.post("/compte/2fa/authenticate/", {"code": codes[0]})
        assert ("_auth_user_id" in attempt.session) is opens


def test_other_sessions_are_closed(sign_in) -> None:
    here, elsewhere = sign_in("amina"), sign_in("amina")
    assert "une autre" in here.get("/compte/sessions/").content.decode()
    here.post("/compte/sessions/")
    assert elsewhere.get("/unites/").status_code == 302
    assert here.get("/unites/").status_code == 200


def test_a_forgotten_password_is_chosen_anew_by_mail(world, behind_the_wall) -> None:
    with behind_the_wall():
        User.objects.filter(pk=world.users["amina"]).update(email="amina@umuco.example")
    client = Client()
    body = _reset_mail(client, "amina@umuco.example").body
    assert "Ouvrez ce lien" in body
    assert not ENGLISH.search(body)
    where = _opened(client, body)
    new = "umusozi-mushasha-91"
    client.post(where, {"password1": new, "password2": new})
    assert client.post("/compte/login/", {"login": "amina", "password": new}).status_code == 302
    assert "_auth_user_id" in client.session
    again = Client().get(RESET_LINK.search(body)[1], follow=True).content.decode()
    assert 'name="password1"' not in again


def test_an_unknown_address_gets_the_same_answer_and_no_mail(db: None) -> None:
    page = Client().post("/compte/password/reset/", {"email": "personne@ailleurs.example"})
    assert page["Location"] == "/compte/password/reset/done/"
    assert publish_pending() == 1
    assert mail.outbox == []


def test_asking_does_the_same_work_whoever_has_the_address(world) -> None:
    """Nothing is looked up nor sent by the page: no answer is slower than another."""
    asked = []
    Client().post("/compte/password/reset/", {"email": "le-premier@ailleurs.example"})
    for address in ("amina@exemple.bi", "personne@ailleurs.example"):
        client = Client()
        with CaptureQueriesContext(connection) as captured:
            client.post("/compte/password/reset/", {"email": address})
        asked.append([query["sql"].split(" ")[0] for query in captured])
        assert not [query for query in captured if "federations_user" in query["sql"]]
    assert asked[0] == asked[1]
    assert mail.outbox == []


def test_a_mail_server_that_is_away_holds_no_page_and_the_mail_leaves_later(
    world, settings
) -> None:
    memory = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    # Port 9 (discard) answers nobody.
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    page = Client().post("/compte/password/reset/", {"email": "amina@exemple.bi"})
    assert page["Location"] == "/compte/password/reset/done/"
    assert publish_pending(limit=1) == 0
    settings.EMAIL_BACKEND = memory
    assert publish_pending() == 1
    assert [message.to for message in mail.outbox] == [["amina@exemple.bi"]]


def test_each_account_of_a_shared_address_gets_a_link_of_its_own(world, behind_the_wall) -> None:
    """Amina of Umuco and Bernard of Ineza share a mailbox; each mail names its account."""
    with behind_the_wall():
        User.objects.filter(username__in=("amina", "bernard")).update(email="Bureau@exemple.bi")
        EmailAddress.objects.create(
            user_id=world.users["amina"], email="bureau@exemple.bi", verified=True, primary=True
        )
    Client().post("/compte/password/reset/", {"email": "bureau@exemple.bi"})
    assert publish_pending() == 1
    bodies = {name: _body_for(name) for name in ("amina", "bernard")}
    assert "Umuco" in bodies["amina"]
    assert "Ineza" in bodies["bernard"]
    assert "Ineza" not in bodies["amina"]
    for name, body in bodies.items():
        client, new = Client(), f"umusozi-mushasha-{len(name)}"
        client.post(_opened(client, body), {"password1": new, "password2": new})
        client.post("/compte/login/", {"login": name, "password": new})
        assert client.session["_auth_user_id"] == str(world.users[name])


def test_a_closed_account_gets_no_link(world, behind_the_wall) -> None:
    with behind_the_wall():
        User.objects.filter(pk=world.users["amina"]).update(is_active=False)
    Client().post("/compte/password/reset/", {"email": "amina@exemple.bi"})
    publish_pending()
    assert mail.outbox == []


def _reset_mail(client: Client, address: str) -> EmailMessage:
    client.post("/compte/password/reset/", {"email": address})
    assert publish_pending() == 1
    return mail.outbox[-1]


def _opened(client: Client, body: str) -> str:
    """Follow a mail's link; return where its form is sent."""
    return client.get(RESET_LINK.search(body)[1], follow=True).redirect_chain[-1][0]


def _body_for(username: str) -> str:
    [body] = [one.body for one in mail.outbox if f"« {username} »" in one.body]
    return body


def test_signing_out_asks_first(sign_in) -> None:
    client = sign_in("amina")
    assert client.get("/compte/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/compte/logout/")
    assert "_auth_user_id" not in client.session


def test_a_role_can_be_made_to_use_a_second_factor(
    world: World, sign_in: Callable[[str], Client]
) -> None:
    with override_settings(MFA_REQUIRED_ROLES=["federation_manager"]):
        answer = sign_in("amina").get("/")
        assert answer.status_code == 302
        assert answer["Location"] == reverse("mfa_activate_totp")
        assert sign_in("agnes").get("/").status_code == 200


def test_a_page_reads_who_is_there_and_their_roles_at_once(world, sign_in, behind_the_wall) -> None:
    client = sign_in("amina")
    with CaptureQueriesContext(connection) as statements:
        assert client.get("/provenance/").status_code == 200
    asked = table_queries(one["sql"] for one in statements.captured_queries)
    assert sum('"federations_user"' in one for one in asked) == 1
    with behind_the_wall():
        User.objects.filter(username="amina").update(is_active=False)
    assert client.get("/provenance/").status_code == 302, "whose account is closed is out at once"
