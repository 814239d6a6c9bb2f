"""The job that decides what facilities sent, in the federation that treats it."""

from typing import Any

from django.urls import reverse

from claims.services.attestations import DECIDE_JOB, decide_sent
from conamus.kernel.errors import DomainError
from federations.jobs import RunningJob, job_handler

_MOST_TOLD = 5


@job_handler(DECIDE_JOB)
def run_decide(job: RunningJob) -> dict[str, Any]:
    """Decide the claims that the job names; one that cannot be stays sent, and is told."""
    year, claim_ids = job.parameters["year"], job.parameters["claim_ids"]
    decided = to_review = 0
    refused: list[str] = []
    for done, claim_id in enumerate(claim_ids):
        job.progress(done, len(claim_ids), "contrôle")
        try:
            with job.scope():
                tally = decide_sent(actor=job.actor, claim_ids=[claim_id], year=year)
        except DomainError as error:
            refused.append(error.message)
        else:
            decided, to_review = decided + tally.decided, to_review + tally.to_review
    told = f"{decided} acceptées d’office, {to_review} à examiner"
    if refused:
        causes = " ; ".join(dict.fromkeys(refused[:_MOST_TOLD]))
        told += f" ; {len(refused)} restent transmises : {causes}"
    return {"message": f"{told}.", "url": reverse("claims"), "label": "Voir les attestations"}
