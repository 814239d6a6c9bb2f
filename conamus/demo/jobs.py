"""The demonstration's one job: its year of care, loaded while the site is in use."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from conamus.demo.care.notice import tell_loading, tell_nothing
from conamus.demo.care.requested import CARE_JOB
from conamus.demo.care.year import load_year
from conamus.demo.loading.statistics import refresh_statistics
from conamus.demo.plan import plan_network
from conamus.kernel.errors import DomainError
from federations.jobs import RunningJob, job_handler


@job_handler(CARE_JOB)
def run_care_year(job: RunningJob) -> dict[str, Any]:
    """Load the year; return how many attestations and rows it has."""
    if not settings.DEMO_MODE:
        raise DomainError("L’année de soins de démonstration ne se charge qu’en démonstration.")

    def progress(done: int, total: int, step: str) -> None:
        tell_loading(done, total)
        job.progress(done, total, step)

    try:
        loaded = load_year(plan_network(), progress=progress)
    finally:
        tell_nothing()
    refresh_statistics()
    return {
        "claims": loaded.claims,
        "rows": loaded.rows,
        "url": reverse("home"),
        "label": "Voir l’accueil",
    }
