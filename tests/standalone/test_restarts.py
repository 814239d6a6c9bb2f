"""What ends by itself is started again, at its rank, and not for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conamus.standalone import demo
from conamus.standalone.console import Refusal
from conamus.standalone.processes import Running, Supervisor

from .conftest import BASE_DIR, wait_for

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(demo, "RESTART_PAUSE", 0.0)
    with Supervisor() as one:
        yield one


def _always() -> bool:
    return True


def _kill(service: Running) -> None:
    os.kill(service.process.pid, signal.SIGKILL)
    assert wait_for(lambda: service.process.poll() is not None)


def test_a_killed_process_comes_back_at_its_rank(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = supervisor.start("web", SLEEP, log=tmp_path / "web.log")
    supervisor.start("worker", SLEEP, log=tmp_path / "worker.log")
    _kill(first)
    demo.keep_running(supervisor, {}, _always)
    assert [one.name for one in supervisor.running] == ["web", "worker"]
    again = supervisor.running[0]
    assert again.process.pid != first.process.pid
    assert again.process.poll() is None
    assert (again.log, again.stop_signal) == (first.log, first.stop_signal)
    said = capsys.readouterr().out
    assert "« web » s’est arrêté, il est relancé (1 sur 3" in said
    assert len(said.splitlines()) == 1


def test_a_console_that_nobody_reads_any_more_stops_nothing(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make demo | head`: what ends afterwards is started again all the same."""
    reader, writer = os.pipe()
    os.close(reader)
    supervisor.start("beat", SLEEP, log=tmp_path / "beat.log")
    restarts: dict[str, list[float]] = {}
    with os.fdopen(writer, "w") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        for _ in range(2):
            _kill(supervisor.running[0])
            demo.keep_running(supervisor, restarts, _always)
    assert len(restarts["beat"]) == 2
    assert supervisor.ended() is None


def test_nor_is_it_a_fault_at_the_end() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    words = "from conamus.standalone.console import say; say('un'); say('deux')"
    ended = subprocess.run(
        [sys.executable, "-c", words],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=BASE_DIR,
        check=False,
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_what_keeps_ending_stops_the_demonstration(supervisor: Supervisor, tmp_path: Path) -> None:
    words = [sys.executable, "-S", "-c", "print('plus de mémoire')"]
    supervisor.start("worker", words, log=tmp_path / "worker.log")
    restarts: dict[str, list[float]] = {}
    for _ in range(demo.RESTARTS):
        assert wait_for(supervisor.ended)
        demo.keep_running(supervisor, restarts, _always)
    assert wait_for(supervisor.ended)
    with pytest.raises(Refusal, match=r"« worker » s’arrête sans cesse(.|\n)*plus de mémoire"):
        demo.keep_running(supervisor, restarts, _always)


def test_old_restarts_are_forgotten(supervisor: Supervisor, tmp_path: Path) -> None:
    service = supervisor.start("beat", SLEEP, log=tmp_path / "beat.log")
    _kill(service)
    restarts = {"beat": [-demo.RESTARTS_SECONDS] * demo.RESTARTS}
    demo.keep_running(supervisor, restarts, _always)
    assert len(restarts["beat"]) == 1
    assert supervisor.ended() is None


def test_what_ends_while_the_database_is_away_is_not_counted(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The database is killed, needs three starts and a while; worker and beat end meanwhile."""
    database = supervisor.start("postgres", SLEEP, log=tmp_path / "postgres.log")
    supervisor.start("worker", SLEEP, log=tmp_path / "worker.log")
    _kill(database)
    asked: list[int] = []

    def answers() -> bool:
        asked.append(len(asked))
        if len(asked) < 4:
            for one in supervisor.running:
                if one.process.poll() is None:
                    _kill(one)
        return len(asked) >= 6

    restarts: dict[str, list[float]] = {}
    demo.keep_running(supervisor, restarts, answers)
    assert [one.name for one in supervisor.running] == ["postgres", "worker"]
    assert supervisor.ended() is None
    assert {name: len(moments) for name, moments in restarts.items()} == {"postgres": 1}
    assert "Conamus l’attend" in capsys.readouterr().out


def test_a_worker_that_ends_for_want_of_a_database_waits_for_it(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    worker = supervisor.start("worker", SLEEP, log=tmp_path / "worker.log")
    restarts = {"worker": [time.monotonic()] * demo.RESTARTS}
    _kill(worker)
    answers = iter([False, False, False, True])
    demo.keep_running(supervisor, restarts, lambda: next(answers))
    assert supervisor.ended() is None
    assert len(restarts["worker"]) == demo.RESTARTS


def test_a_database_that_never_comes_back_is_said(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "DATABASE_SECONDS", 0.5)
    _kill(supervisor.start("worker", SLEEP, log=tmp_path / "worker.log"))
    with pytest.raises(Refusal, match="n’est pas revenue"):
        demo.keep_running(supervisor, {}, lambda: False)
