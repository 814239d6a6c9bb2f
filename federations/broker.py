"""Hand a job's id to the broker, without minding whether the broker is there."""

import logging
from uuid import UUID

from kombu.exceptions import OperationalError

from conamus.celery import app

logger = logging.getLogger("conamus.jobs")
RUN_JOB = "federations.tasks.run"


def publish(job_id: UUID) -> bool:
    """Send the id to a worker; when the broker is away the dispatcher will do it later."""
    try:
        app.send_task(RUN_JOB, args=[str(job_id)], retry=False)
    except (OperationalError, OSError):
        logger.warning("broker away, job left to the dispatcher", extra={"job_id": str(job_id)})
        return False
    return True
