"""The job that prints a list of valid members."""

from typing import Any

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from membership.selectors.valid_members import LIST_JOB
from membership.services.valid_members import produce_valid_members


@job_handler(LIST_JOB)
def run_valid_members(job: RunningJob) -> dict[str, Any]:
    """Print the list of valid members that the job asks for; return where it is."""
    file = produce_valid_members(
        actor=job.actor,
        job_id=job.id,
        facility_id=job.parameters["facility_id"],
        communes=job.parameters["communes"],
        units=job.parameters["units"],
        progress=job.progress,
    )
    return {
        "file_id": file.pk,
        "url": reverse("rights_list_job", args=[job.id]),
        "label": "Voir la liste",
    }
