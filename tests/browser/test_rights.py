"""A patient waits: a receptionist checks rights on a telephone, by keyboard, on a slow line."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.cards import revoke_card, show_card
from tests.browser.conftest import NARROW, WIDE
from tests.browser.watch import Watch, serious_findings

LATER_HTML = 15_000


def _seen(part: Locator) -> None:
    """Hold that a part of the page is seen whole, where the page came to stand by itself."""
    shown = part.bounding_box()
    assert shown, part
    assert 0 <= shown["y"] <= shown["y"] + shown["height"] <= NARROW["height"], part


def test_a_facility_checks_rights_on_a_small_screen(sign_in_as: Callable, watch: Watch) -> None:
    """Typed, Enter, and the answer has the focus: colour, shape and word."""
    page = sign_in_as("facility_user", viewport=NARROW)
    page.goto("/droits/")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("mun 0010004 01")
    with page.expect_response("**/droits/") as answered:
        page.keyboard.press("Enter")
    assert answered.value.request.sizes()["responseBodySize"] <= LATER_HTML
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("OUI")
    expect(verdict).to_contain_text(re.compile(r"Droits ouverts du \d\d/\d\d/2025 au 31/12/2025"))
    expect(verdict).to_have_class(re.compile("verdict-yes"))
    expect(page.locator("#reponse")).to_be_focused()
    assert page.url.endswith("/droits/"), "what was typed stays out of the address"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]
    assert serious_findings(page) == []
    assert watch.problems == []


@pytest.mark.parametrize("typed", ["mun 0010004 01", "mun 0010001 02"], ids=["open", "closed"])
def test_the_answer_is_whole_on_a_phone_before_any_scrolling(
    typed: str, sign_in_as: Callable, watch: Watch
) -> None:
    """Yes or no, who, why and until when, what the patient pays, whom to call."""
    page = sign_in_as("facility_user", viewport=NARROW)
    page.goto("/droits/")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    verdict = page.locator(".verdict")
    is_open = "verdict-yes" in (verdict.get_attribute("class") or "")
    parts = [".verdict-word", ".verdict-name", ".verdict-reason", "a[href^=tel]"]
    for part in [*parts, ".verdict-ticket"] if is_open else parts:
        _seen(verdict.locator(part))
    assert page.evaluate("scrollY") == 0
    assert serious_findings(page) == []
    assert watch.problems == []


@pytest.fixture
def revoked_card(sign_in_as: Callable) -> str:
    """The number of a card that is lost, of a household of six."""
    page = _home_of_six(sign_in_as)
    show_card(page)
    serial = page.locator("h1").inner_text().split()[-1]
    revoke_card(page, "perdue")
    return serial


@pytest.fixture
def former_number(sign_in_as: Callable) -> str:
    """The number that a household of six had before it was given another."""
    page = _home_of_six(sign_in_as)
    number = page.locator("h1").inner_text().split()[-1]
    page.goto(f"{page.url}numero/")
    page.fill("#id_because", "carnet perdu")
    page.get_by_role("button", name="Attribuer un nouveau numéro").click()
    expect(page.locator("main")).to_contain_text("porte maintenant le numéro")
    return number


def _home_of_six(sign_in_as: Callable) -> Page:
    page: Page = sign_in_as("federation_manager", "TWITEHO")
    page.goto("/menages/")
    homes = page.locator("table tbody tr", has=page.locator("td", has_text=re.compile("^6$")))
    homes.first.locator("a[href^='/menages/']").first.click()
    page.wait_for_url(re.compile(r"/menages/\d+/$"))
    return page


def test_a_lost_card_and_a_whole_household_are_told_before_any_scrolling(
    revoked_card: str, sign_in_as: Callable, watch: Watch
) -> None:
    """That the card is no good, and of each of six people yes or no, with the reason."""
    page = sign_in_as("facility_user", viewport=NARROW)
    page.goto("/droits/")
    page.locator("#id_text").fill(revoked_card)
    page.keyboard.press("Enter")
    warning = page.locator(".card-warning")
    expect(warning).to_contain_text("Carte révoquée")
    people = page.locator(".verdict-word")
    expect(people).to_have_count(6)
    call = page.locator(".answer a[href^=tel]")
    for part in (warning, page.locator(".verdict-reason").first, call, *people.all()):
        _seen(part)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_former_number_is_told_once_and_six_people_are_seen_with_whom_to_call(
    former_number: str, sign_in_as: Callable, watch: Watch
) -> None:
    page = sign_in_as("facility_user", viewport=NARROW)
    page.goto("/droits/")
    page.locator("#id_text").fill(former_number)
    page.keyboard.press("Enter")
    note = page.get_by_text("est un ancien numéro")
    expect(note).to_have_count(1)
    people = page.locator(".verdict-word")
    expect(people).to_have_count(6)
    for part in (note, page.locator(".answer a[href^=tel]"), *people.all()):
        _seen(part)
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_name_asks_for_the_year_of_birth_beside_its_field(
    sign_in_as: Callable, watch: Watch
) -> None:
    watch.expect(422)
    page = sign_in_as("facility_user", viewport=NARROW)
    page.goto("/droits/")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Ndamanisha Lucie")
    page.keyboard.press("Enter")
    expect(page.locator("#erreurs")).to_contain_text("donnez l’année de naissance")
    expect(page.locator("#id_text")).to_have_value("Ndamanisha Lucie")
    page.locator("#id_birth_year").fill("1975")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict", has_text="MUN-0010001-02")).to_contain_text("NON")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_the_answer_comes_without_javascript(sign_in_as: Callable) -> None:
    page = sign_in_as("mutuelle_agent", "MUNASA", java_script_enabled=False, fresh=True)
    page.goto("/droits/")
    page.locator("#id_text").fill("MUN-0010004")
    page.locator("#id_text").press("Enter")
    expect(page.locator(".verdict")).not_to_have_count(0)
    expect(page.locator("#etat")).to_contain_text("avec des droits ouverts")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_managers_pages_are_sound(viewport: dict, sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("federation_manager", "MUNASA", viewport=viewport)
    for address in (
        "/campagne/?annee=2025", "/campagne/jours/?annee=2026", "/campagne/cibles/?annee=2025",
        "/baremes/", "/baremes/preparer/", "/cle-de-repartition/", "/cle-de-repartition/fixer/",
        "/droits/listes/", "/droits/verifications/",
    ):  # fmt: skip
        page.goto(address)
        expect(page.locator("h1")).not_to_be_empty()
        assert serious_findings(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
    page.goto("/baremes/")
    page.locator("tbody tr", has_text="MUNASA").first.locator("a").click()
    expect(page.locator("main")).to_contain_text("Ordinaire")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_preparing_a_scale_by_hand(sign_in_as: Callable, watch: Watch) -> None:
    """A hole in the bands is told beside the band; the rest stays as it was typed."""
    watch.expect(422)
    page = sign_in_as("federation_manager", "MUNASA")
    page.goto("/baremes/preparer/?annee=2026")
    page.get_by_role("button", name="Préparer").click()
    page.locator("#id_bands-1-size_from").fill("5")
    page.locator("#id_bands-0-amount_francs").fill("21 000")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.locator("#erreurs")).to_contain_text("Aucune tranche pour 4 personnes")
    expect(page.locator("#id_bands-0-amount_francs")).to_have_value("21 000")
    page.locator("#id_bands-1-size_from").fill("4")
    rows = page.locator("#bands tbody tr").count()
    page.locator("#bands").get_by_role("button", name="Ajouter une ligne").click()
    expect(page.locator("#bands tbody tr")).to_have_count(rows + 1)
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.locator("#messages")).to_contain_text("est enregistré")
    expect(page.locator("#etat")).to_contain_text("il ne vaut pas encore")
    assert serious_findings(page) == []
    assert watch.problems == []
