"""Celery's side of the reports: what comes back by itself, safe to run twice."""

from celery import shared_task
from django.db import close_old_connections

from conamus import clock
from prudential.services.releases import release_all_figures


@shared_task(name="prudential.tasks.release_figures")
def release_figures() -> bool:
    """Release the day's figures to the regulator, in the first hour that finds a new day."""
    close_old_connections()
    return release_all_figures(on=clock.today(), again=False)
