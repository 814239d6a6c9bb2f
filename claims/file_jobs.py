"""The jobs of long files of attestations: tried, then entered, in their bringer's name."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse

from claims.models import AttestationFile
from claims.selectors.attestation_files import bringer_of, file_by_id, parts_of
from claims.services.large_files import (
    CHECK_JOB,
    LOAD_JOB,
    check_part,
    finish_check,
    finish_load,
    load_part,
)
from federations.jobs import RunningJob, job_handler
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope

State = AttestationFile.State
_TOLD = {
    State.CHECKED: "Le fichier est vérifié ; rien n’est encore enregistré.",
    State.REFUSED: "Des attestations sont refusées : rien n’est enregistré.",
    State.DONE: "Le fichier est enregistré.",
    State.ABANDONED: "Le fichier est abandonné.",
}


@job_handler(CHECK_JOB)
def run_check(job: RunningJob) -> dict[str, Any]:
    """Try the parts that are not tried yet."""
    return _through(job, State.STAGED, "checked_at", check_part, finish_check)


@job_handler(LOAD_JOB)
def run_load(job: RunningJob) -> dict[str, Any]:
    """Enter the parts that are not entered yet."""
    return _through(job, State.LOADING, "loaded_at", load_part, finish_load)


def _through(
    job: RunningJob,
    state: State,
    mark: str,
    treat: Callable[..., None],
    finish: Callable[..., AttestationFile],
) -> dict[str, Any]:
    file_id = UUID(job.parameters["file_id"])
    with job.scope():
        bringer = bringer_of(job.actor.tenant_id, file_id)
    with _scope(job, bringer):
        file = file_by_id(bringer, file_id)
        left = list(parts_of(file).filter(**{f"{mark}__isnull": True}).values_list("pk", flat=True))
        total = parts_of(file).count()
    if file.state != state:
        left = []
    for done, part_id in enumerate(left, start=total - len(left) + 1):
        with _scope(job, bringer):
            treat(actor=bringer, part_id=part_id)
        job.progress(done, total, f"{done} parts sur {total}")
    with _scope(job, bringer):
        file = finish(actor=bringer, file_id=file_id)
    url = reverse("claim_file_detail", args=[file_id])
    return {"message": _TOLD.get(State(file.state), ""), "url": url, "label": "Voir le fichier"}


def _scope(job: RunningJob, bringer: Actor) -> Any:
    return open_scope(bringer, source=f"tâche:{job.kind}", request_id=job.id.hex)
