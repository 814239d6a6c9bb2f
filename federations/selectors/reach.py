"""How far an actor writes within the tenant: everything, or one unit and what is under it."""

from django.db.models import QuerySet

from federations.models import Unit
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor


def units_in_reach(actor: Actor) -> QuerySet[Unit]:
    """Return the tenant's units within the actor's reach, closed ones included."""
    return Unit.objects.filter(in_sight(actor, "pk"), tenant_id=actor.tenant_id)
