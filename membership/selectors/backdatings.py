"""Reads of the operations that were dated back, in the actor's sight."""

from django.db.models import Q, QuerySet

from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import Backdating


def backdatings(actor: Actor) -> QuerySet[Backdating]:
    """Return the operations dated further back than an agent may, the latest first."""
    found = Backdating.objects.filter(tenant_id=actor.tenant_id)
    units = visible_unit_ids(actor)
    if units is not None:
        found = found.filter(
            Q(enrolment__household__unit_id__in=units) | Q(event__household__unit_id__in=units)
        )
    related = ("enrolment__household__unit", "payment__unit", "event__household__unit")
    return found.select_related(*related).order_by("-pk")
