"""Ask for a job, take it, finish it: the only places where a job's state changes."""

import logging
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from conamus import clock
from conamus.database_patience import is_connection_lost
from conamus.kernel.errors import Conflict, DomainError, NotFound
from federations.broker import publish
from federations.holders import is_gone, this_process
from federations.jobs import (
    LeaseLost,
    RunningJob,
    actor_from_json,
    actor_to_json,
    handler_of,
    kept_alive,
    lease_end,
)
from federations.models import Job, User
from federations.rules.roles import Permission
from federations.selectors.assignments import actor_of, open_assignments
from federations.selectors.jobs import own_job
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_dispatcher_scope

logger = logging.getLogger("conamus.jobs")
#: Attempts in a row that come no further; a long work that is stopped often goes on all the same.
MAX_FRUITLESS = 3
_GONE = (
    "Le travail a été interrompu {fruitless} fois sans aller plus loin (processus arrêté) ; il "
    "n’est plus relancé."
)
_UNEXPECTED = "Erreur inattendue : {error}. Prévenez l’administrateur avec le numéro de la tâche."


def request_job(
    *,
    actor: Actor,
    kind: str,
    title: str,
    parameters: dict[str, Any],
    not_before: date | None = None,
) -> Job:
    """Write a job's row in the open transaction; it is published once that commits.

    The permission is asked by the service that knows what the job does. A job for a later
    day is left to the dispatcher, which publishes it when that day has come.
    """
    job = Job.objects.create(
        tenant_id=actor.tenant_id,
        kind=kind,
        title=title,
        parameters=parameters,
        actor=actor_to_json(actor),
        not_before=not_before,
    )
    if not_before is None or not_before <= clock.today():
        transaction.on_commit(lambda: publish(job.pk))
    return job


def request_job_once(
    *, actor: Actor, kind: str, title: str, parameters: dict[str, Any], key: str
) -> Job:
    """Ask for a job as `request_job` does; asked again by the same key, it is the same one."""
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"kind": kind, **parameters},
        create=lambda: request_job(
            actor=actor, kind=kind, title=title[:200], parameters=parameters
        ),
        find=lambda pk: Job.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def retry_job(*, actor: Actor, job_id: UUID) -> Job:
    """Put a failed job that the actor may follow back in the queue, in its asker's name."""
    own_job(actor, job_id)
    _put_back(Job.objects.filter(pk=job_id, tenant_id=actor.tenant_id))
    transaction.on_commit(lambda: publish(job_id))
    return Job.objects.get(pk=job_id, tenant_id=actor.tenant_id)


@transaction.atomic
def retry_network_job(*, actor: Actor, job_id: UUID) -> None:
    """Put a failed job of any tenant back in the queue, unread, in its asker's name."""
    require(actor, Permission.FOLLOW_NETWORK_JOBS)
    with open_dispatcher_scope():
        found = Job.objects.filter(pk=job_id)
        if not found.exists():
            raise NotFound("Cette tâche n’existe pas.")
        _put_back(found)
    logger.info("job retried", extra={"job_id": str(job_id)})
    transaction.on_commit(lambda: publish(job_id))


def _put_back(jobs: QuerySet[Job]) -> None:
    changed = jobs.filter(state=Job.State.FAILED).update(
        state=Job.State.QUEUED, attempts=0, fruitless=0, reason="", is_fault=False,
        published_at=None, finished_at=None, done=0, step="",
    )  # fmt: skip
    if not changed:
        raise Conflict("Cette tâche n’a pas échoué : rien à relancer.")


