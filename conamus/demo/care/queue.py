"""Signals and ranks of what waits for a reader, once the whole year is there to compare with."""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db import connection

from claims.rules.review import rank
from claims.services.signals import Findings
from conamus.demo.care.history import Attestation
from federations.tenancy.actor import Actor

_CHUNK = 1_000
_RANKS = """
UPDATE claims_claim c SET review_rank = t.review_rank
FROM unnest(%s::bigint[], %s::bigint[]) AS t(id, review_rank)
WHERE c.care_year = %s AND c.id = t.id AND c.state = 'to_review'
"""
#: A signal is as old as its claim's place in the queue: the demonstration has its own days.
_DAYS = """
UPDATE claims_claimsignal s SET raised_at = c.state_since
FROM claims_claim c
WHERE c.care_year = %s AND c.id = ANY(%s) AND s.care_year = c.care_year AND s.claim_id = c.id
"""


def parts_of(waiting: Sequence[Attestation]) -> Iterator[list[Attestation]]:
    """Yield what waits in parts of one year of care: each is one transaction."""
    for year in sorted({one.visit.day.year for one in waiting}):
        of_year = iter([one for one in waiting if one.visit.day.year == year])
        while part := list(islice(of_year, _CHUNK)):
            yield part


def raise_on_part(actor: Actor, part: Sequence[Attestation]) -> int:
    """Raise the signals of claims that wait, and rank them by these; return how many have some."""
    year = part[0].visit.day.year
    found = Findings(actor, year, [one.case for one in part])
    ranks = {
        one.case.claim_id: rank(one.judged.mutuelle_francs, weights)
        for one in part
        if (weights := found.look_at(one.case, one.judged))
    }
    found.write()
    with connection.cursor() as cursor:
        cursor.execute(_RANKS, [list(ranks), list(ranks.values()), year])
        cursor.execute(_DAYS, [year, list(ranks)])
    return len(ranks)
