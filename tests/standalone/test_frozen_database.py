"""A database that falls silent in the middle of a page: the page ends and says so."""

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

import psycopg2
import pytest
from django.db import connection
from django.test import Client
from psycopg2 import extensions

from conamus import database_patience, web_server
from conamus.standalone.postgres import free_port
from tests import databases
from tests.silence import Relay, relay_to
from tests.world import PASSWORD, World

from .conftest import BASE_DIR, wait_for

#: « within ~30 s »: the silence that is waited for, and what the page needs beside it.
SECONDS = 30


@pytest.fixture
def relay(own_database: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """The database of this test behind a relay, with a page's patience, shortened."""
    monkeypatch.setattr(database_patience, "STATEMENT_SECONDS", 1.0)
    told = connection.settings_dict
    with relay_to(told["HOST"], int(told["PORT"])) as one:
        connection.close()
        monkeypatch.setitem(told, "HOST", "127.0.0.1")
        monkeypatch.setitem(told, "PORT", str(one.port))
        web_server.post_fork(None, None)
        yield one
        extensions.set_wait_callback(None)
        connection.close()


def test_a_page_that_waits_ends_and_says_why(relay: Relay) -> None:
    client = Client(raise_request_exception=False)
    client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    assert client.get("/unites/").status_code == 200
    relay.fall_silent()
    begun = time.monotonic()
    page = client.get("/unites/")
    assert time.monotonic() - begun < 5
    assert page.status_code == 503
    assert "base de données" in page.content.decode()
    relay.speak()
    connection.close()  # as the check of a pooled connection does before the next page
    assert client.get("/unites/").status_code == 200


def test_who_connects_to_a_silent_server_waits_as_long_as_its_address_says(relay: Relay) -> None:
    relay.fall_silent()
    parameters = {**connection.get_connection_params(), "connect_timeout": 2}
    begun = time.monotonic()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(**parameters)
    assert 1.5 < time.monotonic() - begun < 4


def test_a_statement_that_takes_its_time_is_not_a_silence_of_others(relay: Relay) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
        cursor.execute("SELECT repeat('x', 5000000)")
        assert len(cursor.fetchone()[0]) == 5_000_000


def test_a_page_is_given_less_than_half_a_minute() -> None:
    assert database_patience.STATEMENT_SECONDS + database_patience.CONNECT_SECONDS <= SECONDS


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
