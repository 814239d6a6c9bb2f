"""How long the demonstration network takes to load, against a bare COPY of the same rows.

The bound: COPY by the role that bypasses row-level security, into the same tables with their
indexes and keys, history triggers off. Both are timed in the same run, in a database that is
migrated and empty, and left empty; throw-away services give one:

    make bench ARGS=load_network

Generation (pure Python) and the hashing of passwords are no loading: the first is printed apart,
the second left out.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connections

from bench.copying import copy_in, copy_out, empty, order
from conamus.demo.loading import load_network
from conamus.demo.plan import NetworkPlan, plan_network
from federations.models import Federation
from federations.tenancy.declarations import declared_tables

LIMIT = 2.5
PREFIXES = ("federations_", "membership_")
HISTORY = "federations_historyevent"
#: Without it no scope opens.
SCOPE_KEY = "federations_scopekey"
#: Marks a password that nobody can have, as Django writes it.
NO_PASSWORD = "!"  # noqa: S105 - the opposite of a secret


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one round."""

    generation: float
    loading: float
    copying: float


def main() -> int:
    """Measure, print, and fail above the limit."""
    options = _arguments()
    if Federation.objects.exists():
        sys.stderr.write("refused: the database holds federations, and this bench empties it\n")
        return 2
    plan = plan_network()
    rounds = [_measure(plan) for _ in range(options.rounds)]
    return _report(rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _measure(plan: NetworkPlan) -> Round:
    """Load, keep what was loaded as COPY's text, empty, copy it back, empty."""
    hashes = dict.fromkeys((member.username for member in plan.cast), NO_PASSWORD)
    try:
        times = load_network(plan, hashes=lambda: hashes, say=lambda _: None).times
        tables = _filled_tables()
        with TemporaryDirectory() as folder:
            copy_out(tables, Path(folder))
            empty(tables)
            copying = copy_in(tables, Path(folder))
    finally:
        empty(_all_tables())
    return Round(times.generation, times.database, copying)


def _all_tables() -> list[str]:
    names = [name for name in declared_tables() if name.startswith(PREFIXES)]
    return [name for name in names if name != SCOPE_KEY]


def _filled_tables() -> list[str]:
    """The tables that the load has written, the history itself left out."""
    with connections["loader"].cursor() as cursor:
        filled = []
        for table in _all_tables():
            cursor.execute(order("SELECT EXISTS (SELECT FROM {})", table))
            if cursor.fetchone()[0] and table != HISTORY:
                filled.append(table)
    return filled


def _report(rounds: Sequence[Round]) -> int:
    for number, one in enumerate(rounds, start=1):
        sys.stdout.write(
            f"round {number}: generation {one.generation:.1f} s, loading {one.loading:.1f} s, "
            f"COPY {one.copying:.1f} s, ratio {one.loading / one.copying:.2f}\n"
        )
    loading = statistics.median(one.loading for one in rounds)
    copying = statistics.median(one.copying for one in rounds)
    ratio = loading / copying
    sys.stdout.write(
        f"load_network: loading {loading:.1f} s, COPY {copying:.1f} s, "
        f"ratio {ratio:.2f} (limit {LIMIT})\n"
    )
    return 0 if ratio <= LIMIT else 1
