"""The year of care comes by a job after the network; the pages say that it is on its way."""

import os
import time
from pathlib import Path

import pytest
from django.test import Client

from conamus.demo.care.notice import CARE_JOB, tell_loading, tell_nothing
from conamus.demo.care.requested import request_care_year
from conamus.demo.loading.run import demo_actor
from conamus.kernel.errors import DomainError
from federations.jobs import RunningJob, handler_of
from federations.models import Federation, Job
from federations.tenancy.scope import open_scope


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
