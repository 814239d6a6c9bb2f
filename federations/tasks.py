"""Celery's side of the jobs: thin tasks, all safe to run twice."""

from uuid import UUID

from celery import shared_task
from django.db import close_old_connections

from federations.broker import RUN_JOB, publish
from federations.services.deliveries import remove_old_pieces
from federations.services.jobs import due_job_ids, run_job
from federations.services.outbox import publish_pending


@shared_task(name=RUN_JOB)
def run(job_id: str) -> None:
    """Do one job."""
    close_old_connections()
    run_job(UUID(job_id))


@shared_task(name="federations.tasks.dispatch_due_jobs")
def dispatch_due_jobs() -> int:
    """Publish what is due and was not: after a crash, after the broker was away."""
    return sum(publish(job_id) for job_id in due_job_ids())


@shared_task(name="federations.tasks.publish_outbox")
def publish_outbox() -> int:
    """Send what waits in the outbox."""
    return publish_pending()


@shared_task(name="federations.tasks.remove_old_files")
def remove_old_files() -> int:
    """Remove what was kept for whoever asked, once its days are over."""
    return remove_old_pieces()
