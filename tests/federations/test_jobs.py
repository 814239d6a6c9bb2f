"""Jobs: taken once, kept by a lease, given out again after a death, ended with a reason."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import ProgrammingError, connections, transaction
from django.utils import timezone

from conamus.celery import app
from conamus.kernel.errors import Conflict, DomainError, NotFound
from federations import tasks
from federations.holders import is_gone, this_process
from federations.jobs import LeaseLost, job_handler
from federations.models import Activity, Job, RoleAssignment, Unit, User
from federations.services.jobs import (
    MAX_FRUITLESS,
    due_job_ids,
    request_job,
    retry_job,
    run_job,
)
from federations.tenancy.scope import is_scope_open, open_dispatcher_scope, open_scope

CALLS: list[str] = []
#: What the test's handler does, set by each test.
WORK: dict[str, object] = {}


@job_handler("essai")
def _do(job):
    CALLS.append(job.parameters.get("name", ""))
    return WORK["do"](job)


@pytest.fixture(autouse=True)
def _quiet_handler():
    CALLS.clear()
    WORK["do"] = lambda job: {"seen": job.parameters}
    yield
    CALLS.clear()


@pytest.fixture
def ask(own_database):
    """Return a function that asks for a job as Amina, committed, and gives its key."""

    def asked(username: str = "amina", **parameters):
        actor = own_database.actor(username)
        with open_scope(actor, source="essai"):
            return request_job(actor=actor, kind="essai", title="Essai", parameters=parameters).pk

    return asked


def stored(job_id) -> Job:
    with open_dispatcher_scope():
        return Job.objects.get(pk=job_id)


def set_job(job_id, **values) -> None:
    with open_dispatcher_scope():
        Job.objects.filter(pk=job_id).update(**values)


class TestOneRun:
    def test_it_is_done_once_with_its_result(self, ask):
        job_id = ask(name="une fois")
        run_job(job_id)
        run_job(job_id)
        job = stored(job_id)
        assert CALLS == ["une fois"]
        assert (job.state, job.attempts, job.result) == ("done", 1, {"seen": {"name": "une fois"}})
        assert job.finished_at is not None
        assert job.lease_until is None

    def test_it_works_in_the_scope_of_who_asked(self, ask):
        def names_units(job):
            with job.scope() as scope:
                return {
                    "who": scope.actor.name,
                    "units": Unit.objects.filter(tenant_id=job.actor.tenant_id).count(),
                }

        WORK["do"] = names_units
        job_id = ask()
        run_job(job_id)
        assert stored(job_id).result == {"who": "Amina Nduwimana", "units": 4}
        assert not is_scope_open()

    def test_a_refusal_is_its_reason(self, ask):
        def refuses(job):
            raise DomainError("L’année 2030 n’est pas finie.")

        WORK["do"] = refuses
        job_id = ask()
        run_job(job_id)
        job = stored(job_id)
        assert (job.state, job.reason) == ("failed", "L’année 2030 n’est pas finie.")

    def test_an_unexpected_error_is_named_without_its_details(self, ask):
        def breaks(job):
            raise RuntimeError("le mot de passe est rutabaga")

        WORK["do"] = breaks
        job_id = ask()
        run_job(job_id)
        job = stored(job_id)
        assert job.state == "failed"
        assert "RuntimeError" in job.reason
        assert "rutabaga" not in job.reason

    def test_a_kind_nobody_does_fails(self, own_database):
        actor = own_database.actor("amina")
        with open_scope(actor, source="essai"):
            job_id = request_job(actor=actor, kind="inconnu", title="?", parameters={}).pk
        run_job(job_id)
        assert stored(job_id).state == "failed"

    def test_what_it_wrote_goes_when_it_fails(self, ask, own_database):
        def writes_then_refuses(job):
            with job.scope():
                Activity.objects.create(
                    tenant_id=job.actor.tenant_id,
                    unit_id=own_database.units["UMUCO"],
                    starts_on="2024-01-01",
                    ends_on="2024-01-01",
                    kind="training",
                    chapter="gender",
                    theme="À moitié",
                )
                raise DomainError("Non.")

        WORK["do"] = writes_then_refuses
        run_job(ask())
        amina = own_database.actor("amina")
        with open_scope(amina, source="essai"):
            assert not Activity.objects.filter(tenant_id=amina.tenant_id).exists()

    @pytest.mark.parametrize("loss", ["deactivated", "role closed"])
    def test_it_does_not_work_for_someone_who_lost_the_role(self, ask, own_database, loss):
        job_id = ask()
        with open_scope(own_database.system("UMUCO"), source="essai"):
            if loss == "deactivated":
                User.objects.filter(username="amina").update(is_active=False)
            else:
                RoleAssignment.objects.filter(user__username="amina").update(valid_to="2020-01-01")
        run_job(job_id)
        assert CALLS == []
        assert "n’a plus le rôle" in stored(job_id).reason


class TestProgress:
    def test_it_is_seen_between_transactions(self, ask):
        def works(job):
            job.progress(3, 12, "trois sur douze")
            return {"percent": stored(job.id).percent, "step": stored(job.id).step}

        WORK["do"] = works
        job_id = ask()
        run_job(job_id)
        assert stored(job_id).result == {"percent": 25, "step": "trois sur douze"}

    def test_it_is_seen_while_the_works_own_transaction_is_open(self, ask, settings):
        settings.JOB_LEASE_SECONDS = 0.3
        seen = threading.Event()

        def works(job):
            with job.scope():
                job.progress(1, 2, "à moitié")
                threading.Thread(target=watch, args=(job.id,)).start()
                return {"seen": seen.wait(timeout=10)}

        def watch(job_id):
            while stored(job_id).done != 1:
                pass
            seen.set()
            connections.close_all()

        WORK["do"] = works
        job_id = ask()
        run_job(job_id)
        assert stored(job_id).result == {"seen": True}


def _stopped_at(job_id: UUID, done: int) -> None:
    """Run the job until it has done so much, then let its lease run out as a killed worker's."""

    def die(job) -> None:
        job.progress(done, 100)
        raise SystemExit

    WORK["do"] = die
    with suppress(SystemExit):
        run_job(job_id)
    set_job(job_id, lease_until=timezone.now() - timedelta(seconds=1))


