"""The commands of ``python -m conamus.standalone``, once the virtual environment is there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from .commands_backup import backup, restore
from .console import Refusal, is_no_space, no_space, refuse
from .demo import demo, reset
from .processes import Interrupted
from .run import hold, run, run_module, run_tests

BASE_DIR = Path(__file__).resolve().parent.parent.parent
USAGE = (BASE_DIR / "conamus/standalone/usage.txt").read_text(encoding="utf-8")


def _run(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        raise Refusal("« run » attend une commande : run -- COMMANDE…")
    return run(command)


def _services(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] != "--dir":
        raise Refusal("« services » attend un dossier : services --dir DOSSIER")
    return hold(Path(arguments[1]))


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": lambda _: demo(),
    "reset": lambda _: reset(),
    "test": lambda arguments: run_tests("test", arguments),
    "check": lambda arguments: run_tests("check", arguments),
    "bench": lambda arguments: run_module("bench", arguments),
    "run": _run,
    "services": _services,
    "backup": lambda _: backup(),
    "restore": lambda _: restore(),
    "prepare": lambda _: 0,
    "tools": lambda _: 0,
}


def main() -> int:
    name, arguments = (sys.argv[1:2] or ["--help"])[0], sys.argv[2:]
    if name not in COMMANDS:
        print(USAGE, end="")
        return 0 if name in ("-h", "--help") else 2
    try:
        return COMMANDS[name](arguments)
    except Interrupted as interrupted:
        return 128 + int(interrupted.args[0])
    except Refusal as error:
        return refuse(error)
    except OSError as error:
        if is_no_space(error):
            return refuse(no_space(BASE_DIR))
        raise


if __name__ == "__main__":
    sys.exit(main())
