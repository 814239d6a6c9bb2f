"""The running application with the national network: what `make demo` starts, for tests.

gunicorn and a Celery worker with beat, on a copy of the demonstration database, with
mails written to a folder. One reverse proxy is trusted, so that each test may come from
an address of its own: the limits on sign-ins count by address.
"""

import email
import email.policy
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from conamus.demo.care.notice import CARE_JOB
from conamus.standalone.processes import Running, Supervisor
from tests import databases

BASE = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 6


@dataclass
class Site:
    """A running site: its address, the demo's sign-ins, its worker and its mails."""

    url: str
    logins: list[dict[str, str]]
    folder: Path
    environment: dict[str, str]
    supervisor: Supervisor
    worker: Running

    def login_of(self, role: str, federation: str | None = None) -> dict[str, str]:
        """Return the sign-in of a role (at a federation)."""
        return next(
            login
            for login in self.logins
            if login["role"] == role and federation in (None, login["federation"])
        )

    def mails(self) -> list[EmailMessage]:
        """Return the mails sent so far, oldest first."""
        files = sorted((self.folder / "mails").glob("*.log"), key=lambda path: path.stat().st_mtime)
        sent = (path.read_bytes().rpartition(b"-" * 79)[0] for path in files)
        return [email.message_from_bytes(mail, policy=email.policy.default) for mail in sent]

    def wait_for_mail(self, to: str, seconds: float = 40) -> EmailMessage:
        """Return the mail sent to an address, once the outbox has been published."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self.mails():
                if message["To"] == to:
                    return message
            time.sleep(0.3)
        raise AssertionError(f"no mail to {to} in {seconds} s")

    def kill_worker(self) -> None:
        """Kill the worker, its children and its beat, without a word to anyone."""
        os.killpg(self.worker.process.pid, signal.SIGKILL)
        self.supervisor.wait(self.worker)

    def start_worker(self) -> None:
        """Start a worker again, as a supervisor would."""
        self.worker = _start_worker(self.supervisor, self.environment, self.folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(database: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        **databases.urls_to(database),
        "VAR_DIR": str(folder),
        "DEMO_MODE": "1",
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "ALLOWED_HOSTS": "127.0.0.1",
        "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        "TRUSTED_PROXY_COUNT": "1",
        "EMAIL_URL": f"filemail:///{folder / 'mails'}",
        "CELERY_QUEUE": database,
    }


def _start(
    supervisor: Supervisor, environment: dict[str, str], folder: Path, *arguments: str
) -> Running:
    command = [sys.executable, "-m", *arguments]
    log = folder / "site.log"
    return supervisor.start(arguments[0], command, log=log, cwd=BASE, env=environment)


def _start_worker(supervisor: Supervisor, environment: dict[str, str], folder: Path) -> Running:
    queue, schedule = environment["CELERY_QUEUE"], str(folder / "beat")
    worker = ("celery", "-A", "conamus", "worker", "-c", "1", "-Q", queue, "--loglevel=info")
    return _start(supervisor, environment, folder, *worker, "-B", "-s", schedule)


def _start_web(
    supervisor: Supervisor, environment: dict[str, str], folder: Path, port: int
) -> Running:
    own = ("-b", f"127.0.0.1:{port}", "-w", "2")
    web = ("gunicorn", "conamus.wsgi", "-c", "python:conamus.web_server", *own)
    return _start(supervisor, environment, folder, *web)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _wait_until_ready(port: int, supervisor: Supervisor, log: Path) -> None:
    for _ in range(300):
        if supervisor.ended():
            break
        if _is_ready(port):
            return
        time.sleep(0.2)
    raise RuntimeError(f"the site did not become ready:\n{log.read_text()[-4000:]}")


def _collect_static(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=BASE, env=environment, check=True)


def _copy_of_the_network(name: str) -> Path:
    """Copy the network without its request for the year of care; return its folder.

    That year takes minutes to load: tests/long looks at it.
    """
    demo = databases.demo_database()
    databases.copy_of(demo, name)
    with databases.superuser(name) as cursor:
        cursor.execute("DELETE FROM federations_job WHERE kind = %s", [CARE_JOB])
        assert cursor.rowcount == 1
    return databases.files_of(demo)


@contextmanager
def running_site(name: str, folder: Path) -> Iterator[Site]:
    """Run the application on a copy ``name`` of the demonstration network."""
    logins = json.loads((_copy_of_the_network(name) / "demo-logins.json").read_text())
    (folder / "mails").mkdir()
    environment = _environment(name, folder)
    _collect_static(environment)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    try:
        with Supervisor() as supervisor:
            _start_web(supervisor, environment, folder, port)
            worker = _start_worker(supervisor, environment, folder)
            _wait_until_ready(port, supervisor, folder / "site.log")
            yield Site(url, logins, folder, environment, supervisor, worker)
    finally:
        databases.drop(name)
