"""Reads of the ranges that units hand their numbers out of."""

from django.db.models import F, QuerySet, Sum

from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import NumberRange


def ranges(actor: Actor) -> QuerySet[NumberRange]:
    """Return the ranges of the units in the actor's sight."""
    found = NumberRange.objects.filter(in_sight(actor, "unit"), tenant_id=actor.tenant_id)
    return found.select_related("unit")


def numbers_left(rows: QuerySet[NumberRange]) -> int:
    """Return how many numbers can still be handed out."""
    left = rows.order_by().aggregate(left=Sum(F("last") - F("following") + 1))["left"]
    return left or 0
