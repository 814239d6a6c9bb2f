"""Supervisors killed again and again at every moment of their life leave nothing behind."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from pathlib import Path

import pytest

from conamus.standalone.watchdog import is_alive
from tests.standalone.conftest import (
    BASE_DIR,
    RUNGS,
    SERVICE_VARIABLES,
    all_gone,
    children_of,
    cli,
    wait_for,
)

ROUNDS = 12


@pytest.mark.parametrize("rung", RUNGS)
def test_a_hundred_ways_to_be_killed(tmp_path_factory: pytest.TempPathFactory, rung: str) -> None:
    """Each round dies a little later, from the first steps of initdb to services that serve."""
    folder = tmp_path_factory.mktemp("killed")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o077 == 0:
            parent.chmod(0o711)
    environment = {
        name: value for name, value in os.environ.items() if name not in SERVICE_VARIABLES
    }
    environment["CONAMUS_POSTGRES"] = rung
    seen: set[int] = set()
    for delay in (0.15 * number for number in range(1, ROUNDS + 1)):
        seen |= _killed_after(delay, folder, environment)
    assert len(seen) > ROUNDS
    assert all_gone(seen)
    _starts_at_last(folder, environment)


def _killed_after(delay: float, folder: Path, environment: dict[str, str]) -> set[int]:
    """Start, kill after a delay, and return everyone who was alive just before."""
    supervisor = subprocess.Popen(
        cli("services", "--dir", str(folder)),
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    time.sleep(delay)
    everyone = children_of(supervisor.pid)
    supervisor.kill()
    supervisor.wait()
    assert all_gone(everyone), f"after {delay:.2f} s: {[p for p in everyone if is_alive(p)]}"
    return everyone


def _starts_at_last(folder: Path, environment: dict[str, str]) -> None:
    (folder / "env.json").unlink(missing_ok=True)
    supervisor = subprocess.Popen(
        cli("services", "--dir", str(folder)),
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        assert wait_for((folder / "env.json").exists, 30)
    finally:
        supervisor.terminate()
        assert supervisor.wait(30) == 0
    leftovers = itertools.chain(folder.glob("*.partial"), folder.glob("*.password"))
    assert list(leftovers) == []
