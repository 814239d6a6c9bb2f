"""A running site with the national network (site.py), and a real browser before it.

The browser is the Chrome or Chromium of the machine; every page it opens is watched
(watch.py). One worker runs all the browser tests (tests/scheduling.py): the site is started
once.

* ``open_page(…)`` — a page of a visitor: own cookies, own address;
* ``sign_in_as(role, federation, …)`` — a page of somebody signed in; who has signed in once
  keeps the session for the later tests, unless they ask for a fresh one.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    StorageState,
    expect,
    sync_playwright,
)

from tests.browser.site import Site, running_site
from tests.browser.watch import Watch

CHROME_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]  # fmt: skip
WIDE = {"width": 1366, "height": 768}
NARROW = {"width": 360, "height": 640}
_visitors = itertools.count(1)
# Patient: the site, its worker, the browser and other tests share two cores.
expect.set_options(timeout=15_000)


def launch(playwright: Playwright, chrome: str) -> Browser:
    """Start a Chrome or Chromium, in French where it has its translations."""
    environment = {**os.environ, "LANGUAGE": "fr_FR"}
    return playwright.chromium.launch(executable_path=chrome, args=CHROME_FLAGS, env=environment)


@pytest.fixture(scope="session")
def site(worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run the application on a copy of the demonstration network."""
    with running_site(f"conamus_site_{worker_name}", tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chrome; fail where there is none, never skip."""
    chrome = os.environ.get("CONAMUS_CHROME", "")
    assert Path(chrome).is_file(), "CONAMUS_CHROME names no Chrome or Chromium"
    with sync_playwright() as playwright:
        started = launch(playwright, chrome)
        yield started
        started.close()


@pytest.fixture
def watch(site: Site) -> Watch:
    """Collect what goes wrong on this test's pages."""
    return Watch(host=urlsplit(site.url).netloc)


@pytest.fixture
def open_page(browser: Browser, site: Site, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a watched page, wide unless told otherwise."""
    contexts: list[BrowserContext] = []

    def opened(viewport: dict[str, int] = WIDE, **options: object) -> Page:
        number = next(_visitors)
        context = browser.new_context(
            viewport=viewport,
            base_url=site.url,
            locale="fr-FR",
            timezone_id="Africa/Bujumbura",
            extra_http_headers={"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"},
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """Keep the cookies of who has signed in."""
    return {}


def fill_sign_in(page: Page, username: str, password: str) -> None:
    """Send the sign-in form, which must be the page shown."""
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")


@pytest.fixture
def sign_in_as(
    open_page: Callable[..., Page], site: Site, sessions: dict[str, StorageState]
) -> Callable[..., Page]:
    """Return a function that opens the home page of somebody signed in."""

    def signed_in(
        role: str, federation: str | None = None, fresh: bool = False, **options: object
    ) -> Page:
        login = site.login_of(role, federation)
        username = login["username"]
        if username in sessions and not fresh:
            page = open_page(storage_state=sessions[username], **options)
            page.goto("/")
            return page
        page = open_page(**options)
        page.goto("/")
        fill_sign_in(page, username, login["password"])
        page.wait_for_url(f"{site.url}/")
        if not fresh:
            sessions[username] = page.context.storage_state()
        return page

    return signed_in
