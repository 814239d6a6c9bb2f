"""Signals of fraud against the frauds planted in the demonstration: precision and recall by rule.

The demonstration writes what it planted beside its sign-ins, apart from all that rules read. Here
every rule looks at every attestation of the year, and at every facility's month; then what it
signalled is compared with the list. Nothing is kept: the transaction is rolled back.

    python -m bench signals                       (throw-away services, network and care loaded)
    python -m bench.signals                       (the running demonstration)
    python -m bench.signals --markdown            (the tables of docs/fraud.md)
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - after django.setup()

from bench.measure import machine_line  # noqa: E402
from claims.models import Claim, ClaimSignal, FacilitySignal  # noqa: E402
from claims.rules.signals import BY_CODE  # noqa: E402
from claims.rules.signals.facilities import BY_CODE as FACILITY_RULES  # noqa: E402
from claims.services.facility_signals import raise_facility_signals  # noqa: E402
from claims.services.signals import CHUNK, raise_signals  # noqa: E402
from conamus import clock  # noqa: E402
from conamus.demo.care.frauds import PlantedFraud, read_frauds  # noqa: E402
from conamus.demo.care.season import MONTHS  # noqa: E402
from conamus.demo.loading.run import demo_actor  # noqa: E402
from federations.models import Federation  # noqa: E402
from federations.tenancy.scope import open_scope  # noqa: E402

#: Which rules are expected to find which planted kind: of attestations, of facilities' months.
OF_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "price_above_tariff": ("price",),
    "duplicate": ("same_care",),
    "stub_outside": ("stub_outside",),
    "outside_rights": ("no_rights",),
    "in_waiting": ("waiting", "no_rights"),
    "wrong_sex": ("age_sex",),
    "wrong_age": ("age_sex",),
    "free_care": ("free_care",),
    "overlapping_stays": ("overlap",),
    "too_many_cases": ("many_cases",),
    "lent_card": ("lent_card",),
    "same_person": ("same_hands",),
}
OF_MONTHS: Mapping[str, tuple[str, ...]] = {
    "equal_amounts": ("facility_runs",),
    "round_amounts": ("facility_rounds",),
    "month_end": ("facility_month_end",),
    "facility_outlier": ("facility_cost", "facility_medicines"),
}
#: What of the planted must be found, over all kinds.
LEAST_RECALL = 0.8


@dataclass
class Found:
    """What the rules signalled: stubs by rule, facility and month by rule."""

    stubs: defaultdict[str, set[frozenset[str]]] = field(default_factory=lambda: defaultdict(set))
    months: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    claims: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Of a kind: planted, and found of them; of a rule: signalled, and planted among these."""

    name: str
    total: int
    right: int

    @property
    def rate(self) -> float | None:
        """The share."""
        return self.right / self.total if self.total else None

    def cells(self) -> tuple[str, str, str, str]:
        """As a line of a table."""
        rate = "–" if self.rate is None else f"{100 * self.rate:.0f} %"
        return self.name, str(self.total), str(self.right), rate


