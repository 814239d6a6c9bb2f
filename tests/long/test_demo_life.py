"""The demonstration's whole life: first start, commands, backup, second start, every way to end.

One demonstration with a ``var`` of its own goes through the steps in order; each test is a step
of that life, so they share a module-wide state and are run in the order of the file.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from conamus.standalone.discovery import environment_file
from tests.standalone.conftest import BASE_DIR, SERVICE_VARIABLES, all_gone, children_of, wait_for

SECOND_START_SECONDS = 5.0
#: Its bound on a machine too slow for any start in five seconds: so many loads of the application.
SECOND_START_LOADS = 2.5
#: JOB_LEASE_SECONDS, where nobody sets it.
LEASE_SECONDS = 60


class Demo:
    """A checkout's demonstration, run as an operator runs it."""

    def __init__(self, var: Path, *, care_year: bool) -> None:
        self.var = var
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        known = {name: value for name, value in os.environ.items() if name not in SERVICE_VARIABLES}
        known.pop("DJANGO_SETTINGS_MODULE", None)
        own = {"VAR_DIR": str(var), "PORT": str(self.port), "DEMO_CARE_YEAR": str(int(care_year))}
        self.environment = {**known, **own}
        self.process: subprocess.Popen[str] | None = None
        self.output = var.parent / "output"

    def start(self, seconds: float = 300) -> float:
        """Start it and return how long it took to be ready."""
        begun = time.monotonic()
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                ["make", "demo", f"PYTHON={sys.executable}"],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        assert wait_for(lambda: "Conamus est prêt" in self.said() or self.ended(), seconds)
        assert not self.ended(), self.said()
        return time.monotonic() - begun

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def said(self) -> str:
        return self.output.read_text()

    def supervisor(self) -> int:
        return int(json.loads(environment_file(self.var).read_text())["pid"])

    def everyone(self) -> set[int]:
        return children_of(self.process.pid)

    def status(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status

    def answers(self, path: str) -> int:
        """Return the status, 0 where nothing answers yet."""
        try:
            return self.status(path)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def main_process(self, words: str) -> int | None:
        """Return the supervisor's own child whose command line holds some words."""
        listing = subprocess.run(
            ["ps", "-ww", "-A", "-o", "pid=,ppid=,args="],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        rows = (line.split(None, 2) for line in listing.splitlines())
        parent = self.supervisor()
        found = [int(row[0]) for row in rows if int(row[1]) == parent and words in row[2]]
        return found[0] if found else None

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=BASE_DIR, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *arguments, f"PYTHON={sys.executable}"],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def ask(self, alias: str, query: str) -> str:
        """Run a query through ``manage.py``, which finds the demonstration by itself."""
        code = (
            f"from django.db import connections as c; x = c[{alias!r}].cursor(); "
            f"x.execute({query!r}); print(x.fetchone()[0] if x.description else '')"
        )
        return self.manage("shell", "--no-imports", "-c", code)

    def load_seconds(self) -> float:
        """Return how long a process takes here to load the application, a part of any start."""
        begun = time.monotonic()
        self.manage("shell", "--no-imports", "-c", "import conamus.urls")
        return time.monotonic() - begun

    def stop(self) -> None:
        """Stop it as a TERM does, if it runs."""
        if not self.ended():
            os.kill(self.process.pid, signal.SIGTERM)
            self.process.wait(60)

    def address_of(self, name: str) -> str:
        """Return an address that the demonstration has told."""
        return json.loads(environment_file(self.var).read_text())["environment"][name]

    def households(self) -> int:
        return int(self.ask("loader", "SELECT count(*) FROM membership_household"))


def reachable(folder: Path) -> Path:
    """Let the account of the services walk down to a folder; return it."""
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o077 == 0:
            parent.chmod(0o711)
    return folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration whose year of care stays out: tests/long/test_demo_care_year.py has it."""
    one = Demo(reachable(tmp_path_factory.mktemp("demo")) / "var", care_year=False)
    yield one
    one.stop()


def test_the_first_start_loads_everything(demo: Demo) -> None:
    demo.start()
    assert demo.status("/readyz") == 200
    logins = demo.var / "demo-logins.json"
    assert logins.stat().st_mode & 0o777 == 0o600
    people = json.loads(logins.read_text())
    assert all(set(one) >= {"role", "federation", "username", "password"} for one in people)
    assert len({one["role"] for one in people}) >= 8
    assert "log/worker.log" in demo.said().splitlines()[-1]
    assert re.search(r"^  Migrations : (\d\d+) sur \1$", demo.said(), re.MULTILINE)


def test_commands_find_it_and_a_second_one_is_refused(demo: Demo) -> None:
    assert demo.households() > 50_000
    refused = demo.make("demo")
    assert refused.returncode != 0
    assert "une démonstration tourne déjà" in refused.stdout
    assert demo.status("/readyz") == 200


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("worker", "conamus worker"),
        ("beat", "conamus beat"),
        ("web", "conamus.wsgi"),
        ("postgres", "/postgres -D"),
    ],
)
def test_a_killed_process_comes_back(demo: Demo, name: str, words: str) -> None:
    killed = demo.main_process(words)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert wait_for(lambda: demo.main_process(words) not in (None, killed), 30), demo.said()
    assert f"« {name} » s’est arrêté, il est relancé" in demo.said()
    assert wait_for(lambda: demo.answers("/readyz") == 200, 30), demo.said()
    assert not demo.ended()


ASK_FOR_REPORT = """
from federations.models import Federation, Unit
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope
from prudential.services.annual_report import request_annual_report
actor = system_actor(Federation.objects.get(code="CONAMUS").pk, "essai")
with open_scope(actor, source="essai"):
    unit = Unit.objects.get(code="CONAMUS")
    print(request_annual_report(actor=actor, unit_id=unit.pk, year=2024).pk)
"""


def test_a_task_whose_worker_is_killed_goes_on_within_seconds(demo: Demo) -> None:
    """Its lease lasts a minute; the next worker sees that its process has ended."""
    job = demo.manage("shell", "--no-imports", "-c", ASK_FOR_REPORT)
    asked = f"SELECT state || ' ' || attempts FROM federations_job WHERE id = '{job}'"
    with closing(psycopg2.connect(demo.address_of("LOADER_DATABASE_URL"))) as link:
        link.autocommit = True
        cursor = link.cursor()

        def state() -> str:
            cursor.execute(asked)
            return cursor.fetchone()[0]

        assert wait_for(lambda: state() == "running 1", 60), state()
        os.kill(demo.main_process("conamus worker"), signal.SIGKILL)
        assert wait_for(lambda: state() == "running 2", LEASE_SECONDS - 20), state()
        assert wait_for(lambda: state() == "done 2", 90), state()


def test_a_backup_is_restored_under_the_running_application(demo: Demo) -> None:
    """The drill at full size: save, change, restore in place; the application goes on."""
    before = demo.households()
    saved = demo.var / "drill.backup"
    done = demo.make("backup", f"FILE={saved}")
    assert done.returncode == 0, done.stdout
    demo.ask("owner", "CREATE TABLE stray AS SELECT 1")
    refused = demo.make("restore", f"FILE={saved}")
    assert refused.returncode != 0
    assert "FORCE=1" in refused.stdout
    done = demo.make("restore", f"FILE={saved}", "FORCE=1")
    assert done.returncode == 0, done.stdout
    assert "conformes" in done.stdout
    assert demo.households() == before
    assert demo.ask("owner", "SELECT to_regclass('stray') IS NULL") == "True"
    assert wait_for(lambda: demo.status("/readyz") == 200)


def test_a_term_to_make_stops_everything(demo: Demo) -> None:
    everyone = demo.everyone()
    assert len(everyone) >= 9
    demo.process.send_signal(signal.SIGTERM)
    demo.process.wait(60)
    assert all_gone(everyone)
    assert "Conamus est arrêté." in demo.said()


def test_the_second_start_is_quick_and_a_ctrl_c_stops_it(demo: Demo) -> None:
    demo.start()  # the restoration has had the data prepared again
    everyone = demo.everyone()
    bound = max(SECOND_START_SECONDS, SECOND_START_LOADS * demo.load_seconds())
    os.kill(demo.supervisor(), signal.SIGINT)
    demo.process.wait(60)
    assert all_gone(everyone)
    assert demo.start() < bound
    assert demo.households() > 50_000


@pytest.mark.parametrize("seconds_after_ready", [0.0, 0.4, 2.0])
def test_kill_9_leaves_nothing_and_the_next_start_recovers(
    demo: Demo, seconds_after_ready: float
) -> None:
    time.sleep(seconds_after_ready)
    everyone = demo.everyone()
    os.kill(demo.supervisor(), signal.SIGKILL)
    demo.process.wait(60)
    assert all_gone(everyone, 20)
    demo.start()
    assert demo.status("/readyz") == 200


def test_killing_make_stops_what_it_ran(demo: Demo) -> None:
    everyone = demo.everyone()
    demo.process.kill()
    demo.process.wait()
    assert all_gone(everyone, 30)


def test_reset_starts_over(demo: Demo) -> None:
    done = demo.make("reset")
    assert done.returncode == 0, done.stdout
    assert sorted(path.name for path in demo.var.iterdir()) == ["backup.key", "run"]
