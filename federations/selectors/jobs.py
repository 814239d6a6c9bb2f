"""Reads of the tenant's long tasks."""

from uuid import UUID

from django.db.models import QuerySet

from conamus.kernel.errors import NotFound
from federations.models import Job
from federations.rules.roles import Permission, Role, is_permitted
from federations.tenancy.actor import Actor
from federations.tenancy.declarations import FEDERATION_SIDE
from federations.tenancy.scope import DATABASE_ROLES, DEFAULT_DATABASE_ROLE


def follows_jobs(role: Role) -> bool:
    """Tell whether the role's own role in the database reads tasks: facilities' does not."""
    return DATABASE_ROLES.get(role, DEFAULT_DATABASE_ROLE) in FEDERATION_SIDE


def jobs(actor: Actor) -> QuerySet[Job]:
    """Return the tasks that the actor may follow: a manager the tenant's, others their own."""
    if not follows_jobs(actor.role):
        return Job.objects.none()
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
