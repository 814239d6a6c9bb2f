"""Claims adjudicated and stored: ten thousand of five lines, against a bare COPY of the same rows.

On the demonstration network with its terms of care, in a database that throw-away services give:
100,000 decided claims are put beside those to decide, then as many as ``--claims`` says, and the
same is measured again; once with all rules of signals looking at each claim, and once with yearly
ceilings of the person and the household, which the demonstration's package has not: then all
earlier care of the year is counted, twenty lines a household. The bound is a COPY of all that the
batch writes (``bench.care_copy``). Each figure is told by the clock and by the processor's time,
ours and the database's, which other work on the machine does not move. All is taken out again.

    python -m bench adjudication
    python -m bench adjudication --claims 5000000     some 15 GB of disk, ten minutes
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from resource import RUSAGE_SELF, getrusage

from bench.care_copy import copy_again, last_keys
from bench.care_table import (
    YEAR,
    add_claims,
    add_history,
    fill_up_to,
    remove_claims,
    yearly_ceilings,
)
from bench.measure import Figure, Worked, report, worked
from claims.services.decisions import CHUNK, Tally, decide_submitted
from conamus.demo.loading.run import demo_actor
from conamus.kernel.memory import settle_loaded
from federations.models import Federation
from federations.tenancy.scope import open_scope

CLAIMS = 10_000
FEW, MANY = 100_000, 1_000_000
MOST_MICROSECONDS = 1_000_000 / 1_500
#: Signals raised and claims decided: a thousand a second.
MOST_WITH_SIGNALS = 1_000
MOST_TIMES_COPY = 3
#: What a claim may cost more with many in the table than with few.
MOST_TIMES_FEW = 1.3
MOST_MORE_MEGABYTES = 20


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch and its COPY took, and the memory that its second half added."""

    took: Worked
    copying: Worked
    tally: Tally
    more_megabytes: float

    @property
    def microseconds(self) -> float:
        """What one claim took, by the clock."""
        return self.took.seconds / CLAIMS * 1e6

    @property
    def busy_microseconds(self) -> float:
        """What one claim took of processors."""
        return self.took.busy_seconds / CLAIMS * 1e6


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
    yield from _of_batch(few, f"{FEW:,} in the table")
    with yearly_ceilings():
        counted = _measure(FEW, "BENCHC", has_history=True)
    yield from _of_batch(counted, f"{FEW:,} in the table, twenty earlier lines counted")
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
        yield from _of_batch(full, f"{many:,} in the table")
        yield Figure(
            name=f"a claim's processor time with {many:,} in the table, against {FEW:,}",
            measured=full.busy_microseconds,
            bound=few.busy_microseconds,
            limit=MOST_TIMES_FEW,
            limits_ratio=True,
            unit="µs",
        )


def _of_batch(batch: Batch, circumstances: str) -> Iterator[Figure]:
    told = f"{batch.tally.decided:,} of {CLAIMS:,} accepted, {circumstances}"
    yield Figure(
        name=f"a claim of five lines decided and stored ({told})",
        measured=batch.microseconds,
        limit=MOST_MICROSECONDS,
        unit="µs",
    )
    yield Figure(
        name="… of processors",
        measured=batch.busy_microseconds,
        limit=MOST_MICROSECONDS,
        unit="µs",
    )
    yield Figure(
        name="the same, against a COPY of the rows written",
        measured=batch.took.seconds * 1e3,
        bound=batch.copying.seconds * 1e3,
        limit=MOST_TIMES_COPY,
        limits_ratio=True,
        unit="ms",
    )
    yield Figure(
        name="… of processors",
        measured=batch.took.busy_seconds * 1e3,
        bound=batch.copying.busy_seconds * 1e3,
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


def _measure(
    size: int, mark: str, *, looks_for_signals: bool = False, has_history: bool = False
) -> Batch:
    claims = add_claims(CLAIMS, mark)
    if has_history:
        add_history(CLAIMS, mark)
    fill_up_to(size)
    half, since = len(claims) // 2, last_keys()
    tallies: list[Tally] = []
    peaks: list[float] = []

    def decide_all() -> None:
        for part in (claims[:half], claims[half:]):
            tallies.append(_decide(part, looks_for_signals))
            peaks.append(_peak_megabytes())

    took = worked(decide_all)
    first, second = peaks
    return Batch(took, copy_again(since, claims), sum(tallies, Tally()), second - first)


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
