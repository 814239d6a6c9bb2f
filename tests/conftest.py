"""Fixtures of all tests: the application's role on a real PostgreSQL, and a small world.

* ``db`` (pytest-django's) — the template's world, rolled back after the test;
* ``world`` — its handles (tests/world.py), with ``db``;
* ``amina``, ``agnes`` — two of its cast, the manager and an agent, with their scope open;
* ``own_database`` — a copy of the template for this test alone, for threads, commits,
  workers: nothing is rolled back, the copy is dropped;
* ``demo_network`` — the whole demonstration network, read or changed in a transaction
  that is rolled back;
* ``behind_the_wall()`` — a context that reads every tenant's rows, to check on the wall.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client

from conamus.kernel.memory import settle_loaded
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from tests import databases
from tests.scheduling import (  # noqa: F401 (hooks of pytest)
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)
from tests.world import PASSWORD, World, find_world

# The browser's driver runs an event loop in this thread; Django's guard does not apply.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_collection_finish() -> None:
    """Keep the collector from looking through all the tests over and over: a sixth of the time."""
    settle_loaded()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Return the name of this xdist worker, or of the only process there is."""
    return os.environ.get("PYTEST_XDIST_WORKER", f"p{os.getpid()}")


@pytest.fixture(scope="session")
def django_db_setup(worker_name: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Give this worker its copy of the template instead of pytest-django's own database."""
    name = databases.copy_of(databases.template_database(), f"conamus_test_{worker_name}")
    with django_db_blocker.unblock(), databases.connected_to(name):
        yield
    databases.drop(name)


@contextmanager
def reading_all_tenants() -> Iterator[None]:
    """Take, for a moment, the role that no wall holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute(f"SET LOCAL ROLE {databases.WITNESS}")
        yield
        cursor.execute("RESET ROLE" if before == "none" else f'SET LOCAL ROLE "{before}"')


@pytest.fixture
def behind_the_wall() -> Callable[[], AbstractContextManager[None]]:
    """Return a context manager inside which every tenant's rows are read."""
    return reading_all_tenants


@pytest.fixture
def world(db: None) -> World:
    """Return the small world's handles; the test is rolled back."""
    with reading_all_tenants():
        return find_world()


@pytest.fixture
def own_database(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, worker_name: str
) -> Iterator[World]:
    """Give the test a database of its own, where commits are real."""
    name = databases.copy_of(databases.template_database(), f"conamus_own_{worker_name}")
    with django_db_blocker.unblock(), databases.connected_to(name):
        with reading_all_tenants():
            handles = find_world()
        yield handles
    databases.drop(name)


@pytest.fixture
def demo_network(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Connect to the demonstration network; what the test writes is rolled back."""
    name = databases.demo_database()
    with django_db_blocker.unblock(), databases.connected_to(name), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def as_actor() -> Callable[[Actor], AbstractContextManager]:
    """Return the opener of an actor's scope: ``with as_actor(world.actor("amina")):``."""
    return lambda actor: open_scope(actor, source="essai", request_id="essai")


@pytest.fixture
def amina(world: World, as_actor: Callable[[Actor], AbstractContextManager]) -> Iterator[Actor]:
    """Amina, manager of UMUCO, in her scope."""
    with as_actor(actor := world.actor("amina")):
        yield actor


@pytest.fixture
def agnes(world: World, as_actor: Callable[[Actor], AbstractContextManager]) -> Iterator[Actor]:
    """Agnès, agent of UMUCO's section 1, in her scope."""
    with as_actor(actor := world.actor("agnes")):
        yield actor


@pytest.fixture
def sign_in(world: World) -> Callable[[str], Client]:
    """Return a function that signs a member of the cast in, through the real form."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.post("/compte/login/", {"login": username, "password": PASSWORD})
        assert "_auth_user_id" in client.session, f"{username} could not sign in"
        return client

    return signed_in
