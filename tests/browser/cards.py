"""A household's card in the browser: issued from its page, revoked from its own."""

import re

from playwright.sync_api import Page, expect


def show_card(page: Page) -> None:
    """From a household's page: issue its card, or open the one it has."""
    page.get_by_role("heading", level=1).wait_for()
    issue = page.get_by_role("button", name="Émettre la carte")
    (issue if issue.count() else page.locator("main a[href^='/cartes/']").first).click()
    page.wait_for_url(re.compile(r"/cartes/\d+/"))


def revoke_card(page: Page, because: str) -> None:
    """Revoke the card that the page shows."""
    page.get_by_role("link", name=re.compile("Révoquer")).first.click()
    page.fill("#id_because", because)
    page.get_by_role("button", name="Révoquer").click()
    expect(page.locator("main")).to_contain_text("révoquée")
