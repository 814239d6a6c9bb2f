"""The real web server on a silent database: its only thread answers, and is given back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from django.db import connection

from conamus.standalone.postgres import free_port
from tests import databases
from tests.silence import Relay, relay_to
from tests.standalone.conftest import BASE_DIR, wait_for
from tests.world import PASSWORD, World

#: « within ~30 s »: the silence that is waited for, and what the page needs beside it.
SECONDS = 30


@pytest.fixture
def served(own_database: World, tmp_path: Path) -> Iterator[tuple[str, Relay]]:
    """The real web server with one thread, on this test's database behind a relay."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(databases.urls_to(name)["DATABASE_URL"])
    with relay_to(url.hostname or "", url.port or 5432) as relay:
        netloc = f"{url.username}:{url.password}@127.0.0.1:{relay.port}"
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "conamus.wsgi", "--workers=1", "--threads=1",
             "--config=python:conamus.web_server", f"--bind=127.0.0.1:{port}"],
            cwd=BASE_DIR,
            env={
                **os.environ,
                **databases.urls_to(name),
                "DATABASE_URL": urlunsplit(url._replace(netloc=netloc)),
                "DJANGO_SETTINGS_MODULE": "conamus.settings_test",
            },
            stdout=(tmp_path / "web.log").open("w"),
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield f"http://127.0.0.1:{port}", relay
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def _status(browser: OpenerDirector, url: str) -> tuple[int, str]:
    try:
        with browser.open(url, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_the_web_server_gives_its_only_thread_back(served: tuple[str, Relay]) -> None:
    site, relay = served
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    assert wait_for(lambda: _status(browser, f"{site}/compte/login/")[0] == 200, 40)
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    told = {"login": "amina", "password": PASSWORD, "csrfmiddlewaretoken": token}
    browser.open(f"{site}/compte/login/", urlencode(told).encode(), timeout=60)
    assert _status(browser, f"{site}/unites/")[0] == 200
    relay.fall_silent()
    begun = time.monotonic()
    status, said = _status(browser, f"{site}/unites/")
    assert status == 503
    assert "base de données" in said
    assert time.monotonic() - begun < SECONDS + 5
    relay.speak()
    assert _status(browser, f"{site}/unites/")[0] == 200
