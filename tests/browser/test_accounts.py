"""The way in: invitation, password, second factor, sessions, and what keeps others out."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fill_sign_in
from tests.browser.site import Site
from tests.browser.watch import Watch, serious_findings

TOTP_SECONDS = 30
NEW_PASSWORD = "trois collines sous la pluie"


def _totp(secret: str) -> str:
    """Return the code that a telephone shows, early enough in its half minute to be sent."""
    if time.time() % TOTP_SECONDS > TOTP_SECONDS - 8:
        time.sleep(TOTP_SECONDS - time.time() % TOTP_SECONDS + 0.2)
    counter = struct.pack(">Q", int(time.time()) // TOTP_SECONDS)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def _from_menu(page: Page, entry: str) -> None:
    """Open an entry of the menu that bears the person's name."""
    page.locator("header details.menu", has=page.locator(".who")).locator("summary").click()
    page.get_by_role("link", name=entry).click()


def _confirm_it_is_me(page: Page, password: str) -> None:
    """Answer the question that comes before anything touching the account's safety."""
    expect(page.locator("h1")).to_have_text("Confirmer que c’est vous")
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Confirmer").click()


def _sign_out(page: Page) -> None:
    _from_menu(page, "Se déconnecter")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/compte/login/"))


def _link_in(text: str) -> str:
    found = re.search(r"https?://\S+", text)
    assert found, text
    return found[0]


def test_who_is_invited_chooses_a_password_and_signs_in(
    sign_in_as: Callable, open_page: Callable, site: Site, watch: Watch
) -> None:
    manager = sign_in_as("federation_manager", "MUNASA")
    manager.goto("/personnes/")
    manager.get_by_role("link", name="Inviter").first.click()
    manager.fill("#id_full_name", "Espérance Nahimana")
    manager.fill("#id_username", "esperance.nahimana")
    manager.fill("#id_email", "esperance@munasa.example")
    manager.select_option("#id_role", "advising_nurse")
    manager.locator("main form button[type=submit]").last.click()
    expect(manager.locator("main")).to_contain_text("Espérance Nahimana")
    mail = site.wait_for_mail("esperance@munasa.example")
    link = _link_in(mail.get_content())
    assert link.startswith(f"{site.url}/invitation/")

    guest = open_page()
    guest.goto(link)
    expect(guest.locator("main")).to_contain_text("esperance.nahimana")
    assert serious_findings(guest) == []
    guest.fill("#id_password", NEW_PASSWORD)
    guest.fill("#id_again", NEW_PASSWORD)
    guest.get_by_role("button", name="Ouvrir mon accès").click()
    guest.wait_for_url(re.compile("/compte/login/"))
    fill_sign_in(guest, "esperance.nahimana", NEW_PASSWORD)
    guest.wait_for_url(f"{site.url}/")
    expect(guest.locator("header .where")).to_contain_text("MUNASA")
    assert watch.problems == []

    watch.expect(404)
    late = open_page()
    assert late.goto(link).status == 404
    expect(late.locator("h1")).to_have_text("Lien expiré")
    assert watch.problems == []


