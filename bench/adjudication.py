"""Claims adjudicated and stored: ten thousand of five lines, against a bare COPY of the same rows.

On the demonstration network with its terms of care, in a database that throw-away services give:
100,000 decided claims are put beside those to decide, then as many as ``--claims`` says, and the
same is measured again; and once more with all rules of signals looking at each claim. The bound
is a COPY of the rows that the batch writes (decisions, lines, cuts, steps, signals, and the
claims' new versions) by the role that bypasses row-level security, into the same tables, indexes
and keys on. All is taken out again.

    python -m bench adjudication
    python -m bench.adjudication --claims 5000000     some 15 GB of disk, ten minutes
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
django.setup()

from django.db import connections, transaction  # noqa: E402 - after django.setup()

from bench.care_table import YEAR, add_claims, fill_up_to, remove_claims, superuser  # noqa: E402
from bench.measure import Figure, report  # noqa: E402
from claims.services.decisions import CHUNK, Tally, decide_submitted  # noqa: E402
from conamus.demo.loading.run import demo_actor  # noqa: E402
from conamus.kernel.memory import settle_loaded  # noqa: E402
from federations.models import Federation  # noqa: E402
from federations.tenancy.scope import open_scope  # noqa: E402

CLAIMS = 10_000
FEW, MANY = 100_000, 1_000_000
MOST_MICROSECONDS = 1_000_000 / 1_500
#: Signals raised and claims decided: a thousand a second.
MOST_WITH_SIGNALS = 1_000
MOST_TIMES_COPY = 3
#: What a claim may cost more with many in the table than with few.
MOST_TIMES_FEW = 1.3
MOST_MORE_MEGABYTES = 20
_CLAIM = "claims_claim"
_WHICH = f"care_year = {YEAR} AND {{}} = ANY (%({{}})s)"
#: Table → which rows the batch has written, in the order in which they can be read back.
_WRITTEN = {
    "claims_decision": _WHICH.format("id", "decisions"),
    "claims_decisionline": _WHICH.format("decision_id", "decisions"),
    "claims_decisioncut": _WHICH.format("decision_id", "decisions"),
    "claims_claimstep": _WHICH.format("claim_id", "claims"),
    "claims_claimsignal": _WHICH.format("claim_id", "claims"),
}
#: The copy's own keys for claims: a new version of a row is a row of the table and its indexes.
_SHIFT = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Seconds of a batch and of its COPY, and the memory that its second half added."""

    seconds: float
    copying: float
    tally: Tally
    more_megabytes: float

    @property
    def microseconds(self) -> float:
        """What one claim took."""
        return self.seconds / CLAIMS * 1e6


def main() -> int:
    """Measure with few and with many claims in the table; fail above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=MANY, help="claims in the table at the end")
    options = parser.parse_args()
    settle_loaded()
    try:
        return report(_figures(options.claims))
    finally:
        remove_claims()


def _figures(many: int) -> Iterator[Figure]:
    few = _measure(FEW, "BENCHA")
    yield from _of_batch(few, FEW)
    signalled = _measure(FEW, "BENCHS", looks_for_signals=True)
    yield Figure(
        name=f"signals raised and claims decided ({signalled.tally.decided:,} accepted)",
        measured=signalled.microseconds,
        bound=few.microseconds,
        limit=MOST_WITH_SIGNALS,
        unit="µs",
    )
    if many > FEW:
        full = _measure(many, "BENCHB")
        yield from _of_batch(full, many)
        yield Figure(
            name=f"a claim's cost with {many:,} in the table, against {FEW:,}",
            measured=full.microseconds,
            bound=few.microseconds,
            limit=MOST_TIMES_FEW,
            limits_ratio=True,
            unit="µs",
        )


def _of_batch(batch: Batch, size: int) -> Iterator[Figure]:
    told = f"{batch.tally.decided:,} of {CLAIMS:,} accepted, {size:,} in the table"
    yield Figure(
        name=f"a claim of five lines decided and stored ({told})",
        measured=batch.microseconds,
        limit=MOST_MICROSECONDS,
        unit="µs",
    )
    yield Figure(
        name="the same, against a COPY of the rows written",
        measured=batch.seconds * 1e3,
        bound=batch.copying * 1e3,
        limit=MOST_TIMES_COPY,
        limits_ratio=True,
        unit="ms",
    )
    yield Figure(
        name="memory that the batch's second half added",
        measured=batch.more_megabytes,
        limit=MOST_MORE_MEGABYTES,
        unit="MB",
    )


def _measure(size: int, mark: str, *, looks_for_signals: bool = False) -> Batch:
    claims = add_claims(CLAIMS, mark)
    fill_up_to(size)
    half = len(claims) // 2
    start = perf_counter()
    first = _decide(claims[:half], looks_for_signals)
    peak = _peak_megabytes()
    second = _decide(claims[half:], looks_for_signals)
    seconds = perf_counter() - start
    more = _peak_megabytes() - peak
    return Batch(seconds, _copy_again(claims), first + second, more)


def _decide(claims: Sequence[int], looks_for_signals: bool) -> Tally:
    """Decide as a batch does: in one scope, chunk by chunk."""
    actor = demo_actor(Federation.objects.get(code="MUNASA").pk)
    tally = Tally()
    with open_scope(actor, source="bench"):
        for start in range(0, len(claims), CHUNK):
            part = claims[start : start + CHUNK]
            tally += decide_submitted(
                actor=actor, claim_ids=part, year=YEAR, looks_for_signals=looks_for_signals
            )
    return tally


def _peak_megabytes() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def _copy_again(claims: Sequence[int]) -> float:
    """Take the rows written out of their tables, and time their COPY back."""
    with TemporaryDirectory() as name, superuser() as cursor:
        folder = Path(name)
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT array_agg(id) FROM claims_decision"
            " WHERE care_year = %s AND claim_id = ANY (%s)",
            [YEAR, list(claims)],
        )
        told = {"decisions": cursor.fetchone()[0], "claims": list(claims)}
        for table, which in _WRITTEN.items():
            _copy_out(cursor, f"SELECT * FROM {table} WHERE {which}", told, folder / table)  # noqa: S608
        for table, which in reversed(_WRITTEN.items()):
            cursor.execute(f"DELETE FROM {table} WHERE {which}", told)  # noqa: S608
        _copy_out(cursor, _new_versions(cursor), told, folder / _CLAIM)
        seconds = _copy_in([_CLAIM, *_WRITTEN], folder)
        cursor.execute(f"DELETE FROM {_CLAIM} WHERE care_year = {YEAR} AND id > {_SHIFT}")  # noqa: S608
    return seconds


def _copy_out(cursor: Any, query: str, told: dict[str, Any], file: Path) -> None:
    with file.open("wb") as out:
        cursor.copy_expert(f"COPY ({cursor.mogrify(query, told).decode()}) TO STDOUT", out)


def _new_versions(cursor: Any) -> str:
    """The claims as they became, under keys of their own: the columns in the table's order."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum",
        [_CLAIM],
    )
    columns = [f"id + {_SHIFT}" if name == "id" else name for (name,) in cursor.fetchall()]
    return f"SELECT {', '.join(columns)} FROM {_CLAIM} WHERE {_WHICH.format('id', 'claims')}"  # noqa: S608


def _copy_in(tables: Sequence[str], folder: Path) -> float:
    """Read the rows back by the role that bypasses row-level security; the seconds."""
    start = perf_counter()
    with transaction.atomic(using="loader"), connections["loader"].cursor() as cursor:
        for table in tables:
            with (folder / table).open("rb") as text:
                cursor.copy_expert(f"COPY {table} FROM STDIN", text)
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
