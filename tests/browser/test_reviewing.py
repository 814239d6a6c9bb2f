"""Cases before a médecin conseil: read, cut, asked, put off and accepted by keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Review
from claims.services.decisions import decide_submitted
from tests.browser.care import DAY, beside_the_site, write_visit
from tests.browser.conftest import NARROW
from tests.browser.site import Site
from tests.browser.watch import Watch, serious_findings

FEDERATION = "MUNASA"
QUEUE = "/soins/examens/?q=REVUE-0"
CASES = 6


@pytest.fixture(scope="module")
def waiting(site: Site, django_db_blocker: pytest.FixtureRequest) -> list[int]:
    """Write costly visits of insured members, six and one apart, sent to a reader."""
    with beside_the_site(site, django_db_blocker, FEDERATION) as (tenant, system):
        claims = [write_visit(tenant, n, f"REVUE-{n:06d}") for n in range(CASES)]
        claims.append(write_visit(tenant, CASES, "SANS-000001"))
        tally = decide_submitted(actor=system, claim_ids=claims, year=DAY.year)
    assert tally.to_review == CASES + 1
    return claims


def _stub(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_sitting_by_keyboard_alone(
    sign_in_as: Callable, watch: Watch, waiting: list[int]
) -> None:
    """Six cases: skipped, accepted, cut, asked, put off, rejected; then what it came to."""
    page = sign_in_as("medical_adviser")
    page.goto(QUEUE)
    assert serious_findings(page) == []
    page.get_by_role("link", name="Commencer par la première").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("REVUE-0")
    expect(page.locator(".review-help")).to_contain_text("Échap")
    assert serious_findings(page) == []

    first = _stub(page)
    page.keyboard.press("n")
    expect(page.locator("h1")).not_to_have_text(first)

    page.keyboard.press("a")
    expect(page.locator("#messages")).to_contain_text("acceptée")

    page.keyboard.press("c")
    expect(page.locator("#cut_how_1")).to_be_focused()
    page.keyboard.type("m")
    page.keyboard.press("Tab")
    page.keyboard.type("1000")
    page.keyboard.press("Tab")
    page.keyboard.type("quan")
    assert serious_findings(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text(re.compile("coupée|second lecteur"))

    page.keyboard.press("q")
    expect(page.locator("#asked_note")).to_be_focused()
    page.keyboard.type("Quelle est l’indication ?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("question à la formation sanitaire")

    page.keyboard.press("d")
    expect(page.locator("#deferred_until")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("details.review-panel[open]")).to_have_count(0)
    page.keyboard.press("d")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("remise à plus tard")

    page.keyboard.press("r")
    expect(page.locator("#rejected_reason")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#rejected_reason")).to_be_focused()
    page.keyboard.type("acte")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text(re.compile("rejetée|second lecteur"))

    expect(page.locator("h1")).to_have_text(first)
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("Votre séance")
    expect(page.locator("#etat")).to_contain_text("6 attestations examinées")
    assert serious_findings(page) == []
    assert watch.problems == []
    outcomes = Review.Outcome.labels
    assert any(label.capitalize() in page.locator("main").inner_text() for label in outcomes)


def test_a_nurse_reads_on_a_narrow_screen(
    sign_in_as: Callable, watch: Watch, waiting: list[int]
) -> None:
    page = sign_in_as("advising_nurse", FEDERATION, viewport=NARROW)
    page.goto(f"/soins/examens/{DAY.year}/{waiting[0]}/")
    expect(page.locator("h1")).to_contain_text("REVUE-0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_without_scripts_every_key_is_a_button(
    open_page: Callable, site: Site, sessions: dict, sign_in_as: Callable, waiting: list[int]
) -> None:
    sign_in_as("medical_adviser")
    username = site.login_of("medical_adviser", None)["username"]
    page = open_page(storage_state=sessions[username], java_script_enabled=False)
    page.goto("/soins/examens/?q=SANS-0")
    page.get_by_role("link", name="Commencer par la première").click()
    page.locator("summary", has_text="Rejeter").click()
    page.select_option("#rejected_reason", "not_done")
    page.get_by_role("button", name="Rejeter l’attestation").click()
    expect(page.locator("#messages")).to_contain_text(re.compile("rejetée|second lecteur"))
