"""Acting at the federation that a household leaves, while the one that receives it decides.

The row of a transfer and the household behind it belong to the origin: its own scope, in the
name of the system and of who decided, is the only place they can be written. The scope is
nested: one transaction holds what closes there and what opens here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from conamus.kernel.errors import Conflict, NotFound
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import current_scope, open_scope
from membership.models import Transfer


@contextmanager
def at_origin(actor: Actor, origin_id: int) -> Iterator[Actor]:
    """Open the origin's scope as its system; its history names who decided, and where."""
    scope = current_scope()
    there = system_actor(origin_id, f"transfert, réponse de {actor.name}")
    with open_scope(there, source=scope.source, request_id=scope.request_id):
        yield there


def hold_proposed(origin_id: int, transfer_id: int) -> Transfer:
    """Lock a transfer in its owner's scope; it must still wait for an answer."""
    row = (
        Transfer.objects.select_for_update(of=("self",))
        .filter(tenant_id=origin_id, pk=transfer_id)
        .first()
    )
    if row is None:
        raise NotFound("Ce transfert n’existe pas.")
    if row.state != Transfer.State.PROPOSED:
        raise Conflict(f"Ce transfert n’attend plus de réponse : il est {row.get_state_display()}.")
    return row
