"""Sign-in, second factor, recovery codes, sessions, passwords: in French, with our look."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from federations.models import User
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
    client.post("/compte/password/reset/", {"email": "amina@umuco.example"})
    body = mail.outbox[0].body
    assert "Ouvrez ce lien" in body
    assert not ENGLISH.search(body)
    link = re.search(r"http://[^/]+(/compte/password/reset/key/\S+)", body).group(1)
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    new = "umusozi-mushasha-91"
    client.post(where, {"password1": new, "password2": new})
    assert client.post("/compte/login/", {"login": "amina", "password": new}).status_code == 302
    assert "_auth_user_id" in client.session


def test_an_unknown_address_gets_the_same_answer_and_no_mail(db: None) -> None:
    page = Client().post("/compte/password/reset/", {"email": "personne@ailleurs.example"})
    assert page["Location"] == "/compte/password/reset/done/"
    assert mail.outbox == []


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
