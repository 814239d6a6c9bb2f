"""The terms of care before those who keep them: catalogue, price, agreement, package, bill."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, excess_width, serious_findings

FEDERATION = "MUNASA"


def _is_sound(page: Page) -> None:
    assert serious_findings(page) == []
    assert excess_width(page) <= 0


def _send(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).last.click()


def _facility(page: Page) -> str:
    """Return the code of a facility of the register."""
    page.goto("/formations-sanitaires/?type=CDS")
    found = re.search(r"FS-\w+", page.locator("#liste tbody").inner_text())
    assert found is not None
    return found[0]


def test_an_act_enters_the_catalogue_with_its_price(sign_in_as: Callable, watch: Watch) -> None:
    """Written by keyboard, found by its name, priced, and the price asked for on a day."""
    page = sign_in_as("confederation_manager")
    page.goto("/soins/actes/")
    _is_sound(page)
    page.get_by_role("link", name="Ajouter").first.click()
    page.fill("#id_code", "ESSAI500")
    page.fill("#id_name", "Essaicilline")
    page.select_option("#id_family", "medicine")
    page.fill("#id_strength", "500 mg")
    page.locator("#id_atc").press("Enter")
    expect(page.locator("h1")).to_contain_text("Essaicilline")
    expect(page.locator("main")).to_contain_text("Aucun tarif n’en parle aujourd’hui")
    _is_sound(page)
    page.goto("/soins/tarifs/fixer/")
    page.fill("#id_act", "essai500")
    page.fill("#id_price_francs", "1 250")
    page.fill("#id_starts_on", "2025-06-01")
    page.locator("#id_price_francs").press("Enter")
    expect(page.locator("h1")).to_contain_text("ESSAI500")
    code = _facility(page)
    page.goto("/soins/tarifs/prix/?act=ESSAI500")
    page.fill("#id_facility", code)
    page.fill("#id_on", "2025-06-15")
    _send(page, "Chercher le prix")
    expect(page.locator("#reponse")).to_contain_text("1\u202f250\u00a0FBu")
    _is_sound(page)
    page.goto("/soins/actes/?q=essaicilline")
    expect(page.locator("#liste tbody tr")).to_have_count(1)
    assert watch.problems == []


def test_a_price_over_another_is_refused_at_its_field(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    page = sign_in_as("federation_manager", FEDERATION, viewport=NARROW)
    page.goto("/soins/actes/")
    code = page.locator("#liste tbody tr").first.inner_text().split()[0]
    for is_first in (True, False):
        page.goto("/soins/tarifs/fixer/")
        page.fill("#id_act", code)
        page.fill("#id_price_francs", "4 321")
        page.fill("#id_starts_on", "2025-07-01")
        page.locator("#id_price_francs").press("Enter")
        if is_first:
            expect(page.locator("h1")).to_contain_text(code)
    expect(page.locator("#erreurs")).to_be_focused()
    expect(page.locator("#id_price_francs")).to_have_value(re.compile("4.?321"))
    _is_sound(page)
    assert watch.problems == []


def test_an_agreement_is_signed_suspended_and_taken_up_again(
    sign_in_as: Callable, watch: Watch
) -> None:
    page = sign_in_as("federation_manager", FEDERATION)
    page.goto("/soins/conventions/")
    _is_sound(page)
    page.locator("#liste tbody a").first.click()
    expect(page.locator("h2", has_text="Suspensions")).to_be_visible()
    _is_sound(page)
    page.get_by_role("link", name="Suspendre").click()
    page.fill("#id_starts_on", "2025-06-30")
    page.fill("#id_reason", "Factures sans carnets")
    _send(page, "Suspendre")
    expect(page.locator("main")).to_contain_text("Factures sans carnets")
    page.get_by_role("link", name="Reprendre").click()
    page.fill("#id_ends_on", "2025-07-01")
    _send(page, "Reprendre")
    expect(page.locator("main")).to_contain_text("reprise le 1er juillet 2025")
    _is_sound(page)
    assert watch.problems == []


def test_a_package_says_what_it_pays_and_a_bill_is_tried(
    sign_in_as: Callable, watch: Watch
) -> None:
    """As a facility's user, on a telephone: the package in words, then a bill of two lines."""
    page = sign_in_as("facility_user", FEDERATION, viewport=NARROW)
    page.goto("/soins/paquets/")
    _is_sound(page)
    page.locator("#liste tbody a").first.click()
    expect(page.locator("main section ol li").first).to_contain_text("la mutuelle paie")
    _is_sound(page)
    page.get_by_role("link", name="Simuler une facture").click()
    page.fill("#id_on", "2025-03-10")
    codes = page.locator("#codes-des-actes option").evaluate_all(
        "options => options.slice(0, 2).map(option => option.value)"
    )
    page.fill("#id_act-0", codes[0])
    page.fill("#id_act-1", codes[1])
    page.fill("#id_quantity-1", "2")
    _send(page, "Simuler")
    result = page.locator("#resultat")
    expect(result).to_contain_text("la mutuelle paie")
    expect(result.locator("tfoot")).to_contain_text("FBu")
    _is_sound(page)
    assert watch.problems == []


def test_a_derogation_is_prepared_and_told_apart(sign_in_as: Callable, watch: Watch) -> None:
    """From CONAMUS's package to a draft: a rate that says the same twice is told at its place."""
    page = sign_in_as("federation_manager", FEDERATION)
    page.goto("/soins/paquets/")
    page.locator("#liste tbody a").first.click()
    page.locator("main").get_by_role("link", name=re.compile("nouvelle version|dérogation")).click()
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("link", name="Ajouter : taux").click()
    page.fill("#id_percent", "90")
    page.locator("#id_percent").press("Enter")
    expect(page.locator("main")).to_contain_text("la mutuelle paie 90")
    expect(page.locator("main")).to_contain_text("Ce qui diffère")
    _is_sound(page)
    page.get_by_role("link", name="Abandonner").click()
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("Paquets")
    assert watch.problems == []


def test_the_works_of_care_are_found_by_keyboard_and_without_a_script(
    sign_in_as: Callable, open_page: Callable, site: object, sessions: dict, watch: Watch
) -> None:
    """From « Soins » to a page two levels down; the menu unfolds the work that is done alone."""
    page = sign_in_as("federation_manager", FEDERATION)
    menu = page.locator("nav[aria-label='Menu principal']")
    menu.get_by_role("link", name="Soins").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vue d’ensemble des soins")
    _is_sound(page)
    expect(menu.get_by_role("link", name="Échéances")).to_have_count(0)
    menu.get_by_role("link", name="Factures et paiements").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Échéances")).to_be_visible()
    username = site.login_of("federation_manager", FEDERATION)["username"]  # type: ignore[attr-defined]
    plain = open_page(storage_state=sessions[username], java_script_enabled=False, viewport=NARROW)
    plain.goto("/soins/")
    plain.locator("main").get_by_role("link", name="Tarifs").click()
    expect(plain.locator("h1")).to_contain_text("Tarifs")
    assert watch.problems == []
