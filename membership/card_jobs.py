"""The job that issues and prints a unit's cards."""

from typing import Any

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from membership.selectors.cards import BATCH_JOB
from membership.services.cards import issue_batch


@job_handler(BATCH_JOB)
def run_card_batch(job: RunningJob) -> dict[str, Any]:
    """Issue and print; return where the file is."""
    file = issue_batch(
        actor=job.actor,
        unit_id=job.parameters["unit_id"],
        year=job.parameters["year"],
        batch_id=job.id,
        progress=job.progress,
        source=f"tâche:{job.kind}",
    )
    return {
        "file_id": file.pk,
        "url": reverse("card_batch_file", args=[job.id]),
        "label": "Ouvrir les cartes (PDF)",
    }
