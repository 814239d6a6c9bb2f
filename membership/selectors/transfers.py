"""Reads of transfers between federations: those proposed, and those that wait for an answer.

A row belongs to the federation that the household leaves; the one that it goes to reads it.
"""

from django.db.models import QuerySet

from conamus.kernel.errors import NotFound
from federations.models import Federation
from federations.selectors.units import in_sight, visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import Transfer
from membership.selectors.households import households

_RELATED = ("tenant", "destination")


def outgoing(actor: Actor) -> QuerySet[Transfer]:
    """Return the transfers that the actor's federation proposed, the latest first.

    Whoever is limited to units sees those of their households, and those received there.
    """
    found = Transfer.objects.filter(tenant_id=actor.tenant_id)
    if visible_unit_ids(actor) is not None:
        found = found.filter(household_id__in=households(actor).order_by().values("pk"))
    return found.select_related(*_RELATED).order_by("-id")


def incoming(actor: Actor) -> QuerySet[Transfer]:
    """Return the transfers proposed to the actor's federation, the latest first."""
    in_units = in_sight(actor, "destination_unit_id")
    found = Transfer.objects.filter(in_units, destination_id=actor.tenant_id)
    return found.select_related(*_RELATED).order_by("-id")


def own_transfer(actor: Actor, transfer_id: int) -> Transfer:
    """Return a transfer that one's own federation proposed."""
    return _found(outgoing(actor), transfer_id)


def incoming_by_id(actor: Actor, transfer_id: int) -> Transfer:
    """Return a transfer proposed to one's own federation."""
    return _found(incoming(actor), transfer_id)


def transfer_by_id(actor: Actor, transfer_id: int) -> Transfer:
    """Return a transfer of either side."""
    return _found(outgoing(actor) | incoming(actor), transfer_id)


def _found(rows: QuerySet[Transfer], transfer_id: int) -> Transfer:
    row = rows.filter(pk=transfer_id).first()
    if row is None:
        raise NotFound("Ce transfert n’existe pas.")
    return row


def waiting_here(actor: Actor) -> QuerySet[Transfer]:
    """Return the transfers that wait for the actor's federation to answer, the oldest first."""
    return incoming(actor).filter(state=Transfer.State.PROPOSED).order_by("id")


def other_federations(actor: Actor) -> QuerySet[Federation]:
    """Return the federations that a household can go to."""
    found = Federation.objects.filter(kind=Federation.Kind.FEDERATION)
    return found.exclude(pk=actor.tenant_id).order_by("sort_key")
