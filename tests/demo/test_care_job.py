"""The year of care comes by a job after the network; the pages say that it is on its way."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from conamus.demo.care.notice import CARE_JOB, tell_loading, tell_nothing
from conamus.demo.care.requested import request_care_year
from conamus.demo.loading.run import demo_actor
from conamus.kernel.errors import DomainError
from federations.jobs import LeaseLost, RunningJob, handler_of
from federations.models import Federation, Job
from federations.services.jobs import request_job, run_job
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from prudential.selectors.care_held import is_care_held
from tests.world import World


@pytest.fixture
def notice(settings, tmp_path: Path) -> Path:
    settings.DEMO_NOTICE = tmp_path / "notice.txt"
    return settings.DEMO_NOTICE


def test_loading_the_network_asks_for_the_year_once(demo_network: None, notice: Path) -> None:
    actor = demo_actor(Federation.objects.get(code="CONAMUS").pk)
    with open_scope(actor, source="essai"):
        assert Job.objects.filter(tenant_id=actor.tenant_id, kind=CARE_JOB).count() == 1
    assert not request_care_year()
    assert not notice.exists()


def test_the_pages_say_how_far_it_is_and_then_nothing(db: None, notice: Path) -> None:
    tell_loading(12_000, 230_000)
    page = Client().get("/compte/login/").content.decode()
    assert "12 000 sur 230 000" in page.replace("\u202f", " ").replace("\xa0", " ")
    tell_nothing()
    assert "se chargent" not in Client().get("/compte/login/").content.decode()


def test_what_a_killed_loading_said_is_believed_for_some_minutes_only(
    db: None, notice: Path
) -> None:
    tell_loading(12_000, 230_000)
    a_while_ago = time.time() - 301
    os.utime(notice, (a_while_ago, a_while_ago))
    assert notice.exists()
    assert "se chargent" not in Client().get("/compte/login/").content.decode()


def test_a_loading_that_fails_leaves_no_year_that_reports_would_tell(
    own_database: World, notice: Path
) -> None:
    system = own_database.system("CONAMUS")
    with open_scope(system, source="essai"):
        job = request_job(actor=system, kind=CARE_JOB, title="Année de soins", parameters={})
    # A network that is not the demonstration's: its federations are not found.
    run_job(job.pk)
    with open_dispatcher_scope():
        assert Job.objects.get(pk=job.pk).state == Job.State.FAILED
    assert is_care_held()
    assert "pas toutes chargées" in Client().get("/compte/login/").content.decode()


def test_who_has_lost_the_job_says_nothing_over_who_is_through(world: World, notice: Path) -> None:
    lost = RunningJob(uuid4(), CARE_JOB, world.system("CONAMUS"), {}, lease_token=uuid4())
    with pytest.raises(LeaseLost):
        handler_of(CARE_JOB)(lost)
    assert not is_care_held()


def test_nothing_is_loaded_outside_a_demonstration(
    demo_network: None, notice: Path, settings
) -> None:
    settings.DEMO_MODE = False
    actor = demo_actor(Federation.objects.get(code="CONAMUS").pk)
    with open_scope(actor, source="essai"):
        job = Job.objects.get(tenant_id=actor.tenant_id, kind=CARE_JOB)
    running = RunningJob(job.pk, job.kind, actor, {}, job.pk)
    with pytest.raises(DomainError, match="qu’en démonstration"):
        handler_of(CARE_JOB)(running)
