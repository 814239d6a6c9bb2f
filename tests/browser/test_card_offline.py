"""Cards verified with no connection: the page keeps itself, and judges as the server does."""

import gzip
import hashlib
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page, expect

from membership.rules.cards import CardKey, CardPayload, base45, decode_card, encode_card, key_id_of
from membership.rules.cards.card import PREFIX
from tests.browser.cards import revoke_card, show_card
from tests.browser.conftest import CHROME_FLAGS, NARROW, fill_sign_in
from tests.browser.site import Site
from tests.browser.test_cards import film_of
from tests.browser.watch import Watch, excess_width, serious_findings

ADDRESS = "/cartes/verifier/hors-ligne/"
#: The page's whole kit, decoder of pictures included: what a first visit may weigh.
MOST_BYTES = 120_000
ON = date(2025, 6, 30)


def _code(page: Page) -> str:
    page.wait_for_url(re.compile(r"/cartes/\d+/"))
    return page.locator("[data-code]").get_attribute("data-code") or ""


def _issue(page: Page, rank: int) -> str:
    """Issue the card of a household of the list, or open the one it has; return its code."""
    page.goto("/menages/")
    page.locator("table a[href^='/menages/']").nth(rank).click()
    page.wait_for_url(re.compile(r"/menages/\d+/"))
    show_card(page)
    return _code(page)


@pytest.fixture
def texts(sign_in_as: Callable) -> dict[str, str]:
    """A good card, one of a key that signs no more, one revoked, one changed."""
    page: Page = sign_in_as("federation_manager", "TWITEHO")
    old = _issue(page, 0)
    page.goto("/cartes/cles/")
    page.get_by_role("button", name=re.compile("Changer de clé")).click()
    revoked = _issue(page, 1)
    revoke_card(page, "perdue")
    good = _issue(page, 2)
    return {"good": good, "old": old, "revoked": revoked, "forged": _forged(good)}


def _forged(text: str) -> str:
    """The same card with another number of people, packed as any card is."""
    message = bytearray(zlib.decompress(base45.decode(text.removeprefix(PREFIX))))
    signature_starts = len(message) - 66
    message[signature_starts - 1] ^= 1
    return PREFIX + base45.encode(zlib.compress(bytes(message), 9))


def _open(page: Page) -> None:
    """Open the page and wait until the device keeps it."""
    page.goto(ADDRESS)
    expect(page.locator("#garde")).to_contain_text("s’ouvre sans connexion")
    expect(page.locator("#cles")).to_contain_text(re.compile(r"Clés du \d\d/\d\d/\d{4}"))


def _told(page: Page, text: str) -> str:
    page.fill("#id_text", text)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("#id_text")).to_have_value("")
    return page.locator("#verdict").inner_text()


def test_cards_are_read_with_the_network_cut(
    sign_in_as: Callable, watch: Watch, texts: dict[str, str]
) -> None:
    page: Page = sign_in_as("facility_user", fresh=True, viewport=NARROW)
    _open(page)
    page.context.set_offline(True)
    page.reload()
    assert page.evaluate("fetch('/droits/').then(() => 'answered', () => 'cut')") == "cut"
    expect(page.locator("#cles")).to_contain_text("Clés du")
    good = _told(page, texts["good"])
    assert "Identité prouvée" in good
    assert "Cette page ne sait rien des droits" in good
    assert "droits ouverts" not in good.lower()
    assert serious_findings(page) == []
    assert excess_width(page) == 0
    assert "Identité prouvée" in _told(page, texts["old"])
    assert "Carte révoquée : identité non prouvée" in _told(page, texts["revoked"])
    forged = _told(page, texts["forged"])
    assert "carte falsifiée" in forged
    assert "Ménage" not in forged
    assert "ce n’est pas une carte" in _told(page, "bonjour")
    page.context.set_offline(False)
    watch.problems[:] = [one for one in watch.problems if "ERR_INTERNET_DISCONNECTED" not in one]
    assert watch.problems == []


