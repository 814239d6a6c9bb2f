"""Celery's side of membership: what comes back by itself, safe to run twice."""

from celery import shared_task
from django.db import close_old_connections

from conamus import clock
from membership.services.open_rights import count_all_open_rights


@shared_task(name="membership.tasks.count_open_rights")
def count_open_rights() -> int:
    """Count the day's open rights, in the first hour that finds a new day."""
    close_old_connections()
    return count_all_open_rights(on=clock.today())
