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
from contextlib import closing
from pathlib import Path

import psycopg2

HERE = Path(__file__).resolve().parent
#: Benches that start from a migrated, empty database; all others from the network.
ON_EMPTY = frozenset({"load_network"})
_SHARED = frozenset({"care_table", "copying", "measure", "large_register"})


def names() -> list[str]:
    """Return every bench: those that want the database empty first."""
    found = [path.stem for path in HERE.glob("[a-z]*.py") if path.stem not in _SHARED]
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


def run(name: str, given: dict[str, str]) -> int:
    """Prepare what a bench needs and run it, in processes of their own."""
    preparation = [["manage.py", "migrate", "--database", "owner", "--verbosity", "0"]]
    if name not in ON_EMPTY:
        preparation.append(["manage.py", "load_demo"])
    for command in preparation:
        status = _run(command, given)
        if status:
            return status
    sys.stdout.write(f"\n== {name}: {summary(name)}\n")
    sys.stdout.flush()
    return _run(["-m", f"bench.{name}"], given)


def _run(arguments: list[str], given: dict[str, str]) -> int:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=HERE.parent, env=given, check=False).returncode


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
    given = environment()
    return max(run(name, given) for name in (options.names or names()))


if __name__ == "__main__":
    sys.exit(main())