def test_the_card_before_the_camera_with_the_network_cut(
    site: Site, texts: dict[str, str], tmp_path: Path, browser: Browser
) -> None:
    film = film_of(texts["good"], tmp_path / "carte.y4m")
    flags = [
        *CHROME_FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    started = browser.browser_type.launch(executable_path=os.environ["CONAMUS_CHROME"], args=flags)
    try:
        page = started.new_context(base_url=site.url, locale="fr-FR").new_page()
        page.goto(ADDRESS)
        login = site.login_of("facility_user")
        fill_sign_in(page, login["username"], login["password"])
        page.wait_for_url(f"**{ADDRESS}")
        _open(page)
        page.context.set_offline(True)
        page.reload()
        page.get_by_role("button", name="Lire avec la caméra").click()
        expect(page.locator("#verdict")).to_contain_text("Identité prouvée", timeout=30_000)
    finally:
        started.close()


def test_it_says_of_which_day_its_keys_are_and_warns_when_they_are_old(
    sign_in_as: Callable, texts: dict[str, str]
) -> None:
    page: Page = sign_in_as("facility_user", fresh=True)
    _open(page)
    expect(page.locator("#cles")).to_contain_text("Clés du 30/06/2025.")
    expect(page.locator("#alerte")).to_be_hidden()
    page.context.set_offline(True)
    page.clock.set_system_time(time.time() + 8 * 86_400)
    page.reload()
    expect(page.locator("#alerte")).to_contain_text("Elles ont 8 jours")
    page.clock.set_system_time(time.time() + 40 * 365 * 86_400)
    assert "Carte expirée" in _told(page, texts["good"])
    page.clock.set_system_time(time.time() - 86_400)
    page.reload()
    expect(page.locator("#alerte")).to_contain_text("L’horloge de cet appareil a reculé")
    page.context.set_offline(False)
    page.get_by_role("button", name="Mettre les clés à jour").click()
    expect(page.locator("#mise-a-jour")).to_contain_text("à jour")
    expect(page.locator("#alerte")).to_be_hidden()


def test_a_card_revoked_since_is_seen_once_the_keys_are_taken_anew(sign_in_as: Callable) -> None:
    manager: Page = sign_in_as("federation_manager", "TWITEHO")
    text = _issue(manager, 3)
    page: Page = sign_in_as("facility_user", fresh=True)
    _open(page)
    assert "Identité prouvée" in _told(page, text)
    revoke_card(manager, "volée")
    page.context.set_offline(True)
    assert "Identité prouvée" in _told(page, text)
    page.context.set_offline(False)
    page.get_by_role("button", name="Mettre les clés à jour").click()
    expect(page.locator("#mise-a-jour")).to_contain_text("à jour")
    page.context.set_offline(True)
    assert "Carte révoquée" in _told(page, text)
    page.context.set_offline(False)


def test_the_worker_answers_for_its_page_alone_and_names_nobody(
    sign_in_as: Callable, site: Site
) -> None:
    page: Page = sign_in_as("facility_user", fresh=True)
    who = page.locator(".who").first.inner_text()
    _open(page)
    scopes = page.evaluate(
        "navigator.serviceWorker.getRegistrations().then(all => all.map(one => one.scope))"
    )
    assert scopes == [f"{site.url}{ADDRESS}"]
    assert who
    assert who not in page.content()
    kept = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name)"
        ".then(cache => cache.keys()).then(all => all.map(one => new URL(one.url).pathname)))))"
    )
    assert len(kept) == 1
    assert all(path == ADDRESS or path.startswith("/static/") for path in kept[0])
    used = page.evaluate(
        "performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)"
    )
    asked = {path for path in used if not path.startswith(ADDRESS)}
    asked.add(page.locator("#lecteur").get_attribute("data-decoder"))
    assert asked <= set(kept[0])
    page.goto("/droits/")
    assert page.evaluate("navigator.serviceWorker.controller") is None
    answer = page.request.get(ADDRESS)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text()
    bodies = [page.request.get(path).body() for path in kept[0]]
    assert sum(len(gzip.compress(body)) for body in bodies) <= MOST_BYTES


@pytest.mark.parametrize(
    "missing",
    [
        "delete Navigator.prototype.serviceWorker",
        "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})",
        "delete window.TextDecoder",
    ],
)
def test_an_old_browser_is_told_what_to_do(sign_in_as: Callable, missing: str) -> None:
    page: Page = sign_in_as("facility_user")
    page.add_init_script(missing)
    page.goto(ADDRESS)
    expect(page.locator("#preparation")).to_contain_text("trop ancien")
    expect(page.locator("#preparation")).to_contain_text("Vérifier les droits")
    expect(page.locator("#verifier")).to_be_hidden()


def test_a_browser_too_old_to_read_the_script_shows_the_sentence_too(
    sign_in_as: Callable,
) -> None:
    page: Page = sign_in_as("facility_user")
    broken = {"content_type": "text/javascript", "body": "this is no script that it knows"}
    page.route("**/card/page*.js", lambda route: route.fulfill(**broken))
    page.goto(ADDRESS)
    expect(page.locator("#preparation")).to_contain_text("ce navigateur est trop ancien")
    expect(page.locator("#verifier")).to_be_hidden()


def test_who_is_signed_out_still_verifies_and_is_told_to_sign_in_for_new_keys(
    sign_in_as: Callable, texts: dict[str, str]
) -> None:
    page: Page = sign_in_as("facility_user", fresh=True)
    _open(page)
    page.context.clear_cookies()
    page.reload()
    expect(page.locator("#connexion")).to_contain_text("Votre session est fermée")
    assert "Identité prouvée" in _told(page, texts["good"])


