"""Reads of the tenant's long tasks."""

from uuid import UUID

from django.db.models import QuerySet

from conamus.kernel.errors import NotFound
from federations.models import Job
from federations.tenancy.actor import Actor


def jobs(actor: Actor) -> QuerySet[Job]:
    """Return the tenant's tasks, latest first."""
    return Job.objects.filter(tenant_id=actor.tenant_id)


def own_job(actor: Actor, job_id: UUID) -> Job:
    """Return a task of the actor's tenant; NotFound for any other."""
    job = jobs(actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound("Cette tâche n’existe pas.")
    return job
