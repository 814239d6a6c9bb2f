"""Which process does a job, and whether it is gone: known on its own machine, without waiting.

A lease tells that a worker is gone once it has run out. Where the process that took the job ran
on this very machine (and in this container), the system tells it at once.
"""

import os
import platform
import subprocess
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from conamus.standalone.watchdog import is_alive

_STARTED_AT = 19  # of what /proc/…/stat tells after the program's name


def this_process() -> str:
    """Return what names this process for ever: machine, number, moment of its start.

    The number alone is given again to others.
    """
    return _name_of(os.getpid())


def is_gone(holder: str) -> bool:
    """Tell whether a process of this machine has ended; of others nothing is known."""
    machine, _, process = holder.partition(" ")
    number, _, start = process.partition(" ")
    if machine != _machine() or not number.isdigit():
        return False
    return not is_alive(int(number)) or _start_of(int(number)) != start


@lru_cache(maxsize=1)
def _name_of(number: int) -> str:
    return f"{_machine()} {number} {_start_of(number)}"


@lru_cache(maxsize=1)
def _machine() -> str:
    """Name the machine since it was started, and the container: process numbers are theirs."""
    parts = [platform.node()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(Path("/proc/self/ns/pid").readlink().name)
    return "/".join(parts)


def _start_of(number: int) -> str:
    """Return when a process was started, in the system's own words; nothing of one that ended."""
    with suppress(OSError):
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return told.split()[_STARTED_AT]
    if Path("/proc/self").exists():
        return ""
    command = ["ps", "-o", "lstart=", "-p", str(number)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
