"""Duplicates found in the national register, where 2,000 second records were planted.

In memory: the people enrolled for 2025 of the generated network, given telephones and papers
(the generator draws none for people), 2,000 second records of ``bench.corruptions``, and one
search over each federation's register. Every pair found that was not planted counts as false,
though the register's strangers do look alike by chance: they are told apart. The bound is one
pass that folds every name, after the search, so that it profits from whatever the folding
remembers.

Through the database: the service that fills the queue of the largest federation; its bound is
the reading of the same people. It writes what the job would write.

    python -m bench duplicates                          (the network loaded first)
    python -m bench --as-is duplicates                  (the running demonstration)
    python -m bench --as-is duplicates --memory-only    (no database)
    … duplicates --memory-only --missed 40
"""

import argparse
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from time import perf_counter
from typing import TypeVar

from bench.corruptions import (
    Kind,
    Planted,
    Record,
    Surroundings,
    Where,
    plant,
)
from bench.corruptions.facts import ADULT_YEARS, draw_phone
from bench.measure import HEADER, Figure, machine_line
from conamus.demo.members import Membership
from conamus.demo.members.names import GIVEN_NAMES
from conamus.demo.network import FEDERATIONS
from conamus.demo.plan import NetworkPlan, plan_network
from federations.models import RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.scope import open_scope
from membership.rules.identity import Pair, Person, Verdict, find_pairs, fold_name
from membership.selectors.duplicates import people_to_compare
from membership.services.duplicates import search_duplicates

_Result = TypeVar("_Result")

PLANTED = 2_000
YEAR = 2025
LARGEST = "MUNASA"
LEAST_PRECISION, LEAST_RECALL, MOST_SECONDS = 0.99, 0.80, 60.0
#: Who has a telephone of their own in the register, and how many spouses give the head's.
PHONES = {"head": 0.50, "spouse": 0.15, "child": 0.05, "other": 0.10}
SHARED_PHONES = 0.40
#: Grown people whose card was noted, children whose birth certificate was.
PAPERS_OF_ADULTS, PAPERS_OF_CHILDREN = 0.40, 0.15


def main() -> int:
    """Measure, print, and fail beyond a limit."""
    options = _arguments()
    through_database = not options.memory_only
    if through_database and not RoleAssignment.objects.filter(tenant__code=LARGEST).exists():
        sys.stderr.write("refused: the demonstration network is not loaded\n")
        return 2
    _say(machine_line())
    is_ok = _search_in_memory(options.missed)
    if through_database:
        is_ok = _search_in_database() and is_ok
    return 0 if is_ok else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--memory-only", action="store_true", help="without a database")
    parser.add_argument("--missed", type=int, default=0, help="show so many that were missed")
    return parser.parse_args()


# --- the register ---------------------------------------------------------------------------


def build_register() -> list[Record]:
    """Return everybody enrolled for 2025, federation by federation, with phones and papers."""
    plan = plan_network()
    rng = Random("conamus-register-1")  # noqa: S311 - drawn to be repeated
    register: list[Record] = []
    for federation in FEDERATIONS:
        members = plan.membership_of(federation)
        register += _people(plan, federation.code, members, rng, len(register))
    return register


def _people(
    plan: NetworkPlan, federation: str, members: Membership, rng: Random, first: int
) -> Iterator[Record]:
    """The federation's people; ``first`` sets keys and households apart from the others'."""
    units = [unit.code for unit in plan.insuring_units(federation)]
    homes = {
        position: (units[unit], colline)
        for position, unit, year, colline, *_ in members.enrolments
        if year == YEAR
    }
    phone_of: dict[int, str] = {}
    rows = (row for row in members.people if row[0] in homes)
    for key, row in enumerate(rows, start=first):
        position, relationship, born = row[0], row[9], date.fromisoformat(row[7])
        unit, colline = homes[position]
        phone = _phone(rng, relationship, phone_of.get(position, ""))
        if relationship == "head":
            phone_of[position] = phone
        yield Record(
            key=key, family_name=row[2], given_name=row[3], sex=row[6], birth_date=born,
            is_birth_estimated=row[8], federation=federation, unit=unit, colline=colline,
            household=first + position, phone=phone, paper=_paper(rng, born),
        )  # fmt: skip