# What the browser says, against the rule that the server follows.


class Forge:
    """Two federations' keys, and cards signed with them."""

    def __init__(self) -> None:
        self.private = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
        self.names = [key_id_of(one.public_key()) for one in self.private]
        self.keys = {
            name: CardKey(
                key_id=name,
                federation=federation,
                public_pem=one.public_key()
                .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                .decode(),
                revoked_on=revoked_on,
            )
            for name, one, federation, revoked_on in zip(
                self.names, self.private, ("UMU", "INE", "UMU"), (None, ON, ON + timedelta(days=1)),
                strict=True,
            )
        }  # fmt: skip

    def card(self, which: int = 0, **changes: Any) -> str:
        """Return the text of a card."""
        given = {
            "federation": self.keys[self.names[which]].federation,
            "household": "UMU-0010001",
            "head_name": "Ndayizeye Jean-Claude d’Ève",
            "people": 5,
            "serial": "ABCDEFGHJK",
            "issued_on": date(2025, 1, 2),
            "expires_on": date(2030, 12, 31),
            "key_id": self.names[which],
        }
        return encode_card(CardPayload(**{**given, **changes}), self.private[which])

    def known(self, marks: str) -> dict[str, Any]:
        """Return what the page would have taken."""
        return {
            "keys": {
                name: {
                    "federation": key.federation,
                    "key": "".join(key.public_pem.splitlines()[1:-1]),
                    "revoked_on": None if key.revoked_on is None else key.revoked_on.isoformat(),
                }
                for name, key in self.keys.items()
            },
            "revoked": marks,
        }


def _texts(forge: Forge) -> Iterator[str]:
    good = forge.card()
    yield from (good, f"  {good}\r\n", good[:40] + "\n" + good[40:], good.lower(), good[5:])
    yield from (forge.card(1), forge.card(2), forge.card(federation="INE"))
    yield from (forge.card(serial="REVOKED222"), forge.card(expires_on=ON - timedelta(days=1)))
    yield from (
        forge.card(expires_on=ON),
        forge.card(head_name="É" * 125),
        forge.card(people=70_000),
    )
    yield from (forge.card(head_name="日本語 🙂"), forge.card(serial="x"), "", PREFIX, PREFIX + "0")
    for at in range(0, len(good), 7):
        yield good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
    yield from (good[:-3], good[:-1], good + "AAA", good + good[5:], PREFIX + "0" * 1_995)
    message = zlib.decompress(base45.decode(good.removeprefix(PREFIX)))
    for packed in (0, 1, 6, 9):
        yield PREFIX + base45.encode(zlib.compress(message, packed))
    stored = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_FIXED)
    yield PREFIX + base45.encode(stored.compress(message) + stored.flush())
    yield PREFIX + base45.encode(zlib.compress(message + b"\0"))
    yield PREFIX + base45.encode(zlib.compress(b"\0" * 1_000_000, 9))
    yield PREFIX + base45.encode(zlib.compress(message) + b"more")
    yield PREFIX + base45.encode(message)
    for at in range(0, len(message), 3):
        changed = bytearray(message)
        changed[at] ^= 1 << at % 8
        yield PREFIX + base45.encode(zlib.compress(bytes(changed), 9))


def test_the_browser_says_of_every_text_what_the_rule_says(sign_in_as: Callable) -> None:
    forge = Forge()
    revoked = {"REVOKED222"}
    marks = "0123456789" + _mark("REVOKED222") + "ffffffffff"
    page: Page = sign_in_as("facility_user")
    page.goto(ADDRESS)
    texts = list(_texts(forge))
    told = page.evaluate(
        "([texts, known, on]) => Promise.all(texts.map(text => Carte.verify(text, known, on)))",
        [texts, forge.known(marks), ON.isoformat()],
    )
    seen = set()
    for text, answer in zip(texts, told, strict=True):
        wanted = decode_card(text, forge.keys, on=ON, revoked=revoked)
        assert (answer["status"], answer["sentence"]) == (wanted.status.value, wanted.sentence), (
            text
        )
        seen.add(answer["status"])
        payload = wanted.payload
        assert (answer["payload"] is None) == (payload is None)
        if payload is not None:
            shown = {key: str(value) for key, value in answer["payload"].items()}
            assert shown == {key: str(getattr(payload, key)) for key in shown}
    assert seen == {"valid", "expired", "revoked", "forged", "unknown_key", "unreadable"}


def _mark(serial: str) -> str:
    """As the database makes it."""
    return hashlib.sha256(serial.encode()).hexdigest()[:10]
