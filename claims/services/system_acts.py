"""What the system does or reads in the same request, for a person whose own it is not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from claims.selectors.care_facts import Case, load_cases
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import current_scope, open_scope

#: The name under which the system checks what was sent.
CHECKER = "contrôle administratif"


@contextmanager
def as_system_of(tenant_id: int) -> Iterator[Actor]:
    """Act as the system in a federation, in the same request."""
    scope, system = current_scope(), system_actor(tenant_id, CHECKER)
    with open_scope(system, source=scope.source, request_id=scope.request_id):
        yield system


def cases_to_decide(actor: Actor, claim_ids: Sequence[int], year: int) -> list[Case]:
    """Return the cases of claims that the actor has decided again, or weighs on a visit.

    Readers' words and what is told of the reason for care count in a decision: the system reads
    them for who redoes decisions and reads no reason himself.
    """
    if is_permitted(actor.role, Permission.SEE_DIAGNOSES):
        return load_cases(claim_ids, year)
    with as_system_of(actor.tenant_id):
        return load_cases(claim_ids, year)
