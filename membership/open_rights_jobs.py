"""The job that counts how many of a day's insured have open rights."""

from datetime import date
from typing import Any

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from membership.selectors.open_rights import COUNT_JOB
from membership.services.open_rights import count_open_rights


@job_handler(COUNT_JOB)
def run_open_rights(job: RunningJob) -> dict[str, Any]:
    """Count; return where the figures are."""
    day = date.fromisoformat(job.parameters["day"])
    count_open_rights(actor=job.actor, day=day, progress=job.progress)
    return {
        "url": f"{reverse('membership_insured_on_day')}?le={day.isoformat()}",
        "label": "Voir les chiffres",
    }
