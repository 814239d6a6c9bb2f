"""Reads of the operations that were dated back, in the actor's sight."""

from django.db.models import QuerySet

from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import Backdating


def backdatings(actor: Actor) -> QuerySet[Backdating]:
    """Return the operations dated further back than an agent may, the latest first."""
    in_units = in_sight(actor, "enrolment__household__unit", "event__household__unit")
    found = Backdating.objects.filter(in_units, tenant_id=actor.tenant_id)
    related = ("enrolment__household__unit", "payment__unit", "event__household__unit")
    return found.select_related(*related).order_by("-pk")
