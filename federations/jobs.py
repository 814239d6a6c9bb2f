"""Long work, as a worker sees it: handlers by kind, and the running job with its lease.

A job is a row (federations/models/jobs.py); Celery carries only its id. The worker that
runs it holds a lease, renewed by a heartbeat; a lease that has run out means that the
worker is gone. Progress and heartbeat go through transactions of their own, so that
they are seen while the work's own transaction is still open.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, connections
from django.db.models import (
    Case,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from federations.models import Job
from federations.rules.roles import Role
from federations.tenancy.actor import Actor
from federations.tenancy.scope import Scope, is_scope_open, open_dispatcher_scope, open_scope

logger = logging.getLogger("conamus.jobs")
Handler = Callable[["RunningJob"], dict[str, Any] | None]
_HANDLERS: dict[str, Handler] = {}


class LeaseLost(Exception):
    """Another worker has taken the job over: this one stops without a word."""


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of ``kind``; it may run twice without harm."""

    def register(handler: Handler) -> Handler:
        _HANDLERS[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """Return the registered handler; KeyError for a kind nobody does.

    The applications' `jobs` modules are read when first needed: a web process, which only
    asks for jobs, never loads what they load.
    """
    if kind not in _HANDLERS:
        autodiscover_modules("jobs")
    return _HANDLERS[kind]


def actor_to_json(actor: Actor) -> dict[str, Any]:
    """Return what a job row keeps of who asked for it."""
    return {
        "user_id": actor.user_id,
        "name": actor.name,
        "role": actor.role.value,
        "tenant_id": actor.tenant_id,
        "unit_id": actor.unit_id,
        "facility_id": actor.facility_id,
    }


def actor_from_json(data: dict[str, Any]) -> Actor:
    """Return the actor that a job row keeps."""
    return Actor(**{**data, "role": Role(data["role"])})


@dataclass
class RunningJob:
    """A job in a worker's hands: who asked, with which parameters, and how to report."""

    id: UUID
    kind: str
    actor: Actor
    parameters: dict[str, Any]
    lease_token: UUID
    lost: threading.Event = field(default_factory=threading.Event)
    #: What ``progress`` could not write from inside the work's own scope.
    unwritten: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def scope(self) -> Iterator[Scope]:
        """Open the scope of whoever asked for the job."""
        with open_scope(self.actor, source=f"tâche:{self.kind}", request_id=self.id.hex) as scope:
            yield scope

    def progress(self, done: int, total: int, step: str = "") -> None:
        """Show how far it is; inside the work's scope the heartbeat's thread shows it."""
        values = {
            "done": done,
            "total": total,
            "step": step[:200],
            "furthest": Greatest("furthest", Value(done, PositiveIntegerField())),
            "fruitless": Case(
                When(furthest__lt=done, then=Value(0, PositiveSmallIntegerField())),
                default="fruitless",
            ),
        }
        if not is_scope_open():
            self._renew(**values)
        elif self.lost.is_set():
            raise LeaseLost(str(self.id))
        else:
            self.unwritten = values

    def heartbeat(self) -> None:
        """Keep the lease, and show the progress that waits."""
        values, self.unwritten = self.unwritten, {}
        self._renew(**values)

    def _renew(self, **values: Any) -> None:
        if self.lost.is_set():
            raise LeaseLost(str(self.id))
        with open_dispatcher_scope():
            kept = Job.objects.filter(
                pk=self.id, state=Job.State.RUNNING, lease_token=self.lease_token
            ).update(lease_until=lease_end(), **values)
        if not kept:
            self.lost.set()
            raise LeaseLost(str(self.id))


def lease_end() -> Any:
    """Return when a lease taken now runs out."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


@contextmanager
def kept_alive(job: RunningJob) -> Iterator[None]:
    """Renew the lease from a thread with a connection of its own while the work goes on."""
    stop = threading.Event()

    def beat() -> None:
        due = time.monotonic() + settings.JOB_LEASE_SECONDS / 3
        while not stop.wait(min(1, settings.JOB_LEASE_SECONDS / 3)):
            if not job.unwritten and time.monotonic() < due:
                continue
            due = time.monotonic() + settings.JOB_LEASE_SECONDS / 3
            try:
                job.heartbeat()
            except LeaseLost:
                break
            except Exception:
                # The database may be away for a moment; the lease decides, not this beat.
                logger.exception("heartbeat failed", extra={"job_id": str(job.id)})
                connection.close()
        connections.close_all()

    thread = threading.Thread(target=beat, daemon=True, name=f"lease-{job.id.hex[:8]}")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)
