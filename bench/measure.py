"""What the benches share: where and when, repeated timing, one line per figure.

Every bench prints a line that says on which machine and day it ran, then one line per
figure: ``name | measured | bound | ratio | limit | ok``. Times on a shared machine wander;
the bound is measured in the same run, so that the ratio says more than the time.
"""

import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time, time
from typing import Any

from django.db import connections

from federations.sessions import sealed

HEADER = "name | measured | bound | ratio | limit | ok"
#: What the frame of a request costs in statements that read or write no table.
_NO_TABLE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET LOCAL", "RESET")
_SCOPE = ("SELECT SET_CONFIG(", "SELECT CURRENT_SETTING(", "SELECT PG_BACKEND_PID(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure beside its bound (what it cannot be under) and its limit."""

    name: str
    measured: float
    limit: float
    unit: str
    bound: float | None = None
    #: Whether the limit is on the ratio to the bound, or on the figure itself.
    limits_ratio: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the bound."""
        return self.measured / self.bound if self.bound else None

    @property
    def is_ok(self) -> bool:
        """Whether the limit is kept."""
        judged = self.ratio if self.limits_ratio else self.measured
        return judged is not None and judged <= self.limit

    def line(self) -> str:
        """The figure as one line."""
        unit = "" if self.limits_ratio else f" {self.unit}"
        cells = (
            self.name,
            f"{self.measured:.1f} {self.unit}",
            "–" if self.bound is None else f"{self.bound:.1f} {self.unit}",
            "–" if self.ratio is None else f"{self.ratio:.1f}",
            f"≤ {self.limit:g}{unit}",
            "ok" if self.is_ok else "ABOVE",
        )
        return " | ".join(cells)


def machine_line() -> str:
    """Say on what and when the run was made."""
    now = datetime.now().astimezone()
    return (
        f"{now:%Y-%m-%d %H:%M %z}, {_processor()}, {os.cpu_count()} cores, {platform.system()},"
        f" Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def median_seconds(call: Callable[[], object], *, rounds: int, warm_up: int = 1) -> float:
    """Time a call: the median of some rounds after a warm-up."""
    for _ in range(warm_up):
        call()
    return statistics.median(_seconds(call) for _ in range(rounds))


@dataclass(frozen=True, slots=True)
class Worked:
    """What a call took: by the clock, and of processors, ours and the database's together."""

    seconds: float
    busy_seconds: float


def best_worked(call: Callable[[], object], *, rounds: int) -> Worked:
    """Time a call: the best of some rounds after a warm-up.

    Processor time is what the clock would show on an idle machine: other work does not move it.
    Where the database's cannot be read (not Linux, another machine), it is the clock's.
    """
    call()
    measured = [worked(call) for _ in range(rounds)]
    return Worked(min(one.seconds for one in measured), min(one.busy_seconds for one in measured))


def worked(call: Callable[[], object], alias: str = "default") -> Worked:
    """Time a call once: the clock, our processor time and that of a connection's process."""
    connections[alias].ensure_connection()
    backend = connections[alias].connection.get_backend_pid()
    before, own, start = _on_processor(backend), process_time(), perf_counter()
    call()
    seconds, own, after = perf_counter() - start, process_time() - own, _on_processor(backend)
    if before is None or after is None:
        return Worked(seconds, seconds)
    return Worked(seconds, own + after - before)


def _on_processor(pid: int) -> float | None:
    """Return how long a process has been on a processor; None where nobody tells."""
    try:
        told = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii")
    except OSError:
        return None
    return int(told.split()[0]) / 1e9


def percentile_seconds(
    call: Callable[[], object], percent: int, *, rounds: int, warm_up: int = 3
) -> float:
    """Time a call: the time that so many of a hundred rounds stay under, after a warm-up."""
    for _ in range(warm_up):
        call()
    return percentile((_seconds(call) for _ in range(rounds)), percent)


def percentile(times: Iterable[float], percent: int) -> float:
    """Return the time that so many of a hundred stay under."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def table_queries(statements: Iterable[str]) -> list[str]:
    """Keep the statements that read or write tables: a page's queries.

    The transaction's own (BEGIN, COMMIT, savepoints) and the scope's (settings, role) are
    left out: they touch no table.

    >>> table_queries(["BEGIN", "SELECT set_config('a', 'b', true)", "SELECT 1 FROM t"])
    ['SELECT 1 FROM t']
    """
    return [one for one in statements if is_table_query(one)]


def is_table_query(statement: str) -> bool:
    """Tell whether a statement reads or writes a table; a setting before it hides nothing."""
    start = statement.lstrip().upper()
    setting, _, rest = start.partition(";")
    if setting.startswith("SET LOCAL") and rest:
        return is_table_query(rest)
    return not start.startswith((*_NO_TABLE, *_SCOPE))


def note_activity(client: Any) -> None:
    """Mark and seal a test client's session as the sign-in form does (a forced login does not)."""
    session = client.session
    session["activity_noted_at"] = int(time())
    session.save()
    client.cookies["sessionid"] = sealed(session.session_key)


def report(figures: Iterable[Figure]) -> int:
    """Print every figure; return 1 when a limit is not kept, for the shell."""
    shown = list(figures)
    sys.stdout.write("\n".join([machine_line(), HEADER, *(one.line() for one in shown), ""]))
    return 0 if all(one.is_ok for one in shown) else 1
