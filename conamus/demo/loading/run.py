"""Loads the network in one transaction, tenant by tenant, each in its own scope.

The application's role writes, through every policy and history trigger. One transaction: a
loading that is killed leaves nothing, and is done again. `Federation.loaded_at` is set last; it
is what `/readyz` and a second loading look at.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from django.db import connection, transaction
from django.utils import timezone

from conamus import clock
from conamus.demo.care.surveys import insert_interviews, insert_survey_terms
from conamus.demo.care.terms import insert_care_terms
from conamus.demo.contributions import generate_contributions
from conamus.demo.loading.keys import Keys, reserve_keys
from conamus.demo.loading.members import insert_membership
from conamus.demo.loading.network import (
    insert_facilities,
    insert_mutualist_years,
    insert_tenants,
    insert_units,
)
from conamus.demo.loading.register import insert_register
from conamus.demo.loading.terms import insert_number_ranges, insert_terms
from conamus.demo.loading.users import insert_users
from conamus.demo.network import CONFEDERATION, FEDERATIONS, FederationFacts
from conamus.demo.plan import TENANTS, NetworkPlan
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from federations.models import Federation, HealthDistrict
from federations.services.places import load_places, place_ids
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from prudential.services.releases import release_insured

TASK = "démonstration"
SOURCE = "manage.py load_demo"
#: Two loadings at once wait for each other on this number.
ADVISORY_LOCK = 20_240_701

Say = Callable[[str], None]


@dataclass
class LoadTimes:
    """Seconds spent in the generator and in the database."""

    generation: float = 0.0
    database: float = 0.0

    @contextmanager
    def count(self, what: str) -> Iterator[None]:
        """Add the time spent inside to ``what``."""
        start = perf_counter()
        yield
        setattr(self, what, getattr(self, what) + perf_counter() - start)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading has done; nothing where the network was there already."""

    was_there: bool
    rows: int
    times: LoadTimes


def is_loaded() -> bool:
    """Tell whether the whole network is in place."""
    loaded = Federation.objects.filter(loaded_at__isnull=False, code__in=_codes())
    return loaded.count() == len(TENANTS)


def _codes() -> list[str]:
    return [facts.code for facts in TENANTS]


def demo_actor(tenant_id: int) -> Actor:
    """Return the system actor in whose name the demonstration is written."""
    return system_actor(tenant_id, TASK)


def load_network(plan: NetworkPlan, *, hashes: Callable[[], Mapping[str, str]], say: Say) -> Loaded:
    """Write the whole network unless it is there; ``hashes`` gives the users' passwords."""
    times = LoadTimes()
    with times.count("database"), transaction.atomic():
        _begin()
        if is_loaded():
            return Loaded(True, 0, times)
        if Federation.objects.exists():
            raise DomainError(
                "La base contient déjà des fédérations : le réseau de démonstration ne se charge "
                "que dans une base vide."
            )
        rows = _write_all(plan, hashes=hashes, say=say, times=times)
    times.database -= times.generation
    return Loaded(False, rows, times)


def _begin() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        # A slow disk may need more than a page's minute for the largest federation.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _write_all(
    plan: NetworkPlan, *, hashes: Callable[[], Mapping[str, str]], say: Say, times: LoadTimes
) -> int:
    # There is no tenant yet, and only who adds rows takes their numbers.
    with open_scope(demo_actor(0), source=SOURCE):
        keys = reserve_keys(plan)
    say("Lieux, fédérations et formations sanitaires…")
    with _scope(keys, CONFEDERATION):
        _write_reference(plan, keys)
        _write_own(plan, keys, CONFEDERATION)
        insert_terms(plan, keys, CONFEDERATION)
        insert_care_terms(plan, keys, CONFEDERATION)
        insert_survey_terms(demo_actor(keys.tenants[CONFEDERATION.code]))
    rows = sum(_write_federation(plan, keys, f, say=say, times=times) for f in FEDERATIONS)
    with _scope(keys, CONFEDERATION):
        insert_users(plan.cast, keys, hashes())
        release_insured(actor=demo_actor(keys.tenants[CONFEDERATION.code]), on=clock.today())
        Federation.objects.update(loaded_at=timezone.now())
    say("Vérification des liens…")
    return rows


@contextmanager
def _scope(keys: Keys, facts: FederationFacts) -> Iterator[None]:
    with open_scope(demo_actor(keys.tenants[facts.code]), source=SOURCE):
        yield


def _write_reference(plan: NetworkPlan, keys: Keys) -> None:
    """Write what belongs to no tenant; places may have been loaded before."""
    load_places(actor=demo_actor(keys.tenants[CONFEDERATION.code]))
    keys.places = place_ids()
    keys.districts = dict(HealthDistrict.objects.values_list("code", "id"))
    insert_tenants(keys)
    insert_mutualist_years()
    insert_facilities(plan, keys)


def _write_own(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> None:
    insert_units(plan, keys, facts.code)
    insert_register(plan, keys, facts.code)


def _write_federation(
    plan: NetworkPlan, keys: Keys, facts: FederationFacts, *, say: Say, times: LoadTimes
) -> int:
    with times.count("generation"):
        members = plan.membership_of(facts)
        money = generate_contributions(facts.code, members)
    households = format_integer(len(members.households))
    people = format_integer(len(members.people))
    say(f"{facts.short_name} : {households} ménages, {people} personnes…")
    with _scope(keys, facts):
        _write_own(plan, keys, facts)
        scales = insert_terms(plan, keys, facts)
        insert_care_terms(plan, keys, facts)
        insert_number_ranges(plan, keys, facts, members)
        insert_interviews(plan, keys, facts)
        return insert_membership(plan, keys, facts.code, members, money, scales)
