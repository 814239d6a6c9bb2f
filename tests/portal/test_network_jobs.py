"""« Tâches » of the system administrator: what failed anywhere, and the second try; no contents."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from conamus.portal.job_names import named_kinds
from conamus.portal.selectors.network_jobs import network_jobs
from federations import jobs as registry
from federations.jobs import actor_to_json
from federations.models import Job
from federations.services.jobs import retry_network_job, run_job
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from tests.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
AsActor = Callable[..., AbstractContextManager]
PAGE = "/taches/reseau/"


def asked(world: World, username: str, **values: object) -> UUID:
    """Write a task that somebody asked for; failed an hour ago unless told otherwise."""
    actor = world.actor(username)
    told = {
        "kind": "import_load",
        "title": "Import de « Ndayishimiye Kéza.csv »",
        "parameters": {"search": "Ndayishimiye"},
        "state": Job.State.FAILED,
        "reason": "Le ménage UMU-1042 de Ndayishimiye Kéza est fermé.",
        "finished_at": timezone.now() - timedelta(hours=1),
        **values,
    }
    with open_scope(actor, source="essai"):
        job = Job(tenant_id=actor.tenant_id, actor=actor_to_json(actor), **told)
        job.save(force_insert=True)
        return job.pk


def stored(job_id: UUID) -> Job:
    with open_dispatcher_scope():
        return Job.objects.get(pk=job_id)


def test_failures_of_every_federation_are_told_without_their_contents(
    world: World, sign_in: SignIn
) -> None:
    ours = asked(world, "agnes")
    fault = "Erreur inattendue : MemoryError."
    theirs = asked(world, "bernard", kind="annual_report", reason=fault, is_fault=True)
    page = sign_in("sylvere").get(PAGE).content.decode()
    for told in (
        "Import de membres", "Umuco, Section Umuco 1", "Refusée : le motif", str(ours),
        "Rapport annuel", "Ineza", fault, str(theirs),
    ):  # fmt: skip
        assert told in page
    for secret in ("Ndayishimiye", "UMU-1042"):
        assert secret not in page


@registry.job_handler("essai_refus")
def _refuse(_: registry.RunningJob) -> None:
    raise DomainError("Le ménage UMU-1042 est fermé.")


def test_the_words_of_a_refusal_are_read_by_who_asked_and_not_by_the_administrator(
    world: World, sign_in: SignIn
) -> None:
    """The number of a household that a service's sentence names stays in the federation."""
    job_id = asked(world, "agnes", kind="essai_refus", state=Job.State.QUEUED, finished_at=None)
    run_job(job_id)
    assert stored(job_id).state == Job.State.FAILED
    assert "UMU-1042" in sign_in("agnes").get(f"/taches/{job_id}/").content.decode()
    for page in (PAGE, "/"):
        assert "UMU-1042" not in sign_in("sylvere").get(page).content.decode()


def test_what_waits_and_runs_is_told_too(world: World, sign_in: SignIn) -> None:
    asked(world, "amina", state=Job.State.RUNNING, finished_at=None, done=3, total=4, attempts=2)
    later = timezone.localdate() + timedelta(days=9)
    asked(world, "bernard", state=Job.State.QUEUED, finished_at=None, not_before=later)
    asked(world, "bernard", state=Job.State.DONE)
    found = sign_in("sylvere").get(PAGE).context["found"]
    assert [(one.percent, one.attempts, one.is_planned) for one in found.unfinished] == [
        (75, 2, False),
        (0, 0, True),
    ]
    assert found.unfinished_count == 2
    assert found.failed == []


def test_a_task_whose_day_has_come_is_planned_for_no_other(world: World, sign_in: SignIn) -> None:
    day = clock.today()
    asked(world, "bernard", state=Job.State.QUEUED, finished_at=None, not_before=day)
    asked(
        world, "bernard", state=Job.State.QUEUED, finished_at=None,
        not_before=day + timedelta(days=1),
    )  # fmt: skip
    page = sign_in("sylvere").get(PAGE)
    assert [one.is_planned for one in page.context["found"].unfinished] == [False, True]


def test_the_home_page_counts_them_and_leads_there(world: World, sign_in: SignIn) -> None:
    client = sign_in("sylvere")
    asked(world, "amina", finished_at=timezone.now() - timedelta(days=31))
    assert "Rien n’attend" in client.get("/").content.decode()
    for username in ("amina", "bernard"):
        asked(world, username)
    home = client.get("/")
    figures = {one.label: one for one in home.context["figures"]}
    (task,) = [one for one in home.context["tasks"] if "échoué" in one.sentence]
    assert figures["Tâches échouées"].value == "2"
    assert task.sentence == "2 tâches ont échoué depuis 30 jours."
    assert task.url == figures["Tâches échouées"].url == f"{PAGE}#echouees"
    assert client.get(PAGE).context["found"].failed_count == 2


def test_a_failure_is_tried_again_in_the_name_of_who_asked(world: World, sign_in: SignIn) -> None:
    job_id = asked(world, "bernard", attempts=3, fruitless=3)
    client = sign_in("sylvere")
    answer = client.post(f"{PAGE}{job_id}/relancer/", follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "La tâche est relancée" in answer.content.decode()
    job = stored(job_id)
    assert (job.state, job.attempts, job.fruitless, job.reason) == ("queued", 0, 0, "")
    assert job.actor == actor_to_json(world.actor("bernard"))
    assert client.get(PAGE).context["found"].failed == []


def test_only_a_failure_is_tried_again(world: World, as_actor: AsActor) -> None:
    done = asked(world, "amina", state=Job.State.DONE)
    sylvere = world.actor("sylvere")
    with as_actor(sylvere):
        with pytest.raises(Conflict):
            retry_network_job(actor=sylvere, job_id=done)
        with pytest.raises(NotFound):
            retry_network_job(actor=sylvere, job_id=uuid4())
    assert stored(done).state == Job.State.DONE


@pytest.mark.parametrize("username", ["clara", "amina", "agnes", "arthur", "regine", "fabrice"])
def test_nobody_else_sees_or_retries_them(
    username: str, world: World, sign_in: SignIn, as_actor: AsActor
) -> None:
    job_id = asked(world, "bernard")
    client = sign_in(username)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{job_id}/relancer/").status_code == 403
    actor = world.actor(username)
    with as_actor(actor):
        with pytest.raises(NotAllowed):
            network_jobs(actor)
        with pytest.raises(NotAllowed):
            retry_network_job(actor=actor, job_id=job_id)
    assert stored(job_id).state == Job.State.FAILED


def test_the_administrators_own_database_role_meets_no_other_tenants_task(
    world: World, as_actor: AsActor
) -> None:
    """A statement slipped into the page reads no title, and changes no state."""
    job_id = asked(world, "bernard")
    with as_actor(world.actor("sylvere")), connection.cursor() as cursor:
        cursor.execute("SELECT title, parameters FROM federations_job")
        assert cursor.fetchall() == []
        cursor.execute("UPDATE federations_job SET state = 'queued'")
        assert cursor.rowcount == 0
    assert stored(job_id).state == Job.State.FAILED


def test_every_kind_of_task_has_a_name_of_its_own() -> None:
    registry.autodiscover_modules("jobs")
    ours = {config.name.split(".")[0] for config in apps.get_app_configs()}
    handled = {
        kind
        for kind, handler in registry._HANDLERS.items()
        if handler.__module__.split(".")[0] in ours
    }
    assert handled
    assert handled <= named_kinds()
