"""Batches that are too large for one request: asked for as tasks, done part by part.

First the preview, then the run that a person asks for after it. Each part is a transaction of its
own; what is done is read from the decisions themselves, so that a task that was interrupted goes on
where it stopped, and one that runs twice does nothing twice.
"""

from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from claims.selectors.batches import MOST, Choice, chosen_claims, reversible_claims
from claims.services.batches import reversal_reason
from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Job
from federations.rules.roles import Permission
from federations.selectors.jobs import own_job
from federations.services.access import require
from federations.services.jobs import request_job_once
from federations.tenancy.actor import Actor


class BatchJob(StrEnum):
    """What a task does with the chosen claims; the value is the job's kind."""

    PREVIEW = "preview_redo"
    REDO = "redo_claims"
    REVERSE = "reverse_claims"

    @property
    def label(self) -> str:
        """The task's name in the list of tasks."""
        return _LABELS[self]


_LABELS = {
    BatchJob.PREVIEW: "Décisions à refaire : la différence",
    BatchJob.REDO: "Décisions refaites",
    BatchJob.REVERSE: "Décisions reprises",
}


def is_large(*, actor: Actor, choice: Choice) -> bool:
    """Tell whether a choice is more than one request treats."""
    require(actor, Permission.REDO_DECISIONS)
    return chosen_claims(actor.tenant_id, choice)[: MOST + 1].count() > MOST


def request_preview(*, actor: Actor, choice: Choice, key: str = "") -> Job:
    """Ask what redoing the chosen claims would change; nothing is kept of it."""
    require(actor, Permission.REDO_DECISIONS)
    if not chosen_claims(actor.tenant_id, choice).exists():
        raise DomainError("Aucune attestation décidée dans ce choix.")
    return _request(actor, BatchJob.PREVIEW, {"choice": _told(choice)}, key)


def request_redo(*, actor: Actor, preview_id: UUID) -> Job:
    """Ask for what a preview showed; asked again after the same preview, it is that one."""
    require(actor, Permission.REDO_DECISIONS)
    preview = batch_job(actor, preview_id, BatchJob.PREVIEW)
    told = {"choice": preview.parameters["choice"], "preview": str(preview.pk)}
    return _request(actor, BatchJob.REDO, told, f"redo:{preview.pk}")


def request_reversal(*, actor: Actor, preview_id: UUID, because: str) -> Job:
    """Ask that the decisions of a preview's choice be taken back: those taken until now."""
    require(actor, Permission.REDO_DECISIONS)
    preview = batch_job(actor, preview_id, BatchJob.PREVIEW)
    reason, choice = reversal_reason(because), choice_of(preview)
    if not (claims := reversible_claims(actor.tenant_id, choice).count()):
        raise DomainError("Aucune attestation décidée, et non encore définitive, dans ce choix.")
    told = {
        "choice": preview.parameters["choice"],
        "because": reason,
        "claims": claims,
        "decided_before": clock.moment().isoformat(),
    }
    return _request(actor, BatchJob.REVERSE, told, "")


def batch_job(actor: Actor, job_id: UUID, *kinds: BatchJob) -> Job:
    """Return a task on a batch in the actor's sight; NotFound for any other."""
    job = own_job(actor, job_id)
    if job.kind not in (kinds or tuple(BatchJob)):
        raise NotFound("Cette tâche n’est pas un lot de décisions.")
    return job


def choice_of(job: Job) -> Choice:
    """Return which claims a task treats."""
    return read_choice(job.parameters)


def read_choice(parameters: dict[str, Any]) -> Choice:
    """Return the choice that a task's parameters tell."""
    told = parameters["choice"]
    days = {name: date.fromisoformat(told[name]) for name in ("from_on", "to_on")}
    return Choice(**{**told, **days})


def _told(choice: Choice) -> dict[str, Any]:
    days = {"from_on": choice.from_on.isoformat(), "to_on": choice.to_on.isoformat()}
    return {**asdict(choice), **days}


def _request(actor: Actor, kind: BatchJob, parameters: dict[str, Any], key: str) -> Job:
    return request_job_once(
        actor=actor, kind=kind.value, title=kind.label, parameters=parameters, key=key
    )