def _phone(rng: Random, relationship: str, of_head: str) -> str:
    if rng.random() >= PHONES[relationship]:
        return ""
    shares = relationship == "spouse" and of_head and rng.random() < SHARED_PHONES
    return of_head if shares else draw_phone(rng)


def _paper(rng: Random, born: date) -> str:
    is_adult = YEAR - born.year >= ADULT_YEARS
    if rng.random() >= (PAPERS_OF_ADULTS if is_adult else PAPERS_OF_CHILDREN):
        return ""
    return f"{rng.randrange(10**9):09d}"


def as_person(record: Record) -> Person:
    """Return the record as the rules compare it."""
    return Person(
        key=record.key, family_name=record.family_name, given_name=record.given_name,
        sex=record.sex, birth_date=record.birth_date,
        is_birth_estimated=record.is_birth_estimated, place=record.colline, area=record.unit,
        phone=record.phone, paper=record.paper, household=record.household,
    )  # fmt: skip


# --- the search in memory -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one search over planted records found."""

    planted: Sequence[Planted]
    found: Sequence[Pair]

    @property
    def sought(self) -> set[frozenset[int | str]]:
        """The keys of every planted pair."""
        return {_keys(one) for one in self.planted}

    @property
    def true(self) -> list[Pair]:
        """The pairs that were planted."""
        sought = self.sought
        return [pair for pair in self.found if _pair_keys(pair) in sought]

    @property
    def false(self) -> list[Pair]:
        """The pairs that were not."""
        sought = self.sought
        return [pair for pair in self.found if _pair_keys(pair) not in sought]

    @property
    def precision(self) -> float:
        """Planted pairs among those found."""
        return len(self.true) / len(self.found) if self.found else 0.0

    @property
    def recall(self) -> float:
        """Pairs found among those planted."""
        return len(self.true) / len(self.planted) if self.planted else 0.0

    @property
    def missed(self) -> list[Planted]:
        """The planted pairs that were not found."""
        found = {_pair_keys(pair) for pair in self.found}
        return [one for one in self.planted if _keys(one) not in found]

    def between_strangers(self) -> list[Pair]:
        """False pairs of two records of the register, neither of them planted."""
        copies = {one.copy.key for one in self.planted}
        return [pair for pair in self.false if not copies & _pair_keys(pair)]


def _keys(planted: Planted) -> frozenset[int | str]:
    return frozenset((planted.original.key, planted.copy.key))


def _pair_keys(pair: Pair) -> frozenset[int | str]:
    return frozenset((pair.one.key, pair.other.key))


def _search_in_memory(show_missed: int) -> bool:
    register = build_register()
    given_names = {sex: tuple(names) for sex, names in GIVEN_NAMES.items()}
    latest = max(record.birth_date for record in register)
    planted = plant(register, Surroundings(given_names, latest), count=PLANTED)
    records = [*register, *(one.copy for one in planted)]
    # As the service does: a federation searches its own register.
    groups = [
        [as_person(one) for one in records if one.federation == facts.code] for facts in FEDERATIONS
    ]
    before = _peak_megabytes()
    found, seconds = _timed(lambda: [pair for people in groups for pair in find_pairs(people)])
    added = _peak_megabytes() - before
    _, bound = _timed(lambda: [_fold_all(people) for people in groups])
    outcome = Outcome(planted, found)
    _say(f"{len(register):,} people, {len(planted):,} second records planted")
    time = Figure(
        name="national search", measured=seconds, bound=bound, limit=MOST_SECONDS, unit="s"
    )
    _say(HEADER, time.line(), *_quality(outcome))
    _say(f"peak memory | {before + added:.0f} MB, {added:.0f} MB of it added by the search")
    _say("", *_found_lines(outcome), "", *_recall_lines(outcome))
    _say(*(_told(one) for one in outcome.missed[:show_missed]))
    return time.is_ok and outcome.precision >= LEAST_PRECISION and outcome.recall >= LEAST_RECALL


