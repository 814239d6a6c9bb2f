"""A year of care over the network, July 2024 to June 2025, loaded in one transaction.

Some 250,000 attestations with their lines, decisions, steps, reviews, invoices and payments are
five million rows: they are loaded by a job, after the network, while the site is in use. One
transaction: a loading that is killed leaves nothing and is done again; a second one finds the
first. Frauds are planted on the way, and listed in a private file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from django.db import connection, transaction

from claims.models import Act, BenefitPackage, CareReason, Claim
from claims.rules.states import State
from claims.selectors.control import control_terms
from claims.selectors.packages import packages_in_force
from conamus.demo.care import way
from conamus.demo.care.agreements import plan_books
from conamus.demo.care.frauds import Planter, write_frauds
from conamus.demo.care.history import Attestation, Historian, Terms
from conamus.demo.care.invoices import InvoiceBook, insert_invoices
from conamus.demo.care.people import insured_people
from conamus.demo.care.places import Places
from conamus.demo.care.queue import raise_on_queue
from conamus.demo.care.rows import insert_attestations
from conamus.demo.care.season import MONTHS
from conamus.demo.care.visits import Visit, draw_visits
from conamus.demo.loading.keys import Keys
from conamus.demo.loading.run import SOURCE, demo_actor
from conamus.demo.network import CONFEDERATION, FEDERATIONS
from conamus.demo.plan import NetworkPlan
from conamus.demo.provenance import stream
from federations.models import Federation, HealthFacility, User
from federations.rules.roles import Role
from federations.services.bulk import reserve_ids
from federations.tenancy.actor import Actor
from federations.tenancy.scope import Scope, open_scope

#: Two loadings at once wait for each other on this number.
ADVISORY_LOCK = 20_240_702
YEARS = (2024, 2025)
_OUTSIDE = 40_000

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class YearLoaded:
    """What a loading wrote; nothing where the year was there already."""

    claims: int = 0
    rows: int = 0
    frauds: int = 0
    #: Of each federation: cases, and the mutuelle's part of those decided.
    costs: dict[str, tuple[int, int]] = field(default_factory=dict)


def _scope(code: str) -> AbstractContextManager[Scope]:
    return open_scope(_actor(code), source=SOURCE)


def _actor(code: str) -> Actor:
    return demo_actor(Federation.objects.get(code=code).pk)


def load_year(
    plan: NetworkPlan, *, progress: Progress, codes: Sequence[str] | None = None
) -> YearLoaded:
    """Write the year of care unless it is there; ``codes``: of these federations only."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        if any(_is_there(code) for code in _chosen(codes)):
            return YearLoaded()
        return _Loader(plan, _chosen(codes), progress).load()


def _chosen(codes: Sequence[str] | None) -> list[str]:
    return [f.code for f in FEDERATIONS if codes is None or f.code in codes]


def _is_there(code: str) -> bool:
    """Tell whether a federation has its year: nobody enters care of last year by hand."""
    with _scope(code):
        return Claim.objects.filter(care_year=YEARS[0], tenant__code=code).exists()