def due_job_ids() -> list[UUID]:
    """Return the jobs to publish: never published, lost by the broker, or abandoned."""
    now = timezone.now()
    unheard = now - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    waiting = Q(state=Job.State.QUEUED) & (
        Q(published_at__isnull=True) | Q(published_at__lt=unheard)
    )
    with open_dispatcher_scope():
        abandoned = Q(state=Job.State.RUNNING, lease_until__lt=now) | Q(pk__in=_orphans())
        ids = list(
            Job.objects.filter(waiting | abandoned, _has_come())
            .order_by("created_at")
            .values_list("pk", flat=True)[:100]
        )
        Job.objects.filter(pk__in=ids, state=Job.State.QUEUED).update(published_at=now)
    return ids


def _orphans() -> list[UUID]:
    """Return the jobs whose process is seen to have ended, whatever their lease says."""
    held = Job.objects.filter(state=Job.State.RUNNING).values_list("pk", "holder")
    return [pk for pk, holder in held if is_gone(holder)]


def _is_free(job: Job) -> bool:
    """Tell whether nobody does an unfinished job."""
    if job.state == Job.State.QUEUED:
        return True
    return is_gone(job.holder) or (job.lease_until is not None and job.lease_until < timezone.now())


def _has_come() -> Q:
    return Q(not_before__isnull=True) | Q(not_before__lte=clock.today())


def run_job(job_id: UUID) -> None:
    """Take the job if it is free, do it, and write how it ended."""
    running = _take(job_id)
    if running is None:
        return
    details = {"job_id": str(job_id), "job_kind": running.kind}
    logger.info("job started", extra=details)
    try:
        with kept_alive(running):
            _require_role_still_held(running.actor)
            result = handler_of(running.kind)(running)
    except LeaseLost:
        logger.warning("job lost to another worker", extra=details)
    except DomainError as error:
        _finish(running, state=Job.State.FAILED, reason=error.message)
    except Exception as error:
        if is_connection_lost(error):
            logger.warning("database away, job left to its lease", extra=details, exc_info=error)
            return
        logger.exception("job failed", extra=details)
        _finish(
            running,
            state=Job.State.FAILED,
            reason=_UNEXPECTED.format(error=error.__class__.__name__),
            is_fault=True,
        )
    else:
        _finish(running, state=Job.State.DONE, result=result or {})
        logger.info("job done", extra=details)


def _take(job_id: UUID) -> RunningJob | None:
    """Win the job by a conditional UPDATE; None when another worker holds or ended it."""
    token = uuid4()
    now = timezone.now()
    with open_dispatcher_scope():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(_has_come(), pk=job_id, state__in=Job.UNFINISHED)
            .first()
        )
        if job is None or not _is_free(job):
            return None
        if job.fruitless >= MAX_FRUITLESS:
            Job.objects.filter(pk=job_id).update(
                state=Job.State.FAILED,
                reason=_GONE.format(fruitless=job.fruitless),
                is_fault=True,
                finished_at=now,
            )
            return None
        Job.objects.filter(pk=job_id).update(
            state=Job.State.RUNNING,
            attempts=job.attempts + 1,
            fruitless=job.fruitless + 1,
            lease_until=lease_end(),
            lease_token=token,
            holder=this_process(),
            started_at=job.started_at or now,
        )
    return RunningJob(
        id=job.pk,
        kind=job.kind,
        actor=actor_from_json(job.actor),
        parameters=job.parameters,
        lease_token=token,
    )


def _require_role_still_held(actor: Actor) -> None:
    """Refuse to work in the name of someone who has lost the role since."""
    if actor.user_id is None:
        return
    user = User.objects.filter(pk=actor.user_id, is_active=True).first()
    held = open_assignments(user, on_date=clock.today()) if user else []
    if not any(actor_of(assignment) == actor for assignment in held):
        raise DomainError("La personne qui a demandé cette tâche n’a plus le rôle d’alors.")


def _finish(job: RunningJob, *, state: Job.State, **values: Any) -> None:
    with open_dispatcher_scope():
        Job.objects.filter(pk=job.id, state=Job.State.RUNNING, lease_token=job.lease_token).update(
            state=state, finished_at=timezone.now(), lease_until=None, **values
        )