def _timed(call: Callable[[], _Result]) -> tuple[_Result, float]:
    start = perf_counter()
    result = call()
    return result, perf_counter() - start


def _fold_all(people: Sequence[Person]) -> None:
    for person in people:
        fold_name(person.family_name, person.given_name)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _quality(outcome: Outcome) -> Iterator[str]:
    measured = (
        ("precision", outcome.precision, LEAST_PRECISION),
        ("recall", outcome.recall, LEAST_RECALL),
    )
    for name, value, least in measured:
        verdict = "ok" if value >= least else "BELOW"
        yield f"{name} | {value:.4f} | – | – | ≥ {least} | {verdict}"


# --- the tables -----------------------------------------------------------------------------


def _found_lines(outcome: Outcome) -> Iterator[str]:
    """Pairs by verdict: planted, strangers of the register, a planted record with a stranger."""
    yield "verdict | found | planted | false: strangers | false: a second record and a stranger"
    true = {_pair_keys(pair) for pair in outcome.true}
    strangers = {_pair_keys(pair) for pair in outcome.between_strangers()}
    for verdict in (Verdict.CERTAIN, Verdict.PROBABLE):
        told = [_pair_keys(pair) for pair in outcome.found if pair.match.verdict is verdict]
        of_true, of_strangers = (sum(keys in some for keys in told) for some in (true, strangers))
        other = len(told) - of_true - of_strangers
        yield f"{verdict.value} | {len(told)} | {of_true} | {of_strangers} | {other}"


def _recall_lines(outcome: Outcome) -> Iterator[str]:
    """Recall by kind (of all that have it, and of those that have nothing else), number, place."""
    missed = {one.copy.key for one in outcome.missed}
    yield "what | planted | found | recall | alone | found alone | recall alone"
    for kind in Kind:
        of_kind = [one for one in outcome.planted if kind in one.kinds]
        alone = [one for one in of_kind if len(one.kinds) == 1]
        yield f"{kind.value} | {_share(of_kind, missed)} | {_share(alone, missed)}"
    for count in sorted({len(one.kinds) for one in outcome.planted}):
        some = [one for one in outcome.planted if len(one.kinds) == count]
        yield f"{count} corruptions | {_share(some, missed)}"
    for where in Where:
        some = [one for one in outcome.planted if one.where is where]
        yield f"{where.value} | {_share(some, missed)}"


def _share(planted: Sequence[Planted], missed: set[int]) -> str:
    found = sum(one.copy.key not in missed for one in planted)
    recall = f"{found / len(planted):.3f}" if planted else "–"
    return f"{len(planted)} | {found} | {recall}"


def _told(planted: Planted) -> str:
    kinds = ", ".join(planted.kinds)
    return f"missed: {_line(planted.original)} // {_line(planted.copy)} ({planted.where}; {kinds})"


def _line(record: Record) -> str:
    year = "~" if record.is_birth_estimated else ""
    born = f"{year}{record.birth_date} {record.sex}"
    return f"{record.family_name} / {record.given_name} {born} {record.phone} {record.paper}"


# --- through the database -------------------------------------------------------------------


def _search_in_database() -> bool:
    held = RoleAssignment.objects.filter(role=Role.FEDERATION_MANAGER, tenant__code=LARGEST)
    actor = actor_of(held.select_related("user")[0])

    def read() -> int:
        with open_scope(actor, source="bench"):
            return len(people_to_compare(actor))

    people, bound = _timed(read)
    written, seconds = _timed(
        lambda: search_duplicates(actor=actor, progress=_quiet, source="bench")
    )
    figure = Figure(
        name=f"service, {LARGEST}", measured=seconds, bound=bound, limit=MOST_SECONDS, unit="s"
    )
    _say("", HEADER, figure.line(), f"{people:,} people read, {written} new pairs in the queue")
    return figure.is_ok


def _quiet(done: int, total: int, step: str) -> None:
    """Nobody watches."""


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
