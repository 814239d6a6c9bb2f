"""The supervisor: starts processes, stops them in reverse order, leaves none behind.

Three nets, so that no way of ending leaves a process: an orderly ``stop``; on Linux the kernel
signals each child when its parent dies (``PR_SET_PDEATHSIG``); everywhere the watchdog at the
other end of a pipe stops what is left. Every child leads a session of its own, so a Ctrl-C in
the terminal reaches the supervisor only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from . import watchdog
from .accounts import Account

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A Ctrl-C, a TERM or a closed terminal: stop everything in order."""


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for other in STOP_SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(number)


def catch_signals() -> None:
    """Turn the first stop signal into ``Interrupted``; the following ones change nothing."""
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)


def default_signals() -> None:
    """Undo ``catch_signals`` before this process becomes another program."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def _dies_with_parent(number: int) -> Callable[[], None] | None:
    """Return what a Linux child runs before its program, so that the kernel signals it."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arm


@dataclass(frozen=True)
class Running:
    """A process under supervision."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: int
    log: Path | None
    again: Callable[[], Running] = field(repr=False, compare=False)

    def output_lines(self) -> Iterator[str]:
        """Yield the lines of an output that was asked for as a pipe."""
        for line in self.process.stdout or ():
            yield line.decode(errors="replace")

    def last_words(self, lines: int = 5) -> str:
        """Return the end of its log, to be shown when it failed."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(
            self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        )


class Supervisor:
    """Owns the processes that it starts; leaving its ``with`` block stops them all."""

    def __init__(self, *, inherited: Sequence[int] = ()) -> None:
        self.running: list[Running] = []
        self._caller = os.getppid()
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(watchdog.__file__).resolve())],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=tuple(inherited),
            cwd="/",
        )

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
        for service in reversed(list(self.running)):
            self.stop(service)
        self._watchdog.communicate()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def _order(self, order: str) -> None:
        assert self._watchdog.stdin is not None  # noqa: S101
        self._watchdog.stdin.write(f"{order}\n".encode())
        self._watchdog.stdin.flush()

    def remove_at_the_end(self, folder: Path) -> None:
        """Have a throw-away folder deleted once everything has stopped."""
        self._order(f"remove {folder}")

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path | None = None,
        account: Account | None = None,
        stop_signal: int = signal.SIGTERM,
        orphan_signal: int | None = None,
        **options: Any,
    ) -> Running:
        """Start a process; ``orphan_signal`` is what it gets if the supervisor is killed."""
        last_signal = orphan_signal or stop_signal
        again = partial(
            self.start,
            name,
            command,
            log=log,
            account=account,
            stop_signal=stop_signal,
            orphan_signal=orphan_signal,
            **options,
        )
        # A log may hold an invitation's link: its owner's eyes only.
        private = partial(os.open, mode=0o600)
        with open(log or os.devnull, "ab", opener=private) as output:
            if log is not None:
                options.update(stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            process = subprocess.Popen(
                [str(part) for part in command],
                start_new_session=True,
                preexec_fn=_dies_with_parent(last_signal),  # noqa: PLW1509
                **(account or Account()).popen_options(),
                **options,
            )
        self._order(f"watch {process.pid} {int(last_signal)}")
        service = Running(name, process, stop_signal, log, again)
        self.running.append(service)
        return service

    def run(self, name: str, command: Sequence[str | Path], **options: Any) -> int:
        """Run a command to its end and return its status; it never outlives the supervisor."""
        return self.wait(self.start(name, command, **options))

    def wait(self, service: Running, *, tell: Callable[[float], None] | None = None) -> int:
        """Wait for a process to end and return its status; ``tell`` hears the seconds meanwhile."""
        start = time.monotonic()
        while True:
            try:
                status = service.process.wait(0.5)
            except subprocess.TimeoutExpired:
                self.check_caller()
                if tell is not None:
                    tell(time.monotonic() - start)
            else:
                self._forget(service)
                return status

    def check_caller(self) -> None:
        """Stop as on a hang-up when ``make``, which was running us, has been killed."""
        if "MAKELEVEL" in os.environ and os.getppid() != self._caller:
            raise Interrupted(int(signal.SIGHUP))

    def stop(self, service: Running) -> None:
        """Stop one process: its signal, then the end of its whole group."""
        if service.process.poll() is None:
            service.process.send_signal(service.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                service.process.wait(STOP_SECONDS)
        watchdog.signal_group(service.process.pid, signal.SIGKILL)
        service.process.wait()
        self._forget(service)

    def _forget(self, service: Running) -> None:
        self._order(f"forget {service.process.pid}")
        self.running.remove(service)

    def restart(self, service: Running) -> Running:
        """Start again what ended, the rest of its group stopped first, at its rank."""
        rank = self.running.index(service)
        self.stop(service)
        started = service.again()
        self.running.insert(rank, self.running.pop())
        return started

    def ended(self) -> Running | None:
        """Return a process that ended by itself, if there is one."""
        return next((one for one in self.running if one.process.poll() is not None), None)
