"""Jobs that move a whole section: batch by batch, each in its own transaction.

What is left to do is read from the rows, so a job that was interrupted, or is run twice, goes
on where it stopped and does nothing twice.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse

from conamus.kernel.errors import DomainError
from federations.jobs import RunningJob, job_handler
from federations.selectors.units import recut_parts
from federations.services.following import follow_recut, hold_recut
from membership.rules.sentences import counted
from membership.selectors.recuts import RECUT_JOB, households_by_colline
from membership.selectors.transfers import waiting_here
from membership.services.recuts import recut_batch
from membership.services.transfers import accept_transfer
from membership.services.units_move import (
    MOVE_JOB,
    PROPOSE_JOB,
    RECEIVE_JOB,
    move_batch,
    open_in,
    propose_batch,
)

#: How many causes of refusal a job keeps to show.
MOST_CAUSES = 20


@job_handler(MOVE_JOB)
def move_section(job: RunningJob) -> dict[str, Any]:
    """Pass a unit's households to another unit."""
    given = job.parameters
    moved = _in_batches(
        job,
        lambda: move_batch(
            actor=job.actor,
            from_unit_id=given["from"],
            to_unit_id=given["to"],
            moved_on=date.fromisoformat(given["on"]),
        ),
    )
    return {"households": moved, "url": reverse("households"), "label": "Voir les ménages"}


@job_handler(RECUT_JOB)
def move_recut(job: RunningJob) -> dict[str, Any]:
    """Pass what hangs from units that were cut anew, and their households, to the new ones."""
    recut_id = job.parameters["recut"]
    with job.scope() as scope:
        recut = hold_recut(scope.actor, recut_id)
        old = [unit.pk for unit in recut_parts(recut, is_new=False)]
        if recut.taken_back_at is not None:
            return {"households": 0, "left": 0, "message": "Redécoupage repris : rien à faire."}
        follow_recut(actor=scope.actor, recut_id=recut_id)
        total = sum(one.households for one in households_by_colline(job.actor, old))
    # Antennas have no households, nor their managers the right to decide of any.
    moved = _move_households(job, recut_id, total) if total else 0
    left = max(total - moved, 0)
    told = "Les unités et les personnes sont passées aux nouvelles unités."
    if total:
        told = f"{counted(moved, 'ménage')} : passage fait."
    if left:
        told += f" {counted(left, 'ménage')} : dites encore où."
    return {
        "households": moved,
        "left": left,
        "message": told,
        "url": reverse("recut_detail", args=[recut_id]),
        "label": "Voir le redécoupage",
    }


def _move_households(job: RunningJob, recut_id: int, total: int) -> int:
    moved = 0
    while True:
        with job.scope():
            count = recut_batch(actor=job.actor, recut_id=recut_id)
        if not count:
            return moved
        moved += count
        job.progress(moved, max(total, moved), f"{moved} ménages")


@job_handler(PROPOSE_JOB)
def propose_section(job: RunningJob) -> dict[str, Any]:
    """Propose a unit's households to another federation."""
    given = job.parameters
    proposed = _in_batches(
        job,
        lambda: propose_batch(
            actor=job.actor,
            from_unit_id=given["from"],
            destination_id=given["destination"],
            leaves_on=date.fromisoformat(given["on"]),
            because=given["because"],
        ),
    )
    return {"households": proposed, "url": reverse("transfers"), "label": "Voir les transferts"}


def _in_batches(job: RunningJob, do_next: Callable[[], int]) -> int:
    with job.scope():
        total = open_in(job.actor, job.parameters["from"]).count()
    done = 0
    while True:
        with job.scope():
            count = do_next()
        if not count:
            return done
        done += count
        job.progress(done, max(total, done), f"{done} ménages")


@job_handler(RECEIVE_JOB)
def receive_section(job: RunningJob) -> dict[str, Any]:
    """Receive households that other federations propose, one transaction each."""
    wanted = job.parameters["transfers"]
    with job.scope():
        waiting = waiting_here(job.actor).filter(pk__in=wanted)
        left = list(waiting.values_list("pk", "number"))
    received, causes = 0, []
    for done, (transfer_id, number) in enumerate(left, start=1):
        try:
            with job.scope():
                accept_transfer(
                    actor=job.actor,
                    transfer_id=transfer_id,
                    unit_id=job.parameters["unit"],
                    is_outside_zone=job.parameters.get("outside", False),
                )
            received += 1
        except DomainError as error:
            causes.append(f"{number} : {error.message}")
        job.progress(done, len(left), f"{received} ménages accueillis")
    return {
        "households": received,
        "refused": causes[:MOST_CAUSES],
        "url": reverse("transfers"),
        "label": "Voir les transferts",
    }