class TestLease:
    def test_a_job_in_other_hands_is_not_taken(self, ask):
        job_id = ask()
        set_job(
            job_id,
            state="running",
            attempts=1,
            lease_token=uuid4(),
            lease_until=timezone.now() + timedelta(minutes=1),
        )
        run_job(job_id)
        assert CALLS == []
        assert job_id not in due_job_ids()

    def test_a_worker_killed_in_the_middle_is_replaced(self, ask):
        job_id = ask(name="reprise")
        set_job(
            job_id,
            state="running",
            attempts=1,
            lease_token=uuid4(),
            lease_until=timezone.now() - timedelta(seconds=1),
        )
        assert job_id in due_job_ids()
        run_job(job_id)
        job = stored(job_id)
        assert CALLS == ["reprise"]
        assert (job.state, job.attempts) == ("done", 2)

    def test_after_three_deaths_it_fails_with_the_reason(self, ask):
        job_id = ask()
        set_job(
            job_id,
            state="running",
            attempts=7,
            fruitless=MAX_FRUITLESS,
            lease_until=timezone.now() - timedelta(seconds=1),
        )
        run_job(job_id)
        job = stored(job_id)
        assert CALLS == []
        assert job.state == "failed"
        assert "interrompu 3 fois sans aller plus loin" in job.reason
        assert job_id not in due_job_ids()

    def test_a_work_that_comes_further_each_time_may_be_stopped_often(self, ask):
        """`make demo` stopped ten times in its first minutes still loads its year in the end."""
        job_id = ask()
        for stop in range(1, 3 * MAX_FRUITLESS):
            _stopped_at(job_id, stop)
        assert (stored(job_id).state, stored(job_id).fruitless) == ("running", 0)

    def test_a_work_that_dies_at_the_same_place_is_given_up(self, ask):
        job_id = ask()
        for _ in range(MAX_FRUITLESS + 1):
            _stopped_at(job_id, 5)
        assert (stored(job_id).state, stored(job_id).fruitless) == ("running", MAX_FRUITLESS)
        run_job(job_id)
        assert stored(job_id).state == "failed"

    def test_a_worker_that_lost_its_lease_stops_and_writes_nothing(self, ask):
        other = uuid4()

        def is_overtaken(job):
            set_job(job.id, lease_token=other)
            with pytest.raises(LeaseLost):
                job.progress(1, 2)
            with pytest.raises(LeaseLost):
                job.heartbeat()
            return {"never": "kept"}

        WORK["do"] = is_overtaken
        job_id = ask()
        run_job(job_id)
        job = stored(job_id)
        assert (job.state, job.lease_token, job.result) == ("running", other, None)

    def test_the_lease_is_renewed_while_the_work_lasts(self, ask, settings):
        settings.JOB_LEASE_SECONDS = 0.3

        def outlasts_its_lease(job):
            first = stored(job.id).lease_until
            waited = threading.Event()
            for _ in range(100):
                if stored(job.id).lease_until > first:
                    return {"renewed": True}
                waited.wait(0.05)
            return {"renewed": False}

        WORK["do"] = outlasts_its_lease
        job_id = ask()
        run_job(job_id)
        assert stored(job_id).result == {"renewed": True}

    def test_two_workers_do_not_both_do_it(self, ask):
        job_id = ask(name="disputée")
        start = threading.Barrier(2)

        def race():
            start.wait()
            run_job(job_id)
            connections.close_all()

        threads = [threading.Thread(target=race) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert CALLS == ["disputée"]


def _ended_process() -> str:
    """Return the name of a process of this machine that has just ended."""
    code = "from federations.holders import this_process; print(this_process())"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, check=True
    )
    return told.stdout.decode().strip()


