"""The job that sends text messages."""

from typing import Any

from django.urls import reverse

from federations.jobs import RunningJob, job_handler
from membership.models import Reminder
from membership.rules.sentences import counted
from membership.selectors.reminders import SEND_JOB
from membership.services.reminders import send_reminders


@job_handler(SEND_JOB)
def run_reminders(job: RunningJob) -> dict[str, Any]:
    """Send; return how many went out, and where the log is."""
    counts = send_reminders(
        actor=job.actor,
        reminder_ids=job.parameters["reminder_ids"],
        scope=job.scope,
        progress=job.progress,
    )
    sent, failed = counts[Reminder.State.SENT], counts[Reminder.State.FAILED]
    told = f"{counted(sent, 'message envoyé', 'messages envoyés')}"
    if failed:
        told += f", {counted(failed, 'échec')}"
    return {
        **counts,
        "message": f"{told}.",
        "url": reverse("reminders"),
        "label": "Voir le journal",
    }
