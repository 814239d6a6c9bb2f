"""The Celery application of worker and beat; its settings are those named ``CELERY_`` in Django.

Messages carry the number of a job row and nothing else: JSON only, nothing to unpickle. Logs
are those of the whole application (``LOGGING``), one JSON object a line.
"""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django.conf import settings

from conamus.database_patience import limit_waiting_of_jobs
from conamus.kernel.memory import settle_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")

app = Celery("conamus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(task_serializer="json", result_serializer="json", accept_content=["json"])
app.autodiscover_tasks()


@setup_logging.connect
def use_the_application_logs(**_arguments: Any) -> None:
    """Keep Celery from installing handlers and a format of its own."""
    dictConfig(settings.LOGGING)


@worker_init.connect
@worker_process_init.connect
def settle(**_arguments: Any) -> None:
    """Once the application is loaded, in the worker and in each process that it forks."""
    settle_loaded()
    limit_waiting_of_jobs()
