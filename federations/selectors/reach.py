"""How far an actor writes within the tenant: everything, or one unit and what is under it."""

from django.db.models import QuerySet

from federations.models import Unit
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor


def units_in_reach(actor: Actor) -> QuerySet[Unit]:
    """Return the tenant's units that the actor may write for, closed ones included."""
    units = Unit.objects.filter(tenant_id=actor.tenant_id)
    reach = visible_unit_ids(actor)
    return units if reach is None else units.filter(pk__in=reach)
