"""Files that a job makes for whoever asked: asked for once, written in pieces, taken, removed.

The file is written in the transaction in which its rows are read: a worker that is killed
leaves nothing of it, and the job that runs again writes under another batch. Whoever takes it
away must still hold the role and the permission that they asked with.
"""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from conamus.kernel.errors import NotAllowed
from conamus.printing.pdf import PrintedDocument
from federations.jobs import RunningJob
from federations.models import FilePiece, Job
from federations.rules.roles import Permission
from federations.selectors.deliveries import (
    FOR_ASKER,
    KEPT_DAYS,
    Delivery,
    own_deliveries,
    own_delivery,
    piece_of,
)
from federations.selectors.jobs import follows_jobs
from federations.services.access import require
from federations.services.jobs import request_job_once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_dispatcher_scope, open_scope

PIECE_BYTES = 512 * 1024
PDF = "application/pdf"
_STEPS = 3


@transaction.atomic
def request_delivery(
    *,
    actor: Actor,
    permission: Permission,
    kind: str,
    title: str,
    parameters: dict[str, Any],
    key: str = "",
) -> Job:
    """Ask for a file; the same one asked for again while it is being made is that one."""
    require(actor, permission)
    if not follows_jobs(actor.role):
        raise NotAllowed(f"Votre rôle, {actor.role.label}, ne suit pas de tâches.")
    asked = {**parameters, FOR_ASKER: True, "permission": permission.value}
    same = own_deliveries(actor).filter(kind=kind, state__in=Job.UNFINISHED, parameters=asked)
    if (running := same.first()) is not None:
        return running
    return request_job_once(actor=actor, kind=kind, title=title, parameters=asked, key=key)


class DeliveryWriter(io.RawIOBase):
    """A file to write to, of which the database keeps the pieces; memory holds one at a time.

    Opened in the scope of the job's asker, by the job that holds the lease.
    """

    def __init__(self, job: RunningJob) -> None:
        super().__init__()
        self._job = job
        self._waiting = bytearray()
        self._pieces = 0
        self.size_bytes = 0

    def writable(self) -> bool:
        """It is for writing only."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; whole pieces go to the database."""
        self._waiting += data
        while len(self._waiting) >= PIECE_BYTES:
            self._keep(PIECE_BYTES)
        return len(data)

    def finish(self, *, name: str, content_type: str) -> dict[str, Any]:
        """Keep what is left; return what the job's result says of the file."""
        if self._waiting:
            self._keep(len(self._waiting))
        return {
            "batch": str(self._job.lease_token),
            "pieces": self._pieces,
            "name": name,
            "content_type": content_type,
            "size_bytes": self.size_bytes,
        }

    def _keep(self, length: int) -> None:
        FilePiece.objects.create(
            tenant_id=self._job.actor.tenant_id,
            job_id=self._job.id,
            batch=self._job.lease_token,
            rank=self._pieces,
            content=bytes(self._waiting[:length]),
        )
        del self._waiting[:length]
        self._pieces += 1
        self.size_bytes += length


def deliver_print(
    *, job: RunningJob, name: str, read: Callable[[], Callable[[], PrintedDocument]]
) -> dict[str, Any]:
    """Read in one scope, print outside of any (printing is long), keep in another.

    ``read`` returns what prints, and reads nothing more; returned is what the job's result says.
    """
    job.progress(0, _STEPS, "Lecture")
    with job.scope():
        print_it = read()
    job.progress(1, _STEPS, "Mise en page et impression")
    printed = print_it()
    job.progress(2, _STEPS, "Rangement du fichier")
    with job.scope():
        out = DeliveryWriter(job)
        out.write(printed.content)
        return out.finish(name=name, content_type=PDF)


def take_delivery(*, actor: Actor, job_id: UUID) -> Delivery:
    """Return a file that the actor asked for and may still read."""
    job, delivery = own_delivery(actor, job_id)
    require(actor, Permission(job.parameters["permission"]))
    return delivery


def pieces_of(actor: Actor, delivery: Delivery) -> Iterator[bytes]:
    """Yield a file's pieces, each read in a scope of its own: the answer outlives the request's."""
    for rank in range(delivery.pieces):
        with open_scope(actor, source="page"):
            piece = piece_of(actor, delivery, rank)
        yield piece


def remove_old_pieces() -> int:
    """Remove the pieces of every tenant that have been kept for their days."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    with open_dispatcher_scope():
        removed, _ = FilePiece.objects.filter(created_at__lt=before).delete()
    return removed