class _Loader:
    """Draws, decides and writes, federation by federation."""

    def __init__(self, plan: NetworkPlan, codes: Sequence[str], progress: Progress) -> None:
        self._plan, self._codes, self._progress = plan, codes, progress
        self._loaded = YearLoaded()
        #: What waits for a reader, by the federation that processes it.
        self._waiting: defaultdict[str, list[Attestation]] = defaultdict(list)

    def load(self) -> YearLoaded:
        self._progress(0, 0, "Tirage des soins")
        visits = {code: self._visits(code) for code in self._codes}
        every = [one for own in visits.values() for one in own]
        number_stubs(self._plan, every)
        self._keys = _keys_of(self._plan)
        terms = self._terms()
        total = len(every)
        with _scope(CONFEDERATION.code):
            ids = iter(reserve_ids("claims_claim", total))
            book = InvoiceBook(len(MONTHS) * len({(v.processing, v.facility.code) for v in every}))
        away: defaultdict[str, list[Attestation]] = defaultdict(list)
        for code in self._codes:
            historian = Historian(stream(f"history {code}"), code, self._keys, terms, ids)
            with _scope(code):
                for part in historian.attestations(visits.pop(code)):
                    self._write([a for a in part if a.visit.processing == code], book, total)
                    for one in part:
                        if one.visit.processing != code:
                            away[one.visit.processing].append(one)
        for code in [f.code for f in FEDERATIONS]:
            with _scope(code):
                self._write(away.pop(code, []), book, total)
                self._loaded.rows += insert_invoices(self._plan, self._keys, code, book)
                raise_on_queue(_actor(code), self._waiting.pop(code, []))
        self._loaded.frauds = write_frauds(every)
        return self._loaded

    def _visits(self, code: str) -> list[Visit]:
        with _scope(code):
            people = insured_people(Federation.objects.get(code=code).pk)
        places, rng = Places(self._plan, code), stream(f"care {code}")
        visits = list(draw_visits(rng, code, people, places))
        Planter(stream(f"frauds {code}"), visits, people, places).plant()
        return visits

    def _write(self, made: Sequence[Attestation], book: InvoiceBook, total: int) -> None:
        if not made:
            return
        book.add(made)
        loaded = self._loaded
        loaded.rows += insert_attestations(made, book)
        loaded.claims += len(made)
        for one in made:
            if one.steps[-1].target == State.TO_REVIEW:
                self._waiting[one.visit.processing].append(one)
            if one.adjudication is not None:
                cases, francs = loaded.costs.get(one.visit.home, (0, 0))
                loaded.costs[one.visit.home] = (
                    cases + 1, francs + one.adjudication.mutuelle_francs,
                )  # fmt: skip
        self._progress(loaded.claims, total, "Attestations")

    def _terms(self) -> Terms:
        tenants = self._keys.tenants
        with _scope(CONFEDERATION.code):
            packages = packages_in_force(tenants.values(), YEARS)
            control = {code: control_terms(tenants[code]) for code in tenants}
        return Terms(packages, control, {f.code: _team(f.code) for f in FEDERATIONS})


def number_stubs(plan: NetworkPlan, visits: Iterable[Visit]) -> None:
    """Give each visit the next stub of its facility's book, in the order of the days."""
    free: dict[tuple[str, str], Iterator[int]] = {}
    prefixes: dict[tuple[str, str], str] = {}
    for book in plan_books(plan):
        key = (book.tenant, book.facility)
        prefixes[key], free[key] = book.prefix, iter(range(book.first, book.last + 1))
    outside: defaultdict[str, int] = defaultdict(lambda: 999_999)
    for one in sorted(visits, key=lambda v: (v.day, v.person.pk, v.fraud)):
        key = (one.processing, one.facility.code)
        if one.fraud == "stub_outside" or key not in free:
            one.stub = f"{prefixes.get(key, one.processing[:3])}-{outside[one.processing]:06d}"
            outside[one.processing] -= 1
        else:
            one.stub = f"{prefixes[key]}-{next(free[key]):06d}"


def _keys_of(plan: NetworkPlan) -> Keys:
    """Return the keys of what is in place already."""
    with _scope(CONFEDERATION.code):
        return Keys(
            tenants=dict(Federation.objects.values_list("code", "pk")),
            units={},
            facilities=dict(HealthFacility.objects.values_list("code", "pk")),
            partners={},
            acts=dict(Act.objects.values_list("code", "pk")),
            reasons=dict(CareReason.objects.values_list("code", "pk")),
            packages={
                (code, year): pk
                for code, year, pk in BenefitPackage.objects.values_list(
                    "tenant__code", "year_id", "pk"
                )
            },
        )


def _team(code: str) -> way.Team:
    """Return who works on a federation's claims: the demonstration's own users."""
    names = dict(User.objects.values_list("username", "full_name"))
    keys = dict(User.objects.values_list("username", "pk"))

    def worker(username: str, role: Role) -> way.Worker:
        return way.Worker(names[username], keys[username], role)

    tenant = Federation.objects.get(code=code)
    return way.Team(
        system=way.Worker(demo_actor(tenant.pk).name, None, Role.SYSTEM),
        clerk=worker(f"centre.{code.lower()}", Role.CENTRE_OPERATOR),
        nurse=worker(f"infirmier.{code.lower()}", Role.ADVISING_NURSE),
        doctor=worker("medecin1.conamus", Role.MEDICAL_ADVISER),
    )
