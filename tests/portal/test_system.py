"""The system administrator's page: the whole network's tasks in counts, what is not ready."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from conamus.kernel.errors import NotAllowed
from conamus.portal.boards.system import last_backup
from conamus.portal.desk import Desk
from conamus.portal.selectors.waiting import machinery
from federations.jobs import actor_to_json
from federations.models import Job, OutboxEvent, PeriodLock
from federations.tenancy.scope import open_scope
from tests.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
TODAY = date(2025, 6, 30)


@pytest.fixture
def failed_job(world: World) -> None:
    """A task of a federation that failed, and a mail of another that waits."""
    with open_scope(world.system("UMUCO"), source="essai"):
        Job.objects.create(
            tenant_id=world.tenants["UMUCO"], kind="essai", title="Rapport",
            actor=actor_to_json(world.system("UMUCO")), state=Job.State.FAILED,
            finished_at=timezone.now() - timedelta(hours=1),
        )  # fmt: skip
    with open_scope(world.system("INEZA"), source="essai"):
        OutboxEvent.objects.create(
            tenant_id=world.tenants["INEZA"], topic="mail", payload={"to": "x@exemple.bi"}
        )


@pytest.mark.usefixtures("failed_job")
def test_the_administrator_counts_every_tenant_s_tasks(sign_in: SignIn) -> None:
    page = sign_in("sylvere").get("/")
    figures = {one.label: one.value for one in page.context["figures"]}
    assert figures["Tâches échouées"] == "1"
    assert figures["Courriels à envoyer"] == "1"
    assert "x@exemple.bi" not in page.content.decode()


@pytest.mark.usefixtures("failed_job")
def test_a_manager_is_told_of_the_own_failed_task_only(sign_in: SignIn) -> None:
    sentence = "1 tâche a échoué depuis trente jours."
    tasks = {name: sign_in(name).get("/").context["tasks"] for name in ("amina", "bernard")}
    assert sentence in [task.sentence for task in tasks["amina"]]
    assert sentence not in [task.sentence for task in tasks["bernard"]]


@pytest.mark.parametrize("username", ["clara", "amina", "regine", "arthur"])
def test_nobody_else_counts_the_whole_network_s_tasks(
    username: str, world: World, as_actor: Callable[..., AbstractContextManager]
) -> None:
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(NotAllowed):
        machinery(Desk(actor, 2025, TODAY))


def test_a_broker_that_is_away_is_said(sign_in: SignIn, settings: object) -> None:
    client = sign_in("sylvere")
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    page = client.get("/")
    assert page.status_code == 200
    assert page.context["state"].startswith("Tout n’est pas prêt")
    assert page.context["tasks"][0].sentence.startswith("File des tâches : ne répond pas")


def test_the_last_backup_is_the_newest_file(tmp_path: Path) -> None:
    assert last_backup(tmp_path) is None
    (tmp_path / "2025-06-01.backup").write_bytes(b"x" * 3_000_000)
    newest = last_backup(tmp_path)
    assert newest is not None
    assert (newest.name, newest.megabytes) == ("2025-06-01.backup", 3)


def test_a_month_that_is_closed_waits_no_more(sign_in: SignIn, world: World) -> None:
    before = _open_months(sign_in)
    with open_scope(world.system("UMUCO"), source="essai"):
        PeriodLock.objects.create(
            tenant_id=world.tenants["UMUCO"], unit_id=world.units["UMUCO"],
            month=date(2025, 1, 1), locked_by="Amina Nduwimana",
        )  # fmt: skip
    assert _open_months(sign_in) == before - 1


def _open_months(sign_in: SignIn) -> int:
    sentences = [task.sentence for task in sign_in("amina").get("/").context["tasks"]]
    return next(int(one.split()[0]) for one in sentences if "mois terminé" in one)
