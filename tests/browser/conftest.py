"""The running application with the national network, and a real browser before it.

The site is what `make demo` starts: gunicorn and a Celery worker with beat, on a copy of
the demonstration database. The browser is the Chrome or Chromium of the machine; every
page it opens is watched for console errors, foreign requests and failed answers.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import databases

BASE = Path(__file__).resolve().parents[2]
CHROME_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDE = {"width": 1366, "height": 768}
NARROW = {"width": 360, "height": 640}


@dataclass(frozen=True)
class Site:
    """A running site: its address and the demo's sign-ins."""

    url: str
    logins: list[dict[str, str]]

    def login_of(self, role: str, federation: str | None = None) -> dict[str, str]:
        """Return the sign-in of a role (at a federation)."""
        return next(
            login
            for login in self.logins
            if login["role"] == role and federation in (None, login["federation"])
        )


@dataclass
class Watch:
    """What went wrong on the pages of a browser context."""

    host: str
    problems: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", lambda m: self._console(m.type, m.text))
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("response", lambda r: self._response(r.status, r.url))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != self.host:
            self.problems.append(f"request to another host: {url}")

    def _response(self, status: int, url: str) -> None:
        if status >= 400:
            self.problems.append(f"{status} for {url}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(url: str, processes: list[subprocess.Popen], log: Path) -> None:
    for _ in range(300):
        if any(process.poll() is not None for process in processes):
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the site did not become ready:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def site(worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run the application on a copy of the demonstration network."""
    demo = databases.demo_database()
    name = databases.copy_of(demo, f"conamus_site_{worker_name}")
    port = _free_port()
    folder = tmp_path_factory.mktemp("site")
    log = folder / "site.log"
    environment = {
        **os.environ, **databases.urls_to(name), "VAR_DIR": str(folder), "DEMO_MODE": "1",
        "DJANGO_SETTINGS_MODULE": "conamus.settings", "ALLOWED_HOSTS": "127.0.0.1",
        "JOB_LEASE_SECONDS": "6",
    }
    run = [sys.executable, "-m"]
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=BASE, env=environment, check=True,
    )
    queue = f"site-{worker_name}"
    environment["CELERY_QUEUE"] = queue
    commands = [
        [*run, "gunicorn", "conamus.wsgi", "-b", f"127.0.0.1:{port}", "-w", "2", "-t", "60"],
        [*run, "celery", "-A", "conamus", "worker", "-c", "1", "-B", "-Q", queue,
         "-s", str(folder / "beat"), "--loglevel=info"],
    ]
    with ExitStack() as stack, log.open("w") as output:
        processes = [
            subprocess.Popen(c, cwd=BASE, env=environment, stdout=output, stderr=output)
            for c in commands
        ]
        for process in processes:
            stack.callback(_stop, process)
        _wait_until_ready(f"http://127.0.0.1:{port}", processes, log)
        logins = json.loads((databases.files_of(demo) / "demo-logins.json").read_text())
        yield Site(url=f"http://127.0.0.1:{port}", logins=logins)
    databases.drop(name)


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chrome; fail where there is none, never skip."""
    chrome = os.environ.get("CONAMUS_CHROME", "")
    assert chrome and Path(chrome).exists(), "CONAMUS_CHROME names no Chrome or Chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chrome, args=CHROME_FLAGS)
        yield started
        started.close()


@pytest.fixture
def watch(site: Site) -> Watch:
    """Collect what goes wrong on this test's pages."""
    return Watch(host=urlsplit(site.url).netloc)


@pytest.fixture
def open_page(
    browser: Browser, site: Site, watch: Watch
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a watched page, wide unless told otherwise."""
    contexts: list[BrowserContext] = []

    def opened(viewport: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=viewport, base_url=site.url, locale="fr-FR")
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in_as(open_page: Callable[..., Page], site: Site) -> Callable[..., Page]:
    """Return a function that signs a role in through the form."""

    def signed_in(role: str, federation: str | None = None, **options: object) -> Page:
        login = site.login_of(role, federation)
        page = open_page(**options)
        page.goto("/")
        page.fill("input[name=login]", login["username"])
        page.fill("input[name=password]", login["password"])
        page.click("main button[type=submit]")
        page.wait_for_url(f"{site.url}/")
        return page

    return signed_in
