"""Server time of the first answers of a web process that has just started.

On a database that holds the demonstration network: a server is started as the demonstration starts
its own (one process, the application loaded before it), and asked for `/readyz`, the sign-in, then,
signed in, each role's home and the longest lists. Nothing was asked of it before: templates, forms
and connections are what the start made ready. The bound is the same page asked for once more.

    python -m bench first_hits            (the network loaded first)
    python -m bench --as-is first_hits    (the running demonstration, only read)
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from bench.measure import Figure, report
from bench.portal_pages import signed_in
from conamus.standalone.postgres import free_port
from federations.rules.roles import Role

MOST_MILLISECONDS = 100
#: From the process's start to a green `/readyz`.
MOST_START_SECONDS = 5
#: Each in a process of its own: the first thing that it is asked.
FIRST = (
    (None, "/readyz"),
    (None, "/compte/login/"),
    (Role.CONFEDERATION_MANAGER, "/"),
    (Role.FEDERATION_MANAGER, "/"),
    (Role.FEDERATION_MANAGER, "/menages/"),
    (Role.FEDERATION_MANAGER, "/cotisations/"),
    (Role.CENTRE_OPERATOR, "/soins/attestations/"),
    (Role.ADVISING_NURSE, "/soins/examens/"),
)


@dataclass(frozen=True, slots=True)
class Server:
    """A web server of our own, and how long it took to be ready."""

    port: int
    start_seconds: float

    def milliseconds(self, path: str, cookie: str) -> float:
        """Ask for a page; refuse another answer than the page."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"sessionid={cookie}", "X-Forwarded-Proto": "https"}
        start = time.perf_counter()
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        answer.read()
        seconds = time.perf_counter() - start
        link.close()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path}: {answer.status}")
        return 1000 * seconds


def main() -> int:
    """Start a server for each first answer, print, and fail above a limit."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    return report(list(_figures()))


def _figures() -> Iterator[Figure]:
    starts = []
    for role, path in FIRST:
        cookie = signed_in(role).cookies["sessionid"].value if role else ""
        with _server() as server:
            starts.append(server.start_seconds)
            first = server.milliseconds(path, cookie)
            again = server.milliseconds(path, cookie)
        yield Figure(
            name=f"{role.value if role else 'nobody'} {path} first",
            measured=first,
            bound=again,
            limit=MOST_MILLISECONDS,
            unit="ms",
        )
    yield Figure(
        name="start, until it listens", measured=min(starts), limit=MOST_START_SECONDS, unit="s"
    )


@contextmanager
def _server() -> Iterator[Server]:
    """Start the application as the demonstration does, with one process; stop it afterwards."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "conamus.wsgi", "--workers=1"),
        *(f"--bind=127.0.0.1:{port}", "--config=python:conamus.web_server", "--preload"),
    ]
    environment = {**os.environ, "DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1"}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_until_it_listens(process, port)
        yield Server(port, time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait for a process that answers what asks nothing: the socket opens before it is there."""
    while process.poll() is None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            link.request("GET", "/healthz")
            link.getresponse()
        except OSError:
            time.sleep(0.02)
        else:
            return
        finally:
            link.close()
    raise RuntimeError(f"the server ended: {process.returncode}")
