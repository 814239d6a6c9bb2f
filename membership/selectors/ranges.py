"""Reads of the ranges that units hand their numbers out of."""

from django.db.models import F, QuerySet, Sum

from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import NumberRange


def ranges(actor: Actor) -> QuerySet[NumberRange]:
    """Return the ranges of the units in the actor's sight."""
    found = NumberRange.objects.filter(tenant_id=actor.tenant_id).select_related("unit")
    unit_ids = visible_unit_ids(actor)
    return found if unit_ids is None else found.filter(unit_id__in=unit_ids)


def numbers_left(rows: QuerySet[NumberRange]) -> int:
    """Return how many numbers can still be handed out."""
    left = rows.order_by().aggregate(left=Sum(F("last") - F("following") + 1))["left"]
    return left or 0
