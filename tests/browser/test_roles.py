"""Each role signs in, follows each entry of its menu, and finds sound pages."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from federations.rules.roles import ASSIGNABLE_ROLES
from tests.browser.conftest import NARROW, WIDE, Watch

SERIOUS = ("serious", "critical")


def _menu_links(page: Page) -> list[str]:
    links = page.locator("nav[aria-label='Menu principal'] a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return list(dict.fromkeys(links))


def _serious_findings(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {v['id']} — {node['html'][:160]}"
        for v in found
        if v["impact"] in SERIOUS
        for node in v["nodes"]
    ]


def _visit_menu(page: Page) -> tuple[list[str], list[str]]:
    """Open every entry, and what an entry unfolds; return the addresses and findings."""
    seen: list[str] = []
    findings: list[str] = []
    waiting = ["/", *_menu_links(page)]
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        page.goto(address)
        seen.append(address)
        assert page.locator("h1").count() == 1, address
        findings += _serious_findings(page)
        waiting += _menu_links(page)
    return seen, findings


@pytest.mark.parametrize("role", [role.value for role in ASSIGNABLE_ROLES])
def test_a_role_follows_its_menu(role: str, sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as(role)
    seen, findings = _visit_menu(page)
    assert len(seen) >= 2
    assert findings == []
    assert watch.problems == []


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1366×768", "360×640"])
@pytest.mark.parametrize("role", ["confederation_manager", "federation_manager", "regulator"])
def test_no_page_is_wider_than_its_window(
    role: str, viewport: dict, sign_in_as: Callable
) -> None:
    page = sign_in_as(role, viewport=viewport)
    too_wide = []
    for address in ["/", *_menu_links(page)]:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            too_wide.append((address, width))
    assert too_wide == []


def test_the_policy_allows_nothing_inline_and_no_other_host(sign_in_as: Callable) -> None:
    page = sign_in_as("confederation_manager")
    policy = page.goto("/").headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy
