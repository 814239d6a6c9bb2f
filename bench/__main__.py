"""`python -m bench`: list the benches, or prepare a database and run them.

    python -m bench --list
    python -m bench                       every bench, those on an empty database first
    python -m bench portal_pages …        those named

`make bench` gives it throw-away services; with the addresses of a database in the
environment it works on that one. A bench that needs the network gets it loaded first.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: Benches that start from a migrated, empty database; all others from the network.
ON_EMPTY = frozenset({"load_network"})
_SHARED = frozenset({"measure"})


def names() -> list[str]:
    """Return every bench: those that want the database empty first."""
    found = [path.stem for path in HERE.glob("[a-z]*.py") if path.stem not in _SHARED]
    return sorted(found, key=lambda name: (name not in ON_EMPTY, name))


def summary(name: str) -> str:
    """Return the first line of a bench's docstring."""
    first = (HERE / f"{name}.py").read_text(encoding="utf-8").splitlines()[0]
    return first.strip('"')


def environment() -> dict[str, str]:
    """Return the environment of the demonstration; nothing else is ever written to.

    Throw-away services are known by the superuser's address that they alone give.
    """
    if os.environ.get("DEMO_MODE") != "1" and "SUPERUSER_DATABASE_URL" not in os.environ:
        raise SystemExit("refused: benches run on throw-away services or on the demonstration")
    return {**os.environ, "DEMO_MODE": "1"}


def run(name: str) -> int:
    """Prepare what a bench needs and run it, in processes of their own."""
    preparation = [["manage.py", "migrate", "--database", "owner", "--verbosity", "0"]]
    if name not in ON_EMPTY:
        preparation.append(["manage.py", "load_demo"])
    for command in preparation:
        status = _run(command)
        if status:
            return status
    sys.stdout.write(f"\n== {name}: {summary(name)}\n")
    sys.stdout.flush()
    return _run(["-m", f"bench.{name}"])


def _run(arguments: list[str]) -> int:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=HERE.parent, env=environment(), check=False
    )
    return done.returncode


def main() -> int:
    """List or run; the code is that of the worst bench."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="list the benches and stop")
    options = parser.parse_args()
    unknown = set(options.names) - set(names())
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    if options.list:
        sys.stdout.writelines(f"{name:16} {summary(name)}\n" for name in names())
        return 0
    return max(run(name) for name in (options.names or names()))


if __name__ == "__main__":
    sys.exit(main())
