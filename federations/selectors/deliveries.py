"""Reads of the files that jobs make for whoever asked, and for nobody else.

The job's row says for whom (`FOR_ASKER` in its parameters, and the actor with role and unit);
its result says under which batch the pieces were written. A manager follows the tenant's tasks,
but takes away only what they asked for themselves, in the very role they asked in.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from conamus.kernel.errors import DomainError, NotFound
from federations.models import FilePiece, Job
from federations.selectors.jobs import jobs
from federations.tenancy.actor import Actor

#: The parameter of a job whose file is for its asker alone.
FOR_ASKER = "for_asker"
#: Long enough for a weekend and a line that fell; then nobody's list lies about.
KEPT_DAYS = 7
_WHO = ("user_id", "role", "tenant_id", "unit_id", "facility_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A file ready to be taken: where its pieces are, and what it is called."""

    job_id: UUID
    batch: UUID
    pieces: int
    name: str
    content_type: str
    size_bytes: int


def is_for_asker(job: Job) -> bool:
    """Tell whether the job makes a file for its asker alone."""
    return bool(job.parameters.get(FOR_ASKER))


def has_asked(actor: Actor, job: Job) -> bool:
    """Tell whether the actor is who asked, still in the same role, unit and facility.

    A name may have been corrected since: it is not compared.
    """
    now = {name: getattr(actor, name) for name in _WHO}
    return actor.user_id is not None and now == {name: job.actor[name] for name in _WHO}


def own_deliveries(actor: Actor) -> QuerySet[Job]:
    """Return the jobs whose file the actor asked for, the latest first."""
    asked = {f"actor__{name}": getattr(actor, name) for name in ("user_id", "role", "unit_id")}
    found = jobs(actor).filter(parameters__has_key=FOR_ASKER, **asked)
    return found.order_by("-created_at")


def is_removed(job: Job) -> bool:
    """Tell whether the file of a finished job has been kept for its days."""
    end = job.finished_at
    return end is not None and end + timedelta(days=KEPT_DAYS) <= timezone.now()


def own_delivery(actor: Actor, job_id: UUID) -> tuple[Job, Delivery]:
    """Return the file that the actor asked for; NotFound for anybody else's or an unready one."""
    job = jobs(actor).filter(pk=job_id, state=Job.State.DONE).first()
    if job is None or not is_for_asker(job) or not has_asked(actor, job):
        raise NotFound("Ce fichier n’existe pas, ou n’est pas à vous.")
    made: dict[str, Any] = (job.result or {})["delivery"]
    batch = UUID(made["batch"])
    kept = FilePiece.objects.filter(tenant_id=actor.tenant_id, job_id=job_id, batch=batch)
    if is_removed(job) or kept.count() != made["pieces"]:
        raise DomainError(
            f"Ce fichier a été retiré : un fichier préparé se garde {KEPT_DAYS} jours. "
            "Demandez-le de nouveau depuis sa liste."
        )
    return job, Delivery(job_id=job_id, **{**made, "batch": batch})


def piece_of(actor: Actor, delivery: Delivery, rank: int) -> bytes:
    """Return one piece of a file."""
    row = FilePiece.objects.get(
        tenant_id=actor.tenant_id, job_id=delivery.job_id, batch=delivery.batch, rank=rank
    )
    return bytes(row.content)
