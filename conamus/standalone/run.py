"""A command with throw-away services around it, and the same services held open.

``run -- COMMAND`` is what ``make test`` uses: a fresh PostgreSQL and Valkey in a temporary
folder, the command with their addresses in its environment, everything gone at the end.
``services --dir DIR`` keeps them in the foreground and writes their addresses to
``DIR/env.json`` and ``DIR/env.sh``.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .console import Refusal, say
from .processes import Interrupted, Supervisor, catch_signals
from .secrets_file import write_private
from .services import start_services, throw_away_folder

NOTHING_COLLECTED = 5
# A command that runs make itself must not take the variables of ours for its own; and where no
# compiled file may be written, each of the many processes compiles everything again.
NOT_INHERITED = {"MAKELEVEL", "MAKEFLAGS", "MFLAGS", "PYTHONDONTWRITEBYTECODE"}
TESTS = {
    # In the order of the files: the browser's tests, the longest that one worker must do alone,
    # come first. Three workers on two cores: tests wait for processes, leases and clocks.
    "test": ["-n", "3", "--no-loadscope-reorder", "tests", "--ignore=tests/long"],
    "check": ["tests/long"],
}


def run(command: Sequence[str], *, may_be_in_memory: bool = False) -> int:
    """Run a command with throw-away services and return its status.

    Their data lie in memory where the caller says that they may and the machine has room.
    """
    catch_signals()
    with Supervisor() as supervisor:
        try:
            folder = throw_away_folder(supervisor, may_be_in_memory=may_be_in_memory)
            environment = start_services(supervisor, folder, throw_away=True)
            inherited = {n: value for n, value in os.environ.items() if n not in NOT_INHERITED}
            return supervisor.run("command", command, env={**inherited, **environment})
        except Interrupted as signal_number:
            return 128 + int(signal_number.args[0])


def run_tests(target: str, arguments: Sequence[str]) -> int:
    """Run pytest with throw-away services: the usual set of a target, or what was asked."""
    chosen = list(arguments) or TESTS[target]
    # They copy a database some three hundred times. What is large or measured stays on the disk.
    status = run([sys.executable, "-m", "pytest", *chosen], may_be_in_memory=target == "test")
    if status == NOTHING_COLLECTED and not arguments:
        raise Refusal(f"aucun essai trouvé pour « make {target} ».")
    return status


def run_module(module: str, arguments: Sequence[str]) -> int:
    """Run one of the project's modules with throw-away services."""
    return run([sys.executable, "-m", module, *arguments])


def write_environment(folder: Path, environment: Mapping[str, str]) -> None:
    """Write the addresses for programs and for shells."""
    write_private(folder / "env.json", json.dumps(environment, indent=1))
    lines = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
    write_private(folder / "env.sh", "\n".join(lines) + "\n")


def hold(folder: Path) -> int:
    """Keep the services of a folder running until a stop signal."""
    catch_signals()
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    with Supervisor() as supervisor:
        try:
            environment = start_services(supervisor, folder, throw_away=True)
            write_environment(folder, environment)
            say(json.dumps(environment, indent=1))
            say(f"Services prêts. Dans un autre terminal : . {folder}/env.sh — Ctrl-C les arrête.")
            while supervisor.ended() is None:
                time.sleep(0.5)
        except Interrupted:
            return 0
    return 1
