"""Signals of fraud against the frauds planted in the demonstration: precision and recall by rule.

The demonstration writes what it planted beside its sign-ins, apart from all that rules read. Here
every rule looks at every attestation of the year, of every federation, and at every facility's
month; then what it signalled is compared with the list. The year is loaded where it is not there
yet; no signal is kept: its transaction is rolled back.

    python -m bench signals                    (the network loaded first)
    python -m bench --as-is signals            (the running demonstration)
    … signals --markdown                       (the tables of docs/fraud.md)
    … signals --seed other                     (a year drawn otherwise, in an empty one's place)
    … signals --only A B                       (these federations alone, and their frauds)
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from django.db import connection, transaction

from bench.measure import machine_line
from claims.models import Claim, ClaimSignal, FacilitySignal
from claims.rules.signals import BY_CODE
from claims.rules.signals.facilities import BY_CODE as FACILITY_RULES
from claims.services.facility_signals import raise_facility_signals
from claims.services.signals import CHUNK, raise_signals
from conamus import clock
from conamus.demo import provenance
from conamus.demo.care.frauds import PlantedFraud, read_frauds
from conamus.demo.care.season import MONTHS
from conamus.demo.care.year import load_year
from conamus.demo.loading.run import demo_actor
from conamus.demo.loading.statistics import refresh_statistics
from conamus.demo.network import FEDERATIONS
from conamus.demo.plan import plan_network
from federations.models import Federation
from federations.tenancy.scope import open_scope

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
    "stub_twice": ("stub_twice",),
    "after_death": ("after_death",),
    "backdated": ("backdated",),
}
OF_MONTHS: Mapping[str, tuple[str, ...]] = {
    "equal_amounts": ("facility_runs",),
    "round_amounts": ("facility_rounds",),
    "month_end": ("facility_month_end",),
    "facility_outlier": ("facility_cost", "facility_medicines"),
    "many_stays": ("facility_stays",),
}
CODES = tuple(facts.code for facts in FEDERATIONS)
#: What of the planted must be found, over all kinds.
LEAST_RECALL = 0.8


@dataclass
class Found:
    """What the rules signalled: stubs by rule, facility and month by rule; what they looked at."""

    stubs: defaultdict[str, set[frozenset[str]]] = field(default_factory=lambda: defaultdict(set))
    months: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    claims: int = 0
    all_months: set[str] = field(default_factory=set)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Recall:
    """Of a planted kind: how many, and found of them."""

    name: str
    planted: int
    found: int

    def cells(self) -> tuple[str, ...]:
        """As a line of a table."""
        return self.name, str(self.planted), str(self.found), _percent(self.found, self.planted)


@dataclass(frozen=True, slots=True)
class Precision:
    """Of a rule: signalled, planted of its kinds among these, and raised where all is honest."""

    name: str
    signalled: int
    planted: int
    on_honest: int
    #: Honest attestations, or facilities' months, that it looked at.
    honest: int

    def cells(self) -> tuple[str, ...]:
        """As a line of a table; the last cell: false alarms for 1,000 honest ones."""
        rate = 1_000 * self.on_honest / self.honest if self.honest else 0
        share = _percent(self.planted, self.signalled)
        return self.name, str(self.signalled), str(self.planted), share, f"{rate:.2f}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def main() -> int:
    """Print both tables; fail where too little of the planted is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markdown", action="store_true", help="tables for the documentation")
    parser.add_argument("--seed", default="", help="draw the year of care from another seed")
    parser.add_argument("--only", nargs="*", default=CODES, help="codes of federations")
    options = parser.parse_args()
    federations = list(Federation.objects.filter(code__in=options.only))
    _load_year(options.seed, federations)
    codes = {federation.code for federation in federations}
    planted = [one for one in read_frauds() if one.federation in codes]
    found = Found()
    for federation in federations:
        _signal(federation, found)
    sys.stdout.write(f"{machine_line()}\n")
    rate = found.claims / found.seconds if found.seconds else 0
    sys.stdout.write(f"{found.claims:,} attestations looked at, {rate:,.0f} a second\n\n")
    recalls = list(_recalls(planted, found))
    precisions = list(_precisions(planted, found))
    _table(("planted kind", "planted", "found", "recall"), recalls, is_markdown=options.markdown)
    titles = ("rule", "signalled", "planted", "precision", "false alarms per 1,000")
    _table(titles, precisions, is_markdown=options.markdown)
    total, seen = sum(one.planted for one in recalls), sum(one.found for one in recalls)
    told, right = sum(one.signalled for one in precisions), sum(one.planted for one in precisions)
    sys.stdout.write(
        f"of all planted, found: {_percent(seen, total)} (at least {LEAST_RECALL:.0%}); "
        f"of all signals, planted as their kind: {_percent(right, told)}\n"
    )
    return int(not total or seen / total < LEAST_RECALL)


