"""Reads of the tenant's long tasks."""

from uuid import UUID

from django.db.models import QuerySet

from conamus.kernel.errors import NotFound
from federations.models import Job
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor


def jobs(actor: Actor) -> QuerySet[Job]:
    """Return the tasks that the actor may follow: a manager the tenant's, others their own."""
    found = Job.objects.filter(tenant_id=actor.tenant_id)
    if is_permitted(actor.role, Permission.PRODUCE_REPORTS):
        return found
    return found.filter(actor__user_id=actor.user_id)


def own_job(actor: Actor, job_id: UUID) -> Job:
    """Return a task that the actor may follow; NotFound for any other."""
    job = jobs(actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound("Cette tâche n’existe pas.")
    return job
