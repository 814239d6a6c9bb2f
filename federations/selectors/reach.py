"""How far an actor reaches within the tenant: everything, or one unit and what is under it."""

from django.db.models import Q, QuerySet

from federations.models import Unit
from federations.tenancy.actor import Actor


def units_in_reach(actor: Actor) -> QuerySet[Unit]:
    """Return the tenant's units that the actor may write for, closed ones included.

    A mutuelle agent reaches the own unit and what is attached to it; a centre's operator
    also the units that the centre serves.
    """
    units = Unit.objects.filter(tenant_id=actor.tenant_id)
    if actor.unit_id is None:
        return units
    mine = actor.unit_id
    return units.filter(
        Q(pk=mine) | Q(parent_id=mine) | Q(parent__parent_id=mine) | Q(management_centre_id=mine)
    )


def unit_ids_in_reach(actor: Actor) -> QuerySet | None:
    """Return the reachable units' keys for a filter, or None where all of the tenant is."""
    return None if actor.unit_id is None else units_in_reach(actor).order_by().values("pk")
