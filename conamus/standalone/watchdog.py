"""The watchdog: stops the services when their supervisor is gone, however it went.

Started by the supervisor as a plain script in a session of its own, it reads orders on a pipe
whose other end only the supervisor holds. The end of the file means that the supervisor has
ended, by ``kill -9`` too, on every system; what is still watched is then stopped, in reverse
order of its start. Orders, one a line::

    watch PID SIGNAL      stop this process group with that signal
    forget PID            it ended, or was stopped by the supervisor
    remove PATH           delete this throw-away folder at the end
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 8.0


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except OSError:
        return False
    return state.split()[0] == "Z"


def signal_group(pid: int, number: int) -> None:
    """Signal a process group; one that is gone already is what was wanted."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def stop_group(pid: int, number: int, grace: float = GRACE_SECONDS) -> None:
    """Ask a process to end, wait, and kill what is left of its group."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    deadline = time.monotonic() + grace
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    signal_group(pid, signal.SIGKILL)


def follow(orders: Iterable[str]) -> tuple[dict[int, int], list[str]]:
    """Read orders to the end: what is still watched, and what is to be removed."""
    watched: dict[int, int] = {}
    folders: list[str] = []
    for order in orders:
        verb, _, rest = order.rstrip("\n").partition(" ")
        if verb == "watch":
            pid, number = rest.split()
            watched[int(pid)] = int(number)
        elif verb == "forget":
            watched.pop(int(rest), None)
        elif verb == "remove":
            folders.append(rest)
    return watched, folders


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched, folders = follow(sys.stdin)
    for pid, stop_signal in reversed(watched.items()):
        stop_group(pid, stop_signal)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
