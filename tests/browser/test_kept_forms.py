"""The session ends while somebody types: what they typed is found again after the sign-in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, fill_sign_in
from tests.browser.site import Site
from tests.browser.watch import Watch, serious_findings

ADD = "/depenses/inscrire/"


def _end_session(page: Page) -> None:
    """End the session as hours do: its cookie is gone, the others stay."""
    page.context.clear_cookies(name="sessionid")


def _type_and_send(page: Page, label: str) -> None:
    page.goto(ADD)
    page.fill("#id_label", label)
    page.fill("#id_spent_on", "2025-04-02")
    page.fill("#id_amount_francs", "30 000")
    _end_session(page)
    page.get_by_role("button", name="Inscrire la dépense").click()
    expect(page.locator("h1")).to_have_text("Connexion")
    expect(page.locator("#messages")).to_contain_text("connectez-vous pour le retrouver")


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": WIDE},
        {"viewport": NARROW, "java_script_enabled": False},
    ],
    ids=["wide", "narrow without JavaScript"],
)
def test_it_is_found_again_then_saved(
    options: dict, sign_in_as: Callable, site: Site, watch: Watch
) -> None:
    has_script = options.get("java_script_enabled", True)
    label = f"Carburant retrouvé {has_script}"
    page = sign_in_as("federation_manager", "TWITEHO", fresh=True, **options)
    _type_and_send(page, label)
    login = site.login_of("federation_manager", "TWITEHO")
    fill_sign_in(page, login["username"], login["password"])
    expect(page.locator("h1")).to_have_text("Inscrire une dépense")
    expect(page.locator("#messages")).to_contain_text("pas encore enregistré")
    expect(page.locator("#id_label")).to_have_value(label)
    expect(page.locator("#id_amount_francs")).to_have_value("30 000")
    if has_script:
        assert serious_findings(page) == []
    page.get_by_role("button", name="Inscrire la dépense").click()
    expect(page.locator("#messages")).to_contain_text("La dépense est inscrite")
    assert watch.problems == []


def test_another_person_at_the_same_browser_does_not_see_it(
    sign_in_as: Callable, site: Site, watch: Watch
) -> None:
    page = sign_in_as("federation_manager", "MUNASA", fresh=True)
    _type_and_send(page, "Achat confidentiel")
    login = site.login_of("federation_manager", "TWITEHO")
    fill_sign_in(page, login["username"], login["password"])
    expect(page.locator("h1")).to_have_text("Inscrire une dépense")
    expect(page.locator("#id_label")).to_have_value("")
    assert "confidentiel" not in page.content()
    assert watch.problems == []