def main() -> int:
    """Print both tables; fail where too little of the planted is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markdown", action="store_true", help="tables for the documentation")
    options = parser.parse_args()
    planted = read_frauds()
    found = Found()
    for federation in Federation.objects.filter(kind=Federation.Kind.FEDERATION):
        _signal(federation, found)
    sys.stdout.write(f"{machine_line()}\n")
    rate = found.claims / found.seconds if found.seconds else 0
    sys.stdout.write(f"{found.claims:,} attestations looked at, {rate:,.0f} a second\n\n")
    recalls = list(_recalls(planted, found))
    _table(("planted kind", "planted", "found", "recall"), recalls, is_markdown=options.markdown)
    precisions = _precisions(planted, found)
    titles = ("rule", "signalled", "planted", "precision")
    _table(titles, precisions, is_markdown=options.markdown)
    total = sum(one.total for one in recalls)
    return int(not total or sum(one.right for one in recalls) / total < LEAST_RECALL)


def _signal(federation: Federation, found: Found) -> None:
    """Look at all that a federation processes, and take every signal out again."""
    actor = demo_actor(federation.pk)
    with open_scope(actor, source="bench"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        for year in sorted({month.year for month in MONTHS}):
            own = Claim.objects.filter(care_year=year, processing_id=federation.pk)
            ids = list(own.order_by("pk").values_list("pk", flat=True))
            begun = perf_counter()
            for start in range(0, len(ids), CHUNK):
                raise_signals(actor=actor, claim_ids=ids[start : start + CHUNK], year=year)
            found.seconds += perf_counter() - begun
            found.claims += len(ids)
        for month in MONTHS[:-1]:
            raise_facility_signals(actor=actor, month=month, on=clock.today())
        _gather(federation, found)
        transaction.set_rollback(True)


def _gather(federation: Federation, found: Found) -> None:
    """Keep which attestations and months each rule signalled."""
    stubs = dict(
        Claim.objects.filter(
            care_year__in={month.year for month in MONTHS}, processing_id=federation.pk
        ).values_list("pk", "stub_number")
    )
    signals = ClaimSignal.objects.filter(processing_id=federation.pk)
    for claim_id, rule, facts in signals.values_list("claim_id", "rule", "facts"):
        # A pair is signalled on either side: the planted one may be the other.
        twin = str(facts.get("stub", ""))
        found.stubs[rule].add(frozenset({stubs[claim_id], twin} - {""}))
    months = FacilitySignal.objects.filter(tenant_id=federation.pk)
    for code, month, rule in months.values_list("facility__code", "month", "rule"):
        found.months[rule].add(f"{code} {month:%Y-%m}")


def _recalls(planted: Iterable[PlantedFraud], found: Found) -> Iterator[Score]:
    """Of each planted kind, how much some rule of it found."""
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for one in planted:
        is_month = one.kind in OF_MONTHS
        by_kind[one.kind].add(f"{one.facility} {one.month}" if is_month else one.stub)
    last = f"{MONTHS[-1]:%Y-%m}"
    for kind, names in sorted(by_kind.items()):
        if kind in OF_MONTHS:
            ended = {name for name in names if not name.endswith(last)}
            seen = set().union(*(found.months[rule] for rule in OF_MONTHS[kind]))
            yield Score(kind, len(ended), len(ended & seen))
        else:
            seen = {stub for rule in OF_CLAIMS[kind] for pair in found.stubs[rule] for stub in pair}
            yield Score(kind, len(names), len(names & seen))


def _precisions(planted: Iterable[PlantedFraud], found: Found) -> Iterator[Score]:
    """Of each rule, how much of what it signalled was planted, of its kinds."""
    rows = list(planted)
    stubs = _names(rows, OF_CLAIMS, lambda one: one.stub)
    months = _names(rows, OF_MONTHS, lambda one: f"{one.facility} {one.month}")
    for rule in BY_CODE:
        signalled = found.stubs[rule]
        yield Score(rule, len(signalled), sum(bool(pair & stubs[rule]) for pair in signalled))
    for rule in FACILITY_RULES:
        yield Score(rule, len(found.months[rule]), len(found.months[rule] & months[rule]))


def _names(
    planted: Iterable[PlantedFraud],
    rules: Mapping[str, tuple[str, ...]],
    name: Callable[[PlantedFraud], str],
) -> defaultdict[str, set[str]]:
    named: defaultdict[str, set[str]] = defaultdict(set)
    for one in planted:
        for rule in rules.get(one.kind, ()):
            named[rule].add(name(one))
    return named


def _table(titles: tuple[str, ...], scores: Iterable[Score], *, is_markdown: bool) -> None:
    mark = "| {} |\n" if is_markdown else "{}\n"
    sys.stdout.write(mark.format(" | ".join(titles)))
    if is_markdown:
        sys.stdout.write("|---|---:|---:|---:|\n")
    for one in scores:
        sys.stdout.write(mark.format(" | ".join(one.cells())))
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
