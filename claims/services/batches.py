"""A batch of decisions redone or taken back, after a preview that is the thing itself.

The preview does what it would do, reads the difference, and gives everything back: it can promise
no other franc than the real run. What is taken back goes to the readers' queue, without a
decision that counts.
"""

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
    mutuelle_parts,
    reversible_claims,
)
from claims.services.decisions import lock_accounts, redo_decisions
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor

_TAKE_BACK = """
WITH told AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(ranks)s::bigint[]) AS t(id, rank)
), retired AS (
    UPDATE claims_decision d SET superseded_at = now()
    FROM told WHERE d.care_year = %(year)s AND d.claim_id = told.id AND d.superseded_at IS NULL
), step AS (
    INSERT INTO claims_claimstep (
        care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
        by_name, by_user_id, by_role)
    SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, c.state, 'to_review',
           %(reason)s, %(name)s, %(user)s, %(role)s
    FROM told JOIN claims_claim c ON c.care_year = %(year)s AND c.id = told.id
)
UPDATE claims_claim c
SET state = 'to_review', state_since = now(), decision_id = NULL, review_rank = told.rank,
    waits_for = '', waits_until = NULL, version = c.version + 1
FROM told WHERE c.care_year = %(year)s AND c.id = told.id
"""


def preview_redo(*, actor: Actor, choice: Choice) -> Preview:
    """Return what redoing the chosen claims would change, to the franc; nothing is kept."""
    require(actor, Permission.REDO_DECISIONS)
    with transaction.atomic():
        preview = _redo(actor, choice)
        transaction.set_rollback(True)
    return preview


def redo_batch(*, actor: Actor, choice: Choice) -> Preview:
    """Decide the chosen claims again by today's terms, and return what it changed."""
    require(actor, Permission.REDO_DECISIONS)
    return _redo(actor, choice)


def _redo(actor: Actor, choice: Choice) -> Preview:
    claims = _held(chosen_claims(actor.tenant_id, choice))
    ids = [claim.pk for claim in claims]
    lock_accounts(ids, choice.year)
    before = mutuelle_parts(ids, choice.year)
    redo_decisions(actor=actor, claim_ids=ids, year=choice.year, batch=str(uuid4()))
    after = mutuelle_parts(ids, choice.year)
    told = [Difference(one, before.get(one.pk, 0), after.get(one.pk, 0)) for one in claims]
    changed = [one for one in told if one.francs]
    return Preview(
        claims=len(claims),
        before_francs=sum(before.values()),
        after_francs=sum(after.values()),
        differences=tuple(sorted(changed, key=lambda one: (-abs(one.francs), one.claim.pk))),
    )


def _held(claims: QuerySet[Claim]) -> list[Claim]:
    found = list(claims.select_related("facility")[: MOST + 1])
    if not found:
        raise DomainError("Aucune attestation décidée dans ce choix.")
    if len(found) > MOST:
        raise DomainError(
            f"Plus de {format_integer(MOST)} attestations : choisissez moins de jours, ou une "
            "seule formation sanitaire.",
            field="to_on",
        )
    return found


def reverse_batch(*, actor: Actor, choice: Choice, because: str) -> int:
    """Take decisions back that were not to be taken: the claims wait for a reader again.

    Only what is decided and neither contested, final nor in payment; returns how many.
    """
    require(actor, Permission.REDO_DECISIONS)
    check_move(State.DECIDED, State.TO_REVIEW, side=Side.PROCESSING, role=actor.role)
    if not because:
        raise DomainError("Dites pourquoi ces décisions sont reprises.", field="because")
    chosen = reversible_claims(actor.tenant_id, choice)
    ids = [claim.pk for claim in _held(chosen)]
    lock_accounts(ids, choice.year)
    held = chosen.filter(pk__in=ids).select_for_update(of=("self",)).values_list("pk", flat=True)
    ids = list(held)
    parts = mutuelle_parts(ids, choice.year)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_BACK,
            {
                "ids": ids,
                "ranks": [rank(parts.get(pk, 0)) for pk in ids],
                "year": choice.year,
                "reason": f"reprise : {because}"[:300],
                "name": actor.name,
                "user": actor.user_id,
                "role": actor.role.value,
            },
        )
    return len(ids)
