"""The queue of possible duplicates: filled by a search over the register, emptied by people.

A pair is written once: what somebody has decided is not asked again by the next search. The
search reads in one scope, compares outside of any, and writes in another.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from conamus.kernel.errors import Conflict
from federations.models import Job
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.jobs import request_job_once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, DuplicatePair
from membership.rules.identity import Pair, find_pairs
from membership.selectors.duplicates import SEARCH_JOB, pair_by_id, people_to_compare
from membership.services.merges import merge_people

#: Told how far it is: done, total, the step in French.
Progress = Callable[[int, int, str], None]
_STEPS = 3


@transaction.atomic
def request_duplicate_search(*, actor: Actor, key: str = "") -> Job:
    """Ask for a search over the whole register of the federation."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    return request_job_once(
        actor=actor, kind=SEARCH_JOB, title="Recherche des doublons", parameters={}, key=key
    )


def search_duplicates(*, actor: Actor, progress: Progress, source: str) -> int:
    """Compare everybody with everybody; return how many pairs are new in the queue."""
    progress(0, _STEPS, "lecture du registre")
    with open_scope(actor, source=source):
        require(actor, Permission.DECIDE_MEMBERSHIP)
        people = people_to_compare(actor)
    progress(1, _STEPS, f"comparaison de {len(people)} personnes")
    found = find_pairs(people)
    progress(2, _STEPS, f"{len(found)} doublons possibles")
    with open_scope(actor, source=source):
        written = _write(actor, found)
    progress(_STEPS, _STEPS, f"{written} nouveaux doublons possibles")
    return written


def _write(actor: Actor, found: list[Pair]) -> int:
    known = set(
        DuplicatePair.objects.filter(tenant_id=actor.tenant_id).values_list("first_id", "second_id")
    )
    rows = [_row(actor, pair) for pair in found]
    new = [row for row in rows if (row.first_id, row.second_id) not in known]
    # Two searches at once may find the same pair; the first writes it.
    DuplicatePair.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _row(actor: Actor, pair: Pair) -> DuplicatePair:
    first, second = sorted((int(pair.one.key), int(pair.other.key)))
    return DuplicatePair(
        tenant_id=actor.tenant_id,
        first_id=first,
        second_id=second,
        score=pair.match.score,
        reasons=" ; ".join(pair.match.reasons)[:300],
    )


@transaction.atomic
def mark_distinct(*, actor: Actor, pair_id: int) -> DuplicatePair:
    """Say that the two records are two people: the pair leaves the queue for good."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    pair = _waiting(actor, pair_id)
    pair.state = DuplicatePair.State.DISTINCT
    pair.decided_by, pair.decided_at = actor.name, timezone.now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    return pair


@transaction.atomic
def look_again(*, actor: Actor, pair_id: int) -> DuplicatePair:
    """Take a decision back: the two people wait in the queue again."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    pair = pair_by_id(actor, pair_id)
    if pair.state != DuplicatePair.State.DISTINCT:
        raise Conflict("Seule une paire jugée distincte peut être réexaminée.")
    pair.state, pair.decided_by, pair.decided_at = DuplicatePair.State.WAITING, "", None
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    return pair


@transaction.atomic
def merge_pair(*, actor: Actor, pair_id: int, kept_id: int) -> Beneficiary:
    """Keep one of the two records; the other's number leads to it from now on."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    pair = _waiting(actor, pair_id)
    if kept_id not in (pair.first_id, pair.second_id):
        raise Conflict("La fiche à garder n’est pas de cette paire.")
    dropped_id = pair.second_id if kept_id == pair.first_id else pair.first_id
    return merge_people(actor=actor, kept_id=kept_id, dropped_id=dropped_id, because=pair.reasons)


def _waiting(actor: Actor, pair_id: int) -> DuplicatePair:
    pair = pair_by_id(actor, pair_id)
    if pair.state != DuplicatePair.State.WAITING:
        raise Conflict("Quelqu’un a déjà décidé de cette paire.")
    return pair
