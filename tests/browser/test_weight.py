"""What a first visit and the pages after it weigh on the wire, headers included."""

import gzip
import re
from collections.abc import Callable

from playwright.sync_api import Page, Request

from tests.browser.conftest import fill_sign_in
from tests.browser.site import Site

FIRST_VISIT = 120_000
LATER_HTML = 15_000
JAVASCRIPT = 60_000


def _weigh(page: Page) -> list[tuple[str, int]]:
    """Return a list that fills with each answer's address and bytes."""
    weights: list[tuple[str, int]] = []

    def finished(request: Request) -> None:
        sizes = request.sizes()
        weights.append((request.url, sizes["responseBodySize"] + sizes["responseHeadersSize"]))

    page.on("requestfinished", finished)
    return weights


def test_the_first_visit_up_to_the_home_page_is_light(open_page: Callable, site: Site) -> None:
    page = open_page()
    weights = _weigh(page)
    login = site.login_of("confederation_manager")
    page.goto("/")
    fill_sign_in(page, login["username"], login["password"])
    page.wait_for_url(f"{site.url}/")
    page.wait_for_load_state("networkidle")
    assert len(weights) > 4
    assert sum(size for _, size in weights) <= FIRST_VISIT, weights


def test_later_pages_carry_their_html_alone(sign_in_as: Callable) -> None:
    """What is static is kept by the browser: no later page asks for it again."""
    page = sign_in_as("confederation_manager", fresh=True)
    page.goto("/unites/")
    weights = _weigh(page)
    for address in ("/formations-sanitaires/", "/activites/", "/depenses/"):
        weights.clear()
        page.goto(address)
        page.wait_for_load_state("networkidle")
        sent = [(url, size) for url, size in weights if not url.endswith(address)]
        assert [url for url, size in sent if size] == []
        assert sum(size for _, size in weights) <= LATER_HTML, weights


def test_javascript_is_small(sign_in_as: Callable, site: Site) -> None:
    page = sign_in_as("confederation_manager")
    scripts = page.locator("script[src]").evaluate_all("all => all.map(one => one.src)")
    assert len(scripts) >= 2
    bodies = [page.request.get(src).body() for src in scripts]
    assert sum(len(gzip.compress(body)) for body in bodies) <= JAVASCRIPT
    assert all(re.match(re.escape(site.url), src) for src in scripts)
