"""Entry point, with any Python 3.11 or later: ``python3 -m conamus.standalone COMMAND``.

First the environment is prepared with the standard library alone, then this process becomes
the virtual environment's Python running ``cli``; its number stays the same, so a signal sent
to it always reaches the one who supervises.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from .console import Refusal, is_no_space, no_space, refuse
from .discovery import var_dir
from .ports import check_port_early
from .prepare import BASE_DIR, VENV_PYTHON, prepare, require_python, require_space_to_start
from .processes import Interrupted, Supervisor, catch_signals, default_signals

WITH_PANGO = {"demo", "test", "check", "bench"}
WITH_TESTS = {"test", "check", "tools"}


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if command in ("-h", "--help"):
        print((BASE_DIR / "conamus/standalone/usage.txt").read_text(encoding="utf-8"), end="")
        return 0
    os.chdir(BASE_DIR)
    try:
        require_python()
        catch_signals()
        if command == "demo":
            var = var_dir(BASE_DIR).resolve()
            check_port_early(var)
            require_space_to_start(var)
        with Supervisor() as supervisor:
            prepare(supervisor, pango=command in WITH_PANGO, tests=command in WITH_TESTS)
    except Interrupted as interrupted:
        return 128 + int(interrupted.args[0])
    except Refusal as error:
        return refuse(error)
    except OSError as error:
        if is_no_space(error):
            return refuse(no_space(BASE_DIR))
        raise
    return become_cli()


def become_cli() -> NoReturn:
    """Turn this process into the virtual environment's Python, running the same command."""
    default_signals()
    os.execv(  # noqa: S606
        VENV_PYTHON, [str(VENV_PYTHON), "-m", "conamus.standalone.cli", *sys.argv[1:]]
    )


if __name__ == "__main__":
    sys.exit(main())
