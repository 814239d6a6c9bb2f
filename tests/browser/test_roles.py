"""Each role signs in, follows each entry of its menu, and finds sound pages."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from federations.rules.roles import ASSIGNABLE_ROLES, Permission, Role, is_permitted
from tests.browser.conftest import NARROW, WIDE
from tests.browser.watch import Watch, excess_width, serious_findings

HTML_BUDGET = 15_000
#: A page and the permission it needs: who lacks it meets a refusal.
GUARDED = (
    ("/menages/", Permission.SEE_HOUSEHOLDS),
    ("/depenses/inscrire/", Permission.RECORD_EXPENSES),
    ("/personnes/", Permission.MANAGE_PEOPLE),
    ("/historique/", Permission.SEE_HISTORY),
)


def menu_links(page: Page) -> list[str]:
    """Return where the menu's entries lead, each once."""
    links = page.locator("nav[aria-label='Menu principal'] a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return list(dict.fromkeys(links))


def _visit_menu(page: Page) -> Iterator[tuple[str, int]]:
    """Open every entry, and what an entry unfolds; yield its address and its HTML's size."""
    seen: list[str] = []
    waiting = ["/", *menu_links(page)]
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.append(address)
        answer = page.goto(address)
        yield address, answer.request.sizes()["responseBodySize"]
        waiting += menu_links(page)


def faults_of(page: Page, address: str, size: int) -> list[str]:
    """Return what is wrong with the page shown, at both widths."""
    faults = [] if size <= HTML_BUDGET else [f"{address}: {size} bytes of HTML"]
    if page.locator("h1").count() != 1:
        faults.append(f"{address}: {page.locator('h1').count()} first headings")
    for viewport in (NARROW, WIDE):
        page.set_viewport_size(viewport)
        if (excess := excess_width(page)) > 0:
            faults.append(f"{address}: {excess} px wider than {viewport['width']}")
    return faults + serious_findings(page)


@pytest.mark.parametrize("role", [role.value for role in ASSIGNABLE_ROLES])
def test_a_role_follows_its_menu(role: str, sign_in_as: Callable, watch: Watch) -> None:
    """No failed answer, no foreign request, nothing serious for axe-core, budgets held."""
    page = sign_in_as(role)
    faults: list[str] = []
    visited = 0
    for address, size in _visit_menu(page):
        faults += faults_of(page, address, size)
        visited += 1
    assert visited >= 2
    assert faults == []
    assert watch.problems == []


@pytest.mark.parametrize("role", ["confederation_manager", "mutuelle_agent"])
def test_the_menu_of_a_telephone_unfolds(role: str, sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as(role, viewport=NARROW)
    menu = page.locator("header nav[aria-label='Menu']")
    expect(menu).not_to_be_visible()
    page.locator("header summary", has_text="Menu").click()
    expect(menu).to_be_visible()
    assert serious_findings(page) == []
    menu.get_by_role("link", name="Réseau").click()
    expect(page.locator("h1")).to_contain_text("Unités")
    assert watch.problems == []


@pytest.mark.parametrize("role", ["facility_user", "regulator", "mutuelle_agent"])
def test_what_is_not_of_a_role_is_refused_in_french(
    role: str, sign_in_as: Callable, watch: Watch
) -> None:
    watch.expect(403)
    page = sign_in_as(role)
    for address, permission in GUARDED:
        if is_permitted(Role(role), permission):
            continue
        answer = page.goto(address)
        assert answer.status == 403, address
        expect(page.locator("h1")).to_have_text("Accès refusé")
        expect(page.locator("nav[aria-label='Menu principal']")).to_be_visible()
        assert serious_findings(page) == []
    assert watch.problems == []


def test_the_policy_allows_nothing_inline_and_no_other_host(sign_in_as: Callable) -> None:
    page = sign_in_as("confederation_manager")
    policy = page.goto("/").headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_browser_refuses_an_inline_script(sign_in_as: Callable) -> None:
    """The policy is enforced, not only announced."""
    page = sign_in_as("auditor")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = true';"
        "document.body.append(s)"
    )
    assert page.evaluate("window.ran") is None
