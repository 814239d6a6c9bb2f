"""The jobs that print a register, filled forms, or a pile of blank ones."""

from typing import Any

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from membership.selectors.papers import PAPER_JOB, Paper
from membership.services.blank_forms import BLANK_FORMS_JOB, deliver_blank_forms
from membership.services.papers import produce_paper


@job_handler(PAPER_JOB)
def run_paper(job: RunningJob) -> dict[str, Any]:
    """Print; return where the file is."""
    file = produce_paper(
        actor=job.actor,
        job_id=job.id,
        paper=Paper(job.parameters["paper"]),
        unit_id=job.parameters["unit_id"],
        year=job.parameters["year"],
        progress=job.progress,
    )
    return {
        "file_id": file.pk,
        "url": reverse("paper_file", args=[job.id]),
        "label": "Ouvrir le document (PDF)",
    }


@job_handler(BLANK_FORMS_JOB)
def run_blank_forms(job: RunningJob) -> dict[str, Any]:
    """Print; return where the file is."""
    return {
        "delivery": deliver_blank_forms(job=job),
        "url": reverse("delivery", args=[job.id]),
        "label": "Ouvrir les bulletins (PDF)",
    }
