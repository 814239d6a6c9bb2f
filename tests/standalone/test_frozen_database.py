"""A database that falls silent: a page ends and says so, a job is left to its lease."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from io import StringIO

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from psycopg2 import extensions

from conamus import celery, database_patience, web_server
from federations.jobs import RunningJob, job_handler
from federations.models import Job, Unit
from federations.services.bulk import insert_rows
from federations.services.jobs import due_job_ids, request_job, run_job
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from tests import databases
from tests.silence import Relay, relay_to
from tests.world import PASSWORD, World

#: « within ~30 s »: the silence that is waited for, and what the page needs beside it.
SECONDS = 30


@pytest.fixture
def impatience(own_database: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """This test's database; who limits its waiting waits a second at most."""
    for name in ("STATEMENT_SECONDS", "JOB_STATEMENT_SECONDS"):
        monkeypatch.setattr(database_patience, name, 1.0)
    connection.close()
    yield own_database
    extensions.set_wait_callback(None)
    connection.close()


@pytest.fixture
def relay(impatience: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """The database of this test behind a relay, with a page's patience."""
    told = connection.settings_dict
    with relay_to(told["HOST"], int(told["PORT"])) as one:
        monkeypatch.setitem(told, "HOST", "127.0.0.1")
        monkeypatch.setitem(told, "PORT", str(one.port))
        web_server.post_fork(None, None)
        yield one


def test_a_page_that_waits_ends_and_says_why(relay: Relay) -> None:
    client = Client(raise_request_exception=False)
    client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    assert client.get("/unites/").status_code == 200
    relay.fall_silent()
    begun = time.monotonic()
    page = client.get("/unites/")
    assert time.monotonic() - begun < 5
    assert page.status_code == 503
    assert "base de données" in page.content.decode()
    relay.speak()
    connection.close()  # as the check of a pooled connection does before the next page
    assert client.get("/unites/").status_code == 200


def test_who_connects_to_a_silent_server_waits_as_long_as_its_address_says(relay: Relay) -> None:
    relay.fall_silent()
    parameters = {**connection.get_connection_params(), "connect_timeout": 2}
    begun = time.monotonic()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(**parameters)
    assert 1.5 < time.monotonic() - begun < 4


def test_a_statement_that_takes_its_time_is_not_a_silence_of_others(relay: Relay) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
        cursor.execute("SELECT repeat('x', 5000000)")
        assert len(cursor.fetchone()[0]) == 5_000_000


def test_a_page_is_given_less_than_half_a_minute() -> None:
    assert database_patience.STATEMENT_SECONDS + database_patience.CONNECT_SECONDS <= SECONDS


@contextmanager
def _stopped_backend() -> Iterator[None]:
    """Stop the process that serves this connection; the rest of PostgreSQL goes on."""
    backend = connection.connection.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(backend, signal.SIGCONT)


@pytest.fixture
def worker(impatience: World) -> World:
    """A worker's process, as Celery makes it ready."""
    celery.settle()
    return impatience


@contextmanager
def _another_holds(table: str) -> Iterator[None]:
    """Another connection holds the table's rows; its backend is stopped by a signal meanwhile."""
    url = databases.superuser_url(connection.settings_dict["NAME"])
    with closing(psycopg2.connect(url)) as other, other.cursor() as cursor:
        cursor.execute(f"SELECT FROM {table} FOR UPDATE")
        os.kill(other.info.backend_pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(other.info.backend_pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("limit", "said"),
    [("lock_timeout", "Ces données sont occupées"), ("statement_timeout", "a pris trop de temps")],
)
def test_a_page_that_waits_for_what_another_holds_says_so_and_is_done_when_it_is_free(
    own_database: World, monkeypatch: pytest.MonkeyPatch, limit: str, said: str
) -> None:
    monkeypatch.setitem(database_patience.PAGE_LIMITS, limit, "1s")
    address = f"/formations-sanitaires/{own_database.facilities['FS-T001']}/"
    client = Client(raise_request_exception=False)
    client.post("/compte/login/", {"login": "clara", "password": PASSWORD})
    read = {"version": client.get(address).context["version"]}
    with _another_holds("federations_healthfacility"):
        begun = time.monotonic()
        page = client.post(f"{address}suspendre/", read)
        assert time.monotonic() - begun < 5
        assert page.status_code == 503
        assert said in page.content.decode()
        # Who only reads does not wait; nothing of what was asked stands.
        assert "conventionnée" in client.get(address).content.decode()
    assert client.post(f"{address}suspendre/", read).status_code == 302
    assert "suspendue" in client.get(address).content.decode()


def test_what_a_page_waits_for_ends_before_the_page_gives_up(db: None) -> None:
    with connection.cursor() as cursor:
        for limit in database_patience.PAGE_LIMITS.values():
            cursor.execute("SELECT extract(epoch FROM %s::interval)", [limit])
            assert 0 < cursor.fetchone()[0] < database_patience.STATEMENT_SECONDS
        # A process that is stopped in the middle of a page holds nothing for longer than this.
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)


def test_only_a_pages_transaction_is_limited(own_database: World) -> None:
    """A job may wait longer, and so may whoever uses the connection next."""
    actor = own_database.actor("amina")
    for is_page in (True, False):
        with open_scope(actor, source="essai", is_page=is_page), connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            limit = database_patience.PAGE_LIMITS["lock_timeout"] if is_page else "0"
            assert cursor.fetchone() == (limit,)


#: What the test's handler does, time after time.
WORK: list[Callable[[RunningJob], None]] = []


@job_handler("essai_silence")
def _do(job: RunningJob) -> None:
    with job.scope():
        WORK.pop(0)(job)


def test_a_job_whose_backend_is_stopped_is_left_to_its_lease_and_done_again(worker: World) -> None:
    actor = worker.actor("amina")
    with open_scope(actor, source="essai"):
        asked = request_job(actor=actor, kind="essai_silence", title="Essai", parameters={})
    jobs = Job.objects.filter(pk=asked.pk)
    stopped = ExitStack()

    def meet_a_stopped_backend(_: RunningJob) -> None:
        stopped.enter_context(_stopped_backend())
        Unit.objects.count()

    with stopped:
        WORK[:] = [meet_a_stopped_backend, lambda _: None]
        begun = time.monotonic()
        run_job(asked.pk)
        assert time.monotonic() - begun < 5
        with open_dispatcher_scope():
            assert (jobs.get().state, jobs.get().reason) == ("running", "")
            jobs.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert due_job_ids() == [asked.pk]
        run_job(asked.pk)
        with open_dispatcher_scope():
            assert (jobs.get().state, jobs.get().attempts) == ("done", 2)


def test_a_copy_into_a_stopped_backend_is_given_up_too(worker: World) -> None:
    stopped = ExitStack()

    def rows() -> Iterator[tuple[str]]:
        stopped.enter_context(_stopped_backend())
        yield ("Essai",)

    actor = worker.actor("amina")
    begun = time.monotonic()
    with (
        stopped,
        pytest.raises(OperationalError) as lost,
        open_scope(actor, source="essai"),
    ):
        insert_rows("federations_activity", ["theme"], rows())
    assert time.monotonic() - begun < 5
    assert database_patience.is_connection_lost(lost.value)


def test_a_worker_copies_and_keeps_its_patience(worker: World) -> None:
    actor = worker.actor("amina")
    with open_scope(actor, source="essai"), connection.cursor() as cursor:
        cursor.execute("SELECT make_staging('federations_activity', '{theme}')")
        before = extensions.get_wait_callback()
        with database_patience.copying(connection.connection):
            cursor.copy_expert("COPY staging_federations_activity FROM STDIN", StringIO("a\nb\n"))
        cursor.execute("SELECT count(*) FROM staging_federations_activity")
        assert cursor.fetchone() == (2,)
    assert before is extensions.get_wait_callback() is not None