def test_a_weak_password_is_explained_beside_its_field(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    page = sign_in_as("centre_operator", "TUZOKIRA")
    _from_menu(page, "Changer de mot de passe")
    page.locator("input[type=password]").nth(0).fill("pas le mien du tout")
    page.locator("input[type=password]").nth(1).fill("12345")
    page.locator("input[type=password]").nth(2).fill("12345")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#erreurs")).to_be_visible()
    expect(page.locator("main .invalid-feedback").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("mot de passe")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_second_factor_is_turned_on_and_asked_for(
    sign_in_as: Callable, open_page: Callable, site: Site, watch: Watch
) -> None:
    login = site.login_of("auditor", "FEMUSCABU")
    page = sign_in_as("auditor", "FEMUSCABU", fresh=True)
    _from_menu(page, "Double authentification")
    assert serious_findings(page) == []
    page.get_by_role("link", name="Activer").click()
    _confirm_it_is_me(page, login["password"])
    secret = page.locator("main code").inner_text()
    expect(page.locator("img.qr")).to_be_visible()
    assert serious_findings(page) == []
    page.fill("input[name=code]", _totp(secret))
    page.get_by_role("button", name="Activer").click()
    codes = page.locator("ol.codes li")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").click()
    assert recovery in Path(download.value.path()).read_text()
    _sign_out(page)

    fill_sign_in(page, login["username"], login["password"])
    expect(page.locator("h1")).to_have_text("Code de vérification")
    assert serious_findings(page) == []
    page.fill("input[name=code]", "000000")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("#erreurs")).to_be_visible()
    page.fill("input[name=code]", _totp(secret))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{site.url}/")

    for is_used in (False, True):
        other = open_page()
        other.goto("/")
        fill_sign_in(other, login["username"], login["password"])
        other.fill("input[name=code]", recovery)
        other.locator("main button[type=submit]").first.click()
        if not is_used:
            other.wait_for_url(f"{site.url}/")
    expect(other.locator("#erreurs")).to_be_visible()
    assert watch.problems == []


def test_another_session_is_listed_and_ended(sign_in_as: Callable, watch: Watch) -> None:
    mine = sign_in_as("advising_nurse", "TWITEHO", fresh=True)
    other = sign_in_as("advising_nurse", "TWITEHO", fresh=True)
    _from_menu(mine, "Mes sessions ouvertes")
    expect(mine.locator("main tbody tr")).to_have_count(2)
    expect(mine.locator("main tbody")).to_contain_text("celle-ci")
    assert serious_findings(mine) == []
    mine.get_by_role("button", name="Fermer les autres sessions").click()
    expect(mine.locator("main tbody tr")).to_have_count(1)
    other.goto("/")
    expect(other.locator("h1")).to_have_text("Connexion")
    mine.goto("/")
    expect(mine.locator("header .who")).to_be_visible()
    assert watch.problems == []


def test_too_many_wrong_passwords_are_stopped_in_french(
    open_page: Callable, site: Site, watch: Watch
) -> None:
    watch.expect(429)
    login = site.login_of("facility_user", "TWITEHO")
    page = open_page()
    said: list[str] = []
    for _ in range(6):
        page.goto("/compte/login/")
        fill_sign_in(page, login["username"], "ce n’est pas lui")
        expect(page.locator("#erreurs, h1:has-text('Trop d’essais')").first).to_be_visible()
        said.append(page.locator("main").inner_text())
    assert "Identifiant ou mot de passe incorrect." in said[0]
    page.goto("/compte/login/")
    fill_sign_in(page, login["username"], login["password"])
    expect(page.locator("main")).to_contain_text(re.compile("Trop d[’']essais|Trop de tentatives"))
    assert page.locator("header .who").count() == 0
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_forgotten_password_is_replaced_by_mail(
    open_page: Callable, site: Site, watch: Watch
) -> None:
    username = site.login_of("mutuelle_agent", "TWITEHO")["username"]
    page = open_page()
    page.goto("/")
    page.get_by_role("link", name="Mot de passe oublié").click()
    page.fill("input[name=email]", f"{username}@demo.example")
    page.locator("main form button[type=submit]").click()
    mail = site.wait_for_mail(f"{username}@demo.example")
    page.goto(_link_in(mail.get_content()))
    for field in page.locator("input[type=password]").all():
        field.fill(NEW_PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    page.goto("/")
    if page.locator("input[name=login]").count():
        fill_sign_in(page, username, NEW_PASSWORD)
    page.wait_for_url(f"{site.url}/")
    expect(page.locator("header .who")).to_be_visible()
    assert watch.problems == []


@pytest.mark.parametrize("address", ["/", "/menages/", "/rapports/"])
def test_a_visitor_meets_the_sign_in(address: str, open_page: Callable, watch: Watch) -> None:
    page = open_page()
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Connexion")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_who_is_deactivated_is_out_at_once(
    sign_in_as: Callable, open_page: Callable, site: Site, watch: Watch
) -> None:
    login = site.login_of("centre_operator", "TUGARUKIRAMAGARA")
    leaver = sign_in_as("centre_operator", "TUGARUKIRAMAGARA", fresh=True)
    manager = sign_in_as("federation_manager", "TUGARUKIRAMAGARA")
    manager.goto(f"/personnes/?q={login['username']}")
    manager.locator("#liste tbody a").first.click()
    manager.get_by_role("link", name="Désactiver").click()
    manager.get_by_role("button", name="Désactiver").click()
    expect(manager.get_by_role("link", name="Réactiver")).to_be_visible()
    leaver.goto("/menages/")
    expect(leaver.locator("h1")).to_have_text("Connexion")
    page = open_page()
    page.goto("/")
    fill_sign_in(page, login["username"], login["password"])
    expect(page.locator("header .who")).to_have_count(0)
    expect(page.locator("main")).to_contain_text(re.compile("mot de passe|inactif|désactivé"))
    assert watch.problems == []
