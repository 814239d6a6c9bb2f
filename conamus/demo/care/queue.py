"""Signals and ranks of what waits for a reader, once the whole year is there to compare with."""

from collections.abc import Sequence

from django.db import connection

from claims.rules.review import rank
from claims.services.signals import raise_found
from conamus.demo.care.history import Attestation
from federations.tenancy.actor import Actor

_CHUNK = 1_000
_RANKS = """
UPDATE claims_claim c SET review_rank = t.review_rank
FROM unnest(%s::bigint[], %s::bigint[]) AS t(id, review_rank)
WHERE c.care_year = %s AND c.id = t.id
"""


def raise_on_queue(actor: Actor, waiting: Sequence[Attestation]) -> int:
    """Raise the signals of claims that wait, and rank them by these; return how many have some."""
    signalled = 0
    for year in sorted({one.visit.day.year for one in waiting}):
        of_year = [one for one in waiting if one.visit.day.year == year]
        for start in range(0, len(of_year), _CHUNK):
            signalled += _raise_part(actor, year, of_year[start : start + _CHUNK])
    return signalled


def _raise_part(actor: Actor, year: int, part: Sequence[Attestation]) -> int:
    francs = {one.case.claim_id: one.judged.mutuelle_francs for one in part}
    weights = raise_found(actor, year, [(one.case, one.judged) for one in part])
    ranks = {claim: rank(francs[claim], told) for claim, told in weights.items()}
    with connection.cursor() as cursor:
        cursor.execute(_RANKS, [list(ranks), list(ranks.values()), year])
    return len(ranks)
