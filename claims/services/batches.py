"""A batch of decisions redone or taken back, after a preview that is the thing itself.

The preview does what it would do, reads the difference, and gives everything back: it can promise
no other franc than the real run. What is taken back goes to the readers' queue, without a
decision that counts. A batch that is too large for one request is done in parts, by a job
(`large_batches`): each part is one transaction, and knows by itself what of it is done.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import QuerySet

from claims.models import Claim
from claims.rules.review import rank
from claims.rules.states import Side, State, check_move
from claims.selectors.batches import (
    MOST,
    Choice,
    Difference,
    Preview,
    chosen_claims,
    left_to_redo,
    mutuelle_parts,
    reversible_claims,
)
from claims.services.decisions import lock_accounts, redo_decisions, retire_decisions
from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor

_TO_READERS = """
WITH told AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(ranks)s::bigint[]) AS t(id, rank)
), step AS (
    INSERT INTO claims_claimstep (
        care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
        by_name, by_user_id, by_role, at)
    SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, c.state, 'to_review',
           %(reason)s, %(name)s, %(user)s, %(role)s, %(at)s
    FROM told JOIN claims_claim c ON c.care_year = %(year)s AND c.id = told.id
)
UPDATE claims_claim c
SET state = 'to_review', state_since = %(at)s, decision_id = NULL, review_rank = told.rank,
    waits_for = '', waits_until = NULL, version = c.version + 1
FROM told WHERE c.care_year = %(year)s AND c.id = told.id
"""
#: What a step's reason has room for besides « reprise : ».
_MOST_REASON = 280


def preview_redo(*, actor: Actor, choice: Choice) -> Preview:
    """Return what redoing the chosen claims would change, to the franc; nothing is kept."""
    require(actor, Permission.REDO_DECISIONS)
    ids = _few(chosen_claims(actor.tenant_id, choice))
    return preview_part(actor=actor, choice=choice, claim_ids=ids)


def redo_batch(*, actor: Actor, choice: Choice) -> Preview:
    """Decide the chosen claims again by today's terms, and return what it changed."""
    require(actor, Permission.REDO_DECISIONS)
    ids = _few(chosen_claims(actor.tenant_id, choice))
    return redo_part(actor=actor, choice=choice, claim_ids=ids, batch=str(uuid4()))


def preview_part(*, actor: Actor, choice: Choice, claim_ids: Sequence[int]) -> Preview:
    """Return what redoing some of the chosen claims would change; nothing is kept."""
    with transaction.atomic():
        preview = redo_part(actor=actor, choice=choice, claim_ids=claim_ids, batch=str(uuid4()))
        transaction.set_rollback(True)
    return preview


def redo_part(*, actor: Actor, choice: Choice, claim_ids: Sequence[int], batch: str) -> Preview:
    """Decide some of the chosen claims again, save those that the batch has decided already."""
    require(actor, Permission.REDO_DECISIONS)
    lock_accounts(claim_ids, choice.year)
    left = left_to_redo(actor.tenant_id, choice, batch).filter(pk__in=claim_ids)
    claims = list(left.select_related("facility"))
    ids = [claim.pk for claim in claims]
    before = mutuelle_parts(ids, choice.year)
    redo_decisions(actor=actor, claim_ids=ids, year=choice.year, batch=batch)
    after = mutuelle_parts(ids, choice.year)
    told = [Difference(one, before.get(one.pk, 0), after.get(one.pk, 0)) for one in claims]
    changed = [one for one in told if one.francs]
    return Preview(
        claims=len(claims),
        before_francs=sum(before.values()),
        after_francs=sum(after.values()),
        changed=len(changed),
        differences=tuple(sorted(changed, key=lambda one: (-abs(one.francs), one.claim.pk))),
    )


def _few(claims: QuerySet[Claim]) -> list[int]:
    """Return the ids of claims that one request can treat."""
    found = list(claims.values_list("pk", flat=True)[: MOST + 1])
    if not found:
        raise DomainError("Aucune attestation décidée dans ce choix.")
    if len(found) > MOST:
        raise DomainError(
            f"Plus de {format_integer(MOST)} attestations : une tâche les traite par parts.",
            field="to_on",
        )
    return found


def reverse_batch(*, actor: Actor, choice: Choice, because: str) -> int:
    """Take decisions back that were not to be taken: the claims wait for a reader again.

    Only what is decided and neither contested, final nor in payment; returns how many.
    """
    require(actor, Permission.REDO_DECISIONS)
    reason = reversal_reason(because)
    ids = _few(reversible_claims(actor.tenant_id, choice))
    return reverse_part(actor=actor, choice=choice, claim_ids=ids, because=reason)


def reversal_reason(because: str) -> str:
    """Return why decisions are taken back, as each claim's step tells it."""
    missing = "Dites pourquoi ces décisions sont reprises."
    return told_reason(because, most=_MOST_REASON, missing=missing)


def reverse_part(
    *,
    actor: Actor,
    choice: Choice,
    claim_ids: Sequence[int],
    because: str,
    decided_before: datetime | None = None,
) -> int:
    """Take back some of the chosen decisions; those taken since ``decided_before`` stay."""
    require(actor, Permission.REDO_DECISIONS)
    lock_accounts(claim_ids, choice.year)
    chosen = reversible_claims(actor.tenant_id, choice, decided_before=decided_before)
    held = chosen.filter(pk__in=claim_ids).select_for_update(of=("self",))
    ids = list(held.values_list("pk", flat=True))
    take_back(actor, ids, choice.year, because)
    return len(ids)


def take_back(actor: Actor, claim_ids: Sequence[int], year: int, because: str) -> None:
    """Give decided claims back to the readers, their decision retired: accounts and claims held."""
    check_move(State.DECIDED, State.TO_REVIEW, side=Side.PROCESSING, role=actor.role)
    parts = mutuelle_parts(claim_ids, year)
    retire_decisions(claim_ids, year)
    with connection.cursor() as cursor:
        cursor.execute(
            _TO_READERS,
            {
                "ids": list(claim_ids),
                "ranks": [rank(parts.get(pk, 0)) for pk in claim_ids],
                "year": year,
                "reason": f"reprise : {because}",
                "name": actor.name,
                "user": actor.user_id,
                "role": actor.role.value,
                "at": clock.moment(),
            },
        )