def _load_year(seed: str, federations: Sequence[Federation]) -> None:
    """Load the year of care unless it is there; another seed draws the year, not the network."""
    if any(_has_year(federation) for federation in federations):
        if seed:
            raise SystemExit("refused: a year is there already, drawn from its own seed")
        return
    plan = plan_network()
    if seed:
        provenance.SEED = seed
    codes = [federation.code for federation in federations]
    load_year(plan, progress=lambda *_: None, codes=codes)
    refresh_statistics()


def _has_year(federation: Federation) -> bool:
    with open_scope(demo_actor(federation.pk), source="bench"):
        first = MONTHS[0].year
        return Claim.objects.filter(care_year=first, processing_id=federation.pk).exists()


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
            found.all_months.update(_months(federation, month))
        _gather(federation, found)
        transaction.set_rollback(True)


def _months(federation: Federation, month: date) -> Iterator[str]:
    """The months of the facilities that a federation pays, by their names in the list."""
    own = Claim.objects.filter(care_year=month.year, processing_id=federation.pk)
    codes = own.filter(starts_on__month=month.month).values_list("facility__code", flat=True)
    return (_month_name(federation.code, code, month) for code in codes.distinct())


def _month_name(federation: str, facility: str, month: date) -> str:
    return f"{federation} {facility} {month:%Y-%m}"


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
        found.months[rule].add(_month_name(federation.code, code, month))


def _name(one: PlantedFraud) -> str:
    """The month of a planted attestation, as `_month_name` writes it."""
    return f"{one.federation} {one.facility} {one.month}"


def _recalls(planted: Iterable[PlantedFraud], found: Found) -> Iterator[Recall]:
    """Of each planted kind, how much some rule of it found."""
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for one in planted:
        by_kind[one.kind].add(_name(one) if one.kind in OF_MONTHS else one.stub)
    last = f"{MONTHS[-1]:%Y-%m}"
    for kind, names in sorted(by_kind.items()):
        if kind in OF_MONTHS:
            ended = {name for name in names if not name.endswith(last)}
            seen = set().union(*(found.months[rule] for rule in OF_MONTHS[kind]))
            yield Recall(kind, len(ended), len(ended & seen))
        else:
            seen = {stub for rule in OF_CLAIMS[kind] for pair in found.stubs[rule] for stub in pair}
            yield Recall(kind, len(names), len(names & seen))


def _precisions(planted: Iterable[PlantedFraud], found: Found) -> Iterator[Precision]:
    """Of each rule, how much of what it signalled was planted, of its kinds and of any."""
    rows = list(planted)
    stubs, any_stub = _names(rows, OF_CLAIMS, lambda one: one.stub), {one.stub for one in rows}
    for rule in BY_CODE:
        signalled = found.stubs[rule]
        right = sum(bool(pair & stubs[rule]) for pair in signalled)
        honest = sum(not pair & any_stub for pair in signalled)
        yield Precision(rule, len(signalled), right, honest, found.claims - len(any_stub))
    months, any_month = _names(rows, OF_MONTHS, _name), {_name(one) for one in rows}
    for rule in FACILITY_RULES:
        told = found.months[rule]
        honest = found.all_months - any_month
        yield Precision(rule, len(told), len(told & months[rule]), len(told & honest), len(honest))


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


def _table(
    titles: tuple[str, ...], scores: Iterable[Recall | Precision], *, is_markdown: bool
) -> None:
    mark = "| {} |\n" if is_markdown else "{}\n"
    sys.stdout.write(mark.format(" | ".join(titles)))
    if is_markdown:
        sys.stdout.write(f"|---|{'---:|' * (len(titles) - 1)}\n")
    for one in scores:
        sys.stdout.write(mark.format(" | ".join(one.cells())))
    sys.stdout.write("\n")
