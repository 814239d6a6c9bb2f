"""`python -m bench`: list the benches, or prepare a database and run them.

    python -m bench --list
    python -m bench                              every bench, those on an empty database first
    python -m bench portal_pages renewal         those named
    python -m bench rights_check --people 1000   one of them, with options of its own
    python -m bench --as-is portal_pages --why   the same, on the database as it stands

`make bench` gives it throw-away services; with the addresses of a database in the
environment it works on that one. A bench that needs the network gets it loaded first. Each runs
in a process of its own; ``--as-is`` runs one in this process and prepares nothing: so it works on
the running demonstration.
"""

import argparse
import os
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from itertools import takewhile
from pathlib import Path

import django
import psycopg2

from bench import as_is

HERE = Path(__file__).resolve().parent
#: Benches that start from a migrated, empty database; all others from the network.
ON_EMPTY = frozenset({"load_network"})


def names() -> list[str]:
    """Return every bench: those that want the database empty first."""
    found = [path.stem for path in HERE.glob("[a-z]*.py") if "\ndef main()" in path.read_text()]
    return sorted(found, key=lambda name: (name not in ON_EMPTY, name))


def summary(name: str) -> str:
    """Return the first line of a bench's docstring."""
    first = (HERE / f"{name}.py").read_text(encoding="utf-8").splitlines()[0]
    return first.strip('"')


def environment() -> dict[str, str]:
    """Return the demonstration's environment; refuse a database that is neither it nor bare.

    Decided once, before anything is written: throw-away services begin without a table.
    """
    if os.environ.get("DEMO_MODE") != "1" and not _is_bare(os.environ["DATABASE_URL"]):
        raise SystemExit("refused: this database is in use, and is not the demonstration's")
    return {**os.environ, "DEMO_MODE": "1"}


def _is_bare(url: str) -> bool:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations')")
        return cursor.fetchone() == (None,)


def run(name: str, options: list[str], given: dict[str, str]) -> int:
    """Prepare what a bench needs and run it, in processes of their own."""
    preparation = [["manage.py", "migrate", "--database", "owner", "--verbosity", "0"]]
    if name not in ON_EMPTY:
        preparation.append(["manage.py", "load_demo"])
    for command in preparation:
        status = _run([sys.executable, *command], given)
        if status:
            return status
    sys.stdout.write(f"\n== {name}: {summary(name)}\n")
    sys.stdout.flush()
    return _run(as_is(name, *options), given)


def _run(command: list[str], given: dict[str, str]) -> int:
    return subprocess.run(command, cwd=HERE.parent, env=given, check=False).returncode


def run_here(name: str, options: list[str]) -> int:
    """Run a bench in this process, on the database as it stands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
    django.setup()
    # As if the bench were the command: each reads options of its own.
    sys.argv = [f"bench {name}", *options]
    status: int = import_module(f"bench.{name}").main()
    return status


def main() -> int:
    """List or run; the code is that of the worst bench."""
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="list the benches and stop")
    parser.add_argument("--as-is", action="store_true", help="prepare nothing, run one here")
    parser.add_argument("wanted", nargs=argparse.REMAINDER, metavar="NAME", help="then its options")
    asked = parser.parse_args()
    if asked.list:
        sys.stdout.writelines(f"{name:16} {summary(name)}\n" for name in names())
        return 0
    chosen = list(takewhile(lambda word: not word.startswith("-"), asked.wanted))
    options = asked.wanted[len(chosen) :]
    if unknown := set(chosen) - set(names()):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    if (asked.as_is or options) and len(chosen) != 1:
        parser.error("name one bench, then its options")
    if asked.as_is:
        return run_here(chosen[0], options)
    given = environment()
    return max(run(name, options, given) for name in (chosen or names()))


if __name__ == "__main__":
    sys.exit(main())
