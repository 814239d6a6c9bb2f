"""A year of care over the network, July 2024 to June 2025, loaded month by month.

Some 250,000 attestations with their lines, decisions, steps, reviews, invoices and payments are
five million rows: they are loaded by a job, after the network, while the site is in use. One
transaction writes what one federation processed of one month, with its invoices: a loading that is
killed leaves whole months, and the next one decides them again, finds them there and goes on where
it was, to the same end. Frauds are planted on the way, and listed in a private file.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from django.db.models import Min

from claims.models import Act, BenefitPackage, CareReason, Claim, StubUse
from claims.rules.states import State
from claims.selectors.control import control_terms
from claims.selectors.packages import packages_in_force
from claims.services.care_sums import recount_care
from conamus.database_patience import waiting_without_end
from conamus.demo.care import way
from conamus.demo.care.frauds import Planter, write_frauds, write_in_register
from conamus.demo.care.history import Attestation, Historian, Terms
from conamus.demo.care.invoices import InvoiceBook, insert_invoices
from conamus.demo.care.people import insured_people
from conamus.demo.care.places import Places
from conamus.demo.care.queue import parts_of, raise_on_part
from conamus.demo.care.rows import insert_attestations
from conamus.demo.care.season import MONTHS, month_of
from conamus.demo.care.stubs import StubBooks
from conamus.demo.care.visits import Visit, draw_visits
from conamus.demo.loading.keys import Keys
from conamus.demo.loading.run import SOURCE, demo_actor
from conamus.demo.loading.statistics import refresh_statistics
from conamus.demo.network import CONFEDERATION, FEDERATIONS
from conamus.demo.plan import NetworkPlan
from conamus.demo.provenance import stream
from conamus.kernel.errors import Conflict
from conamus.kernel.memory import without_collector
from conamus.kernel.periods import next_month
from federations.models import Federation, HealthFacility, User
from federations.rules.roles import Role
from federations.services.bulk import reserve_ids
from federations.tenancy.actor import Actor
from federations.tenancy.scope import Scope, open_scope

#: Two loadings at once wait for each other on this number.
ADVISORY_LOCK = 20_240_702
YEARS = (2024, 2025)
_CODES = tuple(facts.code for facts in FEDERATIONS)
_CHANGED = (
    "Le registre a changé pendant que l’année de soins se chargeait : elle reste incomplète."
    " « make reset » repart de zéro."
)

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class YearLoaded:
    """What is in place, and how many rows this loading wrote: none where all was there."""

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
    """Write what is not there of the year of care; ``codes``: of these federations only."""
    with waiting_without_end(), without_collector():
        return _Loader(plan, [c for c in _CODES if codes is None or c in codes], progress).load()


class _Loader:
    """Draws the year, then decides and writes it month by month."""

    def __init__(self, plan: NetworkPlan, codes: Sequence[str], progress: Progress) -> None:
        self._plan, self._codes, self._progress = plan, codes, progress
        self._loaded = YearLoaded()
        self._stubs = StubBooks(plan)
        #: What waits for a reader, by the federation that processes it.
        self._waiting: defaultdict[str, list[Attestation]] = defaultdict(list)

    def load(self) -> YearLoaded:
        self._progress(0, 0, "Tirage des soins")
        every = [one for code in self._codes for one in self._visits(code)]
        self._ids = _number_claims(every)
        self._keys = _keys_of()
        terms = self._terms()
        self._historians = {code: Historian(code, self._keys, terms) for code in self._codes}
        of_month: defaultdict[date, list[Visit]] = defaultdict(list)
        for one in every:
            of_month[month_of(one.day)].append(one)
        for month, visits in sorted(of_month.items()):
            self._load_month(month, visits)
        # What follows reads the whole year: the planner is told what is there.
        refresh_statistics()
        for code in _CODES:
            self._raise_on_queue(code)
            # Claims came before their lines: their sums are counted once all is in.
            for year in YEARS:
                with _scope(code):
                    recount_care(actor=_actor(code), year=year)
        self._loaded.frauds = write_frauds(every)
        return self._loaded

    def _load_month(self, month: date, visits: Sequence[Visit]) -> None:
        """Decide a month of every home federation, then write it by who processed it."""
        made: defaultdict[str, list[Attestation]] = defaultdict(list)
        for code, historian in self._historians.items():
            own = [one for one in visits if one.home == code]
            with _scope(code):
                for part in historian.decide_month(month, own):
                    for one in part:
                        made[one.visit.processing].append(one)
        for code in _CODES:
            self._write_month(code, made.pop(code, []))

    def _visits(self, code: str) -> list[Visit]:
        with _scope(code):
            people = insured_people(Federation.objects.get(code=code).pk)
        places, rng = Places(self._plan, code), stream(f"care {code}")
        visits = list(draw_visits(rng, code, people, places))
        planter = Planter(stream(f"frauds {code}"), visits, people, places)
        planter.plant()
        with _scope(code):
            write_in_register(_actor(code).tenant_id, planter.deaths, planter.late)
        return visits

    def _write_month(self, code: str, made: Sequence[Attestation]) -> None:
        """Write what a federation processed of a month, unless it is there."""
        if not made:
            return
        with transaction.atomic(), _scope(code):
            _begin()
            self._stubs.number([one.visit for one in made], self._taken(code))
            if not _is_there(made[0].visit):
                book = InvoiceBook(made)
                self._loaded.rows += insert_attestations(made, book)
                self._loaded.rows += insert_invoices(self._plan, self._keys, code, book)
        self._count(made)
        self._progress(self._loaded.claims, len(self._ids), "Attestations")

    def _taken(self, code: str) -> set[str]:
        """Return the stubs that people used on the pages while the year is loaded."""
        used = StubUse.objects.filter(tenant_id=self._keys.tenants[code])
        others = used.exclude(claim_id__range=(self._ids[0], self._ids[-1]))
        return set(others.values_list("number", flat=True))

    def _count(self, made: Sequence[Attestation]) -> None:
        loaded = self._loaded
        loaded.claims += len(made)
        for one in made:
            if one.steps[-1].target == State.TO_REVIEW:
                self._waiting[one.visit.processing].append(one)
            if one.adjudication is not None:
                cases, francs = loaded.costs.get(one.visit.home, (0, 0))
                loaded.costs[one.visit.home] = (
                    cases + 1, francs + one.adjudication.mutuelle_francs,
                )  # fmt: skip

    def _raise_on_queue(self, code: str) -> None:
        """Raise signals once the whole year is there to compare with; safe to do again."""
        for part in parts_of(self._waiting.pop(code, [])):
            with _scope(code):
                raise_on_part(_actor(code), part)
            self._progress(self._loaded.claims, len(self._ids), "Signaux")

    def _terms(self) -> Terms:
        tenants = self._keys.tenants
        with _scope(CONFEDERATION.code):
            packages = packages_in_force(tenants.values(), YEARS)
            control = {code: control_terms(tenants[code]) for code in tenants}
        return Terms(packages, control, {code: _team(code) for code in _CODES})


def _begin() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        # A slow disk may need more than a page's minute for the largest federation's month.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        # The plans by which keys are checked are made once, not anew for each row; while the tables
        # are empty, where one that reads the whole table would do so for every row to come.
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("SET LOCAL enable_seqscan = off")


def _number_claims(visits: Sequence[Visit]) -> range:
    """Give each visit its claim's key, in the order of the writing: a second loading's too."""
    ordered = sorted(visits, key=lambda one: (month_of(one.day), _CODES.index(one.processing)))
    first = _first_claim()
    if first is None:
        with _scope(CONFEDERATION.code):
            ids = reserve_ids("claims_claim", len(ordered))
    else:
        ids = range(first, first + len(ordered))
    for key, one in zip(ids, ordered, strict=True):
        one.claim_id = key
    return ids


def _first_claim() -> int | None:
    """Return the first key of a loading that was begun: nobody enters so old care by hand."""
    found = []
    for code in _CODES:
        with _scope(code):
            claims = Claim.objects.filter(
                care_year=YEARS[0], processing__code=code, starts_on__lt=next_month(MONTHS[0])
            )
            found.append(claims.aggregate(first=Min("pk"))["first"])
    return min((first for first in found if first is not None), default=None)


def _is_there(first: Visit) -> bool:
    """Tell whether the month of a visit is written; Conflict where another was in its place."""
    claims = Claim.objects.filter(care_year=first.day.year, pk=first.claim_id)
    held = claims.values_list("beneficiary_id", "starts_on").first()
    if held is not None and held != (first.person.pk, first.day):
        raise Conflict(_CHANGED)
    return held is not None


def _keys_of() -> Keys:
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
