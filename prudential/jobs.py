"""The jobs of this application: producing a yearly report."""

from typing import Any

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from prudential.selectors.reports import REPORT_JOB
from prudential.services.annual_report import produce_annual_report


@job_handler(REPORT_JOB)
def run_annual_report(job: RunningJob) -> dict[str, Any]:
    """Produce the report that the job asks for; return where it is."""
    report = produce_annual_report(
        actor=job.actor,
        unit_id=job.parameters["unit_id"],
        year=job.parameters["year"],
        progress=job.progress,
        source=f"tâche:{job.kind}",
        job_id=job.id,
    )
    return {
        "report_id": report.pk,
        "pages": report.pages,
        "url": reverse("annual_report_job", args=[job.id]),
        "label": "Voir le rapport",
    }
