"""Hand a job's id to the broker, without minding whether the broker is there."""

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger("conamus.jobs")
RUN_JOB = "federations.tasks.run"


def publish(job_id: UUID) -> bool:
    """Send the id to a worker; when the broker is away the dispatcher will do it later."""
    try:
        current_app.send_task(RUN_JOB, args=[str(job_id)], retry=False)
    except (OperationalError, OSError):
        logger.warning("broker away, job left to the dispatcher", extra={"job_id": str(job_id)})
        return False
    return True
