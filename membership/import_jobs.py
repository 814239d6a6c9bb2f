"""The jobs of imports: checking a file, loading it; run twice, they go on where they were."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from membership.models import MemberImport
from membership.services.imports import CHECK_JOB, LOAD_JOB, Desk, check_import, load_import

_MESSAGES = {
    MemberImport.State.DONE.value: "Le fichier est chargé.",
    MemberImport.State.REFUSED.value: "Des lignes sont refusées : rien n’est chargé.",
}


@job_handler(CHECK_JOB)
def run_check(job: RunningJob) -> dict[str, Any]:
    """Check the import that the job names."""
    import_id = UUID(job.parameters["import_id"])
    check_import(_desk(job), import_id)
    return _result(import_id, "Le fichier est vérifié ; rien n’est encore chargé.", "Décider")


@job_handler(LOAD_JOB)
def run_load(job: RunningJob) -> dict[str, Any]:
    """Load the import that the job names."""
    import_id = UUID(job.parameters["import_id"])
    state = load_import(_desk(job), import_id)
    return _result(import_id, _MESSAGES.get(state, ""), "Voir ce qui est chargé")


def _desk(job: RunningJob) -> Desk:
    return Desk(actor=job.actor, scope=job.scope, tell=job.progress)


def _result(import_id: UUID, message: str, label: str) -> dict[str, Any]:
    url = reverse("import_detail", args=[import_id])
    return {"message": message, "url": url, "label": label}
