"""Attestations that were sent and wait for their check: checked again, or given back to correct.

What is sent is decided in the same breath, or by a job. Where that was refused (no package is in
force on that day) or the job never came, it stays sent: the system tries again every hour, the
centre by hand, which tells what is in the way; or it goes back to who corrects it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from claims.models import Claim
from claims.rules.states import State, check_move
from claims.selectors.claims import claim_by_id, visible_claims
from claims.services.attestations import decide_sent
from claims.services.claim_moves import hold_claim, move_claim, side_of
from claims.services.decisions import CHUNK, lock_accounts
from claims.services.system_acts import CHECKER, as_system_of
from conamus.kernel.errors import DomainError
from conamus.kernel.reasons import told_reason
from federations.models import Federation
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope

#: Until then, what was sent is its own job's to decide.
PATIENCE = timedelta(hours=1)
_SOURCE = "tâche périodique"
GIVEN_BACK = "rendue pour correction"


@transaction.atomic
def check_claim(*, actor: Actor, claim_id: int, year: int) -> Claim:
    """Have a sent attestation checked now; DomainError says what is in the way.

    Who asks decides nothing: the system does, in the federation that treats it.
    """
    require(actor, Permission.CHECK_CLAIMS)
    claim = claim_by_id(actor, year, claim_id)
    check_move(State(claim.state), State.CHECKED, side=side_of(actor, claim), role=actor.role)
    with as_system_of(claim.processing_id) as system:
        decide_sent(actor=system, claim_ids=[claim_id], year=year)
    return claim_by_id(actor, year, claim_id)


@transaction.atomic
def give_claim_back(*, actor: Actor, claim_id: int, year: int, because: str, version: int) -> Claim:
    """Give a sent attestation back to be corrected, saying why: it is sent again after that."""
    require(actor, Permission.SEE_CLAIMS)
    reason = told_reason(because)
    claim = claim_by_id(actor, year, claim_id)
    side = side_of(actor, claim)
    check_move(State(claim.state), State.ENTERED, side=side, role=actor.role)
    # As everyone who decides: the household's accounts first, so that no check is under way.
    lock_accounts([claim_id], year)
    claim = hold_claim(visible_claims(actor), claim_id=claim_id, year=year, version=version)
    move_claim(actor, claim, State.ENTERED, side=side, reason=f"{GIVEN_BACK} : {reason}")
    return claim


def check_all_waiting(*, before: datetime) -> int:
    """Check what was sent before a moment and waits still; return how many wait no longer.

    Each federation's by parts; what a part refuses is tried one by one, and stays where it is.
    """
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("pk")
    actors = [system_actor(pk, CHECKER) for pk in federations.values_list("pk", flat=True)]
    return sum(_check_part(actor, *part) for actor in actors for part in _waiting(actor, before))


def _waiting(actor: Actor, before: datetime) -> Iterator[tuple[int, list[int]]]:
    """Yield years of care with some of their attestations, those sent first before the others."""
    with open_scope(actor, source=_SOURCE):
        sent = Claim.objects.filter(
            processing_id=actor.tenant_id, state=State.SUBMITTED.value, state_since__lt=before
        )
        rows = list(sent.order_by("care_year", "state_since", "pk").values_list("care_year", "pk"))
    for year in sorted({year for year, _ in rows}):
        ids = [pk for of, pk in rows if of == year]
        yield from ((year, ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))


def _check_part(actor: Actor, year: int, claim_ids: list[int]) -> int:
    try:
        with open_scope(actor, source=_SOURCE):
            tally = decide_sent(actor=actor, claim_ids=claim_ids, year=year)
    except DomainError:
        if len(claim_ids) == 1:
            return 0
        return sum(_check_part(actor, year, [one]) for one in claim_ids)
    return tally.decided + tally.to_review
