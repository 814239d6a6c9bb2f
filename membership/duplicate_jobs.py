"""The job that looks for duplicates in a federation's whole register."""

from typing import Any

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from membership.selectors.duplicates import SEARCH_JOB
from membership.services.duplicates import search_duplicates


@job_handler(SEARCH_JOB)
def run_duplicate_search(job: RunningJob) -> dict[str, Any]:
    """Search; return how many new pairs there are and where they are."""
    found = search_duplicates(actor=job.actor, progress=job.progress, source=f"tâche:{job.kind}")
    return {"found": found, "url": reverse("duplicates"), "label": "Voir les doublons possibles"}