class TestHolder:
    """The process that took a job is known: its end is seen before its lease is over."""

    def _held_by(self, job_id: UUID, holder: str) -> None:
        set_job(
            job_id,
            state="running",
            attempts=1,
            holder=holder,
            lease_token=uuid4(),
            lease_until=timezone.now() + timedelta(hours=1),
        )

    def test_a_job_names_the_process_that_does_it(self, ask):
        WORK["do"] = lambda job: {"holder": stored(job.id).holder}
        job_id = ask()
        run_job(job_id)
        assert stored(job_id).result == {"holder": this_process()}
        assert str(os.getpid()) in this_process().split()

    def test_a_job_of_an_ended_process_is_given_out_again_at_once(self, ask):
        job_id = ask(name="reprise")
        self._held_by(job_id, _ended_process())
        assert due_job_ids() == [job_id]
        run_job(job_id)
        assert CALLS == ["reprise"]
        assert (stored(job_id).state, stored(job_id).attempts) == ("done", 2)

    @pytest.mark.parametrize("whose", ["living", "elsewhere", "nobody"])
    def test_any_other_keeps_its_lease(self, ask, whose):
        machine, _, start = this_process().split()
        holders = {
            "living": this_process(),
            "elsewhere": f"autre-{machine} 999999999 {start}",
            "nobody": "",
        }
        job_id = ask()
        self._held_by(job_id, holders[whose])
        assert due_job_ids() == []
        run_job(job_id)
        assert CALLS == []

    def test_a_number_that_is_given_again_is_another_process(self):
        machine, number, start = this_process().split()
        assert not is_gone(f"{machine} {number} {start}")
        assert is_gone(f"{machine} {number} {int(start) - 1}")


