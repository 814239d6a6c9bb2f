"""The jobs of batches: what redoing would change, redoing, taking back; a part at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from claims.selectors.batches import (
    MOST_TOLD,
    Choice,
    Difference,
    Preview,
    batch_decisions,
    batch_outcome,
    redo_parts,
    reversible_claims,
    told_difference,
)
from claims.services.batches import preview_part, redo_part, reverse_part
from claims.services.decisions import CHUNK
from claims.services.large_batches import BatchJob, read_choice
from conamus.kernel.figures import format_integer
from federations.jobs import RunningJob, job_handler

_NOTHING = Preview(claims=0, before_francs=0, after_francs=0, changed=0, differences=())


@job_handler(BatchJob.PREVIEW)
def run_preview(job: RunningJob) -> dict[str, Any]:
    """Decide each part and give it back; interrupted, it begins anew: nothing was kept."""
    choice, total = read_choice(job.parameters), _NOTHING
    for part in _counted(job, _parts_to_redo(job, choice)):
        with job.scope():
            total = _both(total, preview_part(actor=job.actor, choice=choice, claim_ids=part))
    return _result(job, total, f"{told_difference(total)} Rien n’est encore enregistré.")


@job_handler(BatchJob.REDO)
def run_redo(job: RunningJob) -> dict[str, Any]:
    """Decide what the batch, which bears the job's number, has not decided yet."""
    choice, batch = read_choice(job.parameters), str(job.id)
    with job.scope():
        done_before = batch_decisions(job.actor.tenant_id, choice.year, batch).count()
    for part in _counted(job, _parts_to_redo(job, choice), done_before):
        with job.scope():
            redo_part(actor=job.actor, choice=choice, claim_ids=part, batch=batch)
    with job.scope():
        done = batch_outcome(job.actor.tenant_id, choice.year, batch)
    return _result(job, done, told_difference(done))


@job_handler(BatchJob.REVERSE)
def run_reversal(job: RunningJob) -> dict[str, Any]:
    """Take back what is still as it was when the task was asked for."""
    choice = read_choice(job.parameters)
    before = datetime.fromisoformat(job.parameters["decided_before"])
    with job.scope():
        claims = reversible_claims(job.actor.tenant_id, choice, decided_before=before)
        ids = list(claims.values_list("pk", flat=True))
    parts = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    # What is taken back is no longer among them: the rest of what was asked for is done.
    done_before = max(job.parameters.get("claims", 0) - len(ids), 0)
    for part in _counted(job, parts, done_before):
        with job.scope():
            reverse_part(
                actor=job.actor,
                choice=choice,
                claim_ids=part,
                because=job.parameters["because"],
                decided_before=before,
            )
    return {
        "message": "Les décisions sont reprises : les attestations attendent un lecteur.",
        "url": reverse("claims"),
        "label": "Voir les attestations",
    }


def _parts_to_redo(job: RunningJob, choice: Choice) -> list[list[int]]:
    with job.scope():
        return redo_parts(job.actor.tenant_id, choice, str(job.id), CHUNK)


def _counted(
    job: RunningJob, parts: Sequence[list[int]], done_before: int = 0
) -> Iterator[list[int]]:
    """Yield the parts, and say after each how far the whole is.

    ``done_before``: what the task did before it was interrupted. Counted without it, a task that
    is interrupted again and again would seem never to advance, and be given up.
    """
    done, total = done_before, done_before + sum(map(len, parts))
    for part in parts:
        yield part
        done += len(part)
        job.progress(done, total, f"{format_integer(done)} attestations")


def _both(one: Preview, other: Preview) -> Preview:
    differences = sorted(
        one.differences + other.differences, key=lambda each: (-abs(each.francs), each.claim.pk)
    )
    return Preview(
        claims=one.claims + other.claims,
        before_francs=one.before_francs + other.before_francs,
        after_francs=one.after_francs + other.after_francs,
        changed=one.changed + other.changed,
        differences=tuple(differences[:MOST_TOLD]),
    )


def _result(job: RunningJob, done: Preview, message: str) -> dict[str, Any]:
    """Return what the job's row keeps: the sums, and the largest differences."""
    return {
        "message": message,
        "url": reverse("claim_batch", args=[job.id]),
        "label": "Voir la différence",
        "claims": done.claims,
        "changed": done.changed,
        "before_francs": done.before_francs,
        "after_francs": done.after_francs,
        "differences": [_row(one) for one in done.differences[:MOST_TOLD]],
    }


def _row(one: Difference) -> dict[str, Any]:
    return {
        "year": one.claim.care_year,
        "claim_id": one.claim.pk,
        "stub": one.claim.stub_number,
        "facility": one.claim.facility.name,
        "starts_on": one.claim.starts_on.isoformat(),
        "before_francs": one.before_francs,
        "after_francs": one.after_francs,
    }
