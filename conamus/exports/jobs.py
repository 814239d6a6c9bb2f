"""The job that writes a list for whoever asked."""

from typing import Any

from django.urls import reverse

from conamus.exports.listing import AskedList
from conamus.exports.services import EXPORT_JOB, write_export
from conamus.kernel.figures import format_integer
from federations.jobs import RunningJob, job_handler

_FIELDS = ("path", "query", "year", "kind")


@job_handler(EXPORT_JOB)
def run_export(job: RunningJob) -> dict[str, Any]:
    """Write; return where the file is, and how many rows it has."""
    asked = AskedList(**{name: job.parameters[name] for name in _FIELDS})
    made = write_export(job=job, asked=asked)
    label = {"pdf": "Ouvrir le document (PDF)"}.get(
        asked.kind, f"Télécharger ({asked.kind.upper()})"
    )
    return {
        **made,
        "message": f"{format_integer(made['rows'])} lignes.",
        "url": reverse("delivery", args=[job.id]),
        "label": label,
    }
