"""The demonstration's one job: its year of care, loaded while the site is in use."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from conamus import clock
from conamus.database_patience import is_connection_lost
from conamus.demo.care.facility_visits import write_visits
from conamus.demo.care.notice import CARE_JOB, tell_incomplete, tell_loading, tell_nothing
from conamus.demo.care.year import load_year
from conamus.demo.loading.statistics import refresh_statistics
from conamus.demo.plan import plan_network
from conamus.kernel.errors import DomainError
from federations.jobs import LeaseLost, RunningJob, job_handler
from prudential.services.releases import release_all_figures


@job_handler(CARE_JOB)
def run_care_year(job: RunningJob) -> dict[str, Any]:
    """Load what is not there of the year; return how many attestations it has, rows written."""
    if not settings.DEMO_MODE:
        raise DomainError("L’année de soins de démonstration ne se charge qu’en démonstration.")

    def progress(done: int, total: int, step: str) -> None:
        # First: who has lost the job says nothing over who goes on, or is through.
        job.progress(done, total, step)
        tell_loading(done, total)

    try:
        loaded = load_year(plan_network(), progress=progress)
        write_visits()
    except LeaseLost:
        raise
    except Exception as error:
        # Where the database went away the job comes back, and the pages go on saying so.
        if not is_connection_lost(error):
            tell_incomplete()
        raise
    tell_nothing()
    release_all_figures(on=clock.today())
    refresh_statistics()
    return {
        "claims": loaded.claims,
        "rows": loaded.rows,
        "url": reverse("home"),
        "label": "Voir l’accueil",
    }
