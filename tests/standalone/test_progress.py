"""Long steps of the demonstration say how far they are, or that they are at work."""

from __future__ import annotations

import os
import sys
import time
from io import StringIO

import pytest

from conamus.standalone import demo
from conamus.standalone.processes import Supervisor
from federations.management.commands import migrate


@pytest.mark.parametrize(
    ("seconds", "lines"),
    [
        (0.0, ["  Migrations : 1 sur 3", "  Migrations : 2 sur 3", "  Migrations : 3 sur 3"]),
        (600.0, ["  Migrations : 3 sur 3"]),
    ],
)
def test_migrations_are_counted_now_and_then_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch, seconds: float, lines: list[str]
) -> None:
    monkeypatch.setattr(migrate, "TOLD_EVERY_SECONDS", seconds)
    said = StringIO()
    command = migrate.Command(stdout=said)
    command.verbosity, command.total, command.told_at = 0, 3, time.monotonic()
    for _ in range(3):
        command.migration_progress_callback("apply_start")
        command.migration_progress_callback("apply_success")
    assert said.getvalue().splitlines() == lines


def test_a_silent_step_is_said_to_be_at_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "PATIENCE_SECONDS", 0.6)
    with Supervisor() as supervisor:
        step = supervisor.start("pas", [sys.executable, "-S", "-c", "import time; time.sleep(1.6)"])
        assert supervisor.wait(step, tell=demo.Patience()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert 1 <= len(lines) <= 2
    assert all("au travail depuis" in line for line in lines)


def test_a_step_says_its_words_and_needs_nobody_to_read_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [sys.executable, "-S", "-uc", "for n in range(3): print('pas', n)"]
    reader, writer = os.pipe()
    os.close(reader)
    with Supervisor() as supervisor:
        assert demo.run_step(supervisor, "pas", words) == 0
        assert capsys.readouterr().out.splitlines() == ["pas 0", "pas 1", "pas 2"]
        with os.fdopen(writer, "w") as unread:
            monkeypatch.setattr(sys, "stdout", unread)
            assert demo.run_step(supervisor, "pas", words) == 0
