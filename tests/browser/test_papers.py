"""Printing and reminding in the browser, as an agent does it; the menu opens by the keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, serious_findings


def _pdf(page: Page, address: str) -> bytes:
    answer = page.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def test_the_papers_of_a_household_are_on_its_page(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("mutuelle_agent", "TUGARUKIRAMAGARA")
    page.goto("/menages/?enrolment=inscrits")
    page.locator("#liste td a").first.click()
    page.locator("summary", has_text="Imprimer").focus()
    page.keyboard.press("Enter")
    for name in ("Fiche familiale", "Attestation d’affiliation 2025"):
        link = page.get_by_role("link", name=name)
        expect(link).to_be_visible()
        assert _pdf(page, link.get_attribute("href") or "").startswith(b"%PDF")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_register_is_made_while_one_waits_and_found_again(
    sign_in_as: Callable, watch: Watch
) -> None:
    page = sign_in_as("mutuelle_agent", "TUGARUKIRAMAGARA")
    page.goto("/menages/imprimer/")
    page.get_by_label("Registre des membres").check()
    page.get_by_role("button", name="Imprimer").click()
    link = page.get_by_role("link", name="Ouvrir le document (PDF)")
    expect(link).to_be_visible(timeout=120_000)
    assert _pdf(page, link.get_attribute("href") or "").startswith(b"%PDF")
    page.goto("/menages/imprimer/")
    expect(page.get_by_role("link", name="Registre des membres")).to_be_visible()
    assert serious_findings(page) == []
    assert watch.problems == []


@pytest.mark.parametrize("viewport", [None, NARROW], ids=["wide", "narrow"])
def test_a_reminder_is_seen_before_it_is_sent(
    sign_in_as: Callable, watch: Watch, viewport: dict[str, int] | None
) -> None:
    options = {"viewport": viewport} if viewport else {}
    page = sign_in_as("mutuelle_agent", "TUGARUKIRAMAGARA" if viewport else "MUNASA", **options)
    page.goto("/cotisations/rappels/envoyer/?objet=renouveler")
    expect(page.get_by_text("aucun téléphone ne sonne")).to_be_visible()
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.get_by_role("heading", name="Aperçu")).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text(re.compile(r"envoyés?\."))).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Voir le journal").click()
    expect(page.locator("#liste")).to_contain_text("envoyé")
    page.goto("/cotisations/rappels/envoyer/?objet=renouveler")
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.get_by_text("déjà rappelés aujourd’hui")).to_be_visible()
    expect(page.get_by_role("button", name="Envoyer")).to_have_count(0)
    assert serious_findings(page) == []
    assert watch.problems == []