class TestDispatch:
    def test_nothing_is_asked_for_when_the_request_is_rolled_back(self, own_database):
        actor = own_database.actor("amina")
        with pytest.raises(ZeroDivisionError), open_scope(actor, source="essai"):
            request_job(actor=actor, kind="essai", title="Essai", parameters={})
            raise ZeroDivisionError
        with open_dispatcher_scope():
            assert not Job.objects.exists()

    def test_with_the_broker_away_it_is_dispatched_later(self, ask, settings):
        # Port 9 (discard) answers nobody: the broker is away.
        away = "redis://127.0.0.1:9/0"
        with _broker_at(away):
            job_id = ask(name="plus tard")
            assert stored(job_id).state == "queued"
            assert tasks.dispatch_due_jobs() == 0
        assert stored(job_id).state == "queued"
        set_job(job_id, published_at=timezone.now() - timedelta(hours=1))
        assert due_job_ids() == [job_id]
        tasks.run(str(job_id))
        assert CALLS == ["plus tard"]

    def test_a_fresh_publication_is_not_repeated(self, ask):
        job_id = ask()
        assert due_job_ids() == [job_id]
        assert due_job_ids() == []


class TestRetry:
    def test_a_failed_job_can_be_retried_by_a_manager(self, ask, own_database):
        job_id = ask()
        set_job(job_id, state="failed", attempts=3, reason="panne", finished_at=timezone.now())
        actor = own_database.actor("amina")
        with open_scope(actor, source="essai"):
            job = retry_job(actor=actor, job_id=job_id)
        assert (job.state, job.attempts, job.reason, job.finished_at) == ("queued", 0, "", None)
        run_job(job_id)
        assert stored(job_id).state == "done"

    def test_who_asked_for_it_follows_and_retries_it_others_do_not(self, ask, own_database):
        job_id = ask("agnes")
        set_job(job_id, state="failed", attempts=3, reason="panne", finished_at=timezone.now())
        albert, agnes = own_database.actor("albert"), own_database.actor("agnes")
        with open_scope(albert, source="essai"), pytest.raises(NotFound):
            retry_job(actor=albert, job_id=job_id)
        with open_scope(agnes, source="essai"):
            assert retry_job(actor=agnes, job_id=job_id).state == "queued"

    def test_not_by_a_reader_nor_from_another_federation_nor_when_it_did_not_fail(
        self, ask, own_database
    ):
        job_id = ask()
        for username, error in (("arthur", NotFound), ("bernard", NotFound), ("amina", Conflict)):
            actor = own_database.actor(username)
            with open_scope(actor, source="essai"), pytest.raises(error):
                retry_job(actor=actor, job_id=job_id)


class _broker_at:  # noqa: N801 -- reads as a context in the test
    """Point Celery at another broker for a while."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> None:
        self.before = app.conf.broker_url
        self._point(self.url)

    def __exit__(self, *_: object) -> None:
        self._point(self.before)

    def _point(self, url: str) -> None:
        app.conf.broker_url = url
        app._pool = None
        app.amqp._producer_pool = None


class TestDatabaseGone:
    def test_a_job_whose_database_went_away_is_given_out_again(self, ask):
        """PostgreSQL is back a second later: the job did not fail, its lease runs out."""
        job_id = ask()
        WORK["do"] = _lose_the_connection
        run_job(job_id)
        connections["default"].close()
        assert (stored(job_id).state, stored(job_id).reason) == ("running", "")
        set_job(job_id, lease_until=timezone.now() - timedelta(seconds=1))
        assert due_job_ids() == [job_id]
        WORK["do"] = lambda job: {"gone on": True}
        run_job(job_id)
        assert (stored(job_id).state, stored(job_id).attempts) == ("done", 2)

    def test_a_statement_that_is_refused_is_a_failure(self, ask):
        """A statement that takes too long would take as long again."""
        job_id = ask()
        WORK["do"] = _wait_too_long
        run_job(job_id)
        job = stored(job_id)
        assert (job.state, job.attempts) == ("failed", 1)
        assert "OperationalError" in job.reason


def _lose_the_connection(job) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def _wait_too_long(job) -> None:
    with job.scope(), connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 50")
        cursor.execute("SELECT pg_sleep(2)")


def test_outside_a_scope_no_job_is_seen(world):
    with pytest.raises(ProgrammingError), transaction.atomic():
        Job.objects.exists()
