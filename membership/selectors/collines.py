"""Collines as clerks type them: « Kibasi », or « Kibasi, Mutoyi » where two bear the name.

What is offered while typing are the collines of the zone d'action that the actor works in.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from conamus.kernel.text import search_key
from federations.models import Place, Unit, UnitZone
from federations.selectors.reach import units_in_reach
from federations.tenancy.actor import Actor

#: More options than this make a page heavy: then the name is typed without help.
MOST_OFFERED = 400
_ABOVE = "parent__parent"


def _collines() -> QuerySet[Place]:
    return Place.objects.filter(kind=Place.Kind.COLLINE).select_related(_ABOVE)


def colline_label(colline: Place) -> str:
    """Return the colline as it is offered and can be typed: with its zone and commune."""
    zone = colline.parent
    commune = zone.parent if zone else None
    return ", ".join(str(place) for place in (colline, zone, commune) if place is not None)


def offered_collines(actor: Actor) -> list[Place]:
    """Return the collines of the communes that the actor's units work in; none where too many."""
    zones = UnitZone.objects.filter(unit__in=units_in_reach(actor), valid_to__isnull=True)
    communes = set(zones.order_by().values_list("commune_id", flat=True))
    near = Q(former_commune__in=communes) | Q(parent__parent__in=communes)
    found = list(_collines().filter(near).order_by("sort_key")[: MOST_OFFERED + 1])
    return found if len(found) <= MOST_OFFERED else []


def collines_typed(actor: Actor, text: str, *, unit_id: int | None = None) -> Sequence[Place]:
    """Return the collines that a text names: one when it is clear, several when it is not.

    The whole name first, then its beginning; where several bear it, those in the zone of the unit
    that is chosen, else those near the actor's units.
    """
    name, *above = [search_key(part) for part in text.split(",")]
    if not name:
        return []
    found = _collines()
    for part in above:
        found = found.filter(
            Q(parent__search_key__startswith=part) | Q(parent__parent__search_key__startswith=part)
        )
    exact = list(found.filter(search_key=name)[:50])
    named = exact or list(found.filter(search_key__startswith=name)[:50])
    if len(named) <= 1:
        return named
    communes = _communes(unit_id) if unit_id else set()
    if within := [place for place in named if _is_within(place, communes)]:
        return within
    near = {place.pk for place in offered_collines(actor)}
    return [place for place in named if place.pk in near] or named


def is_in_zone(unit: Unit, colline: Place) -> bool:
    """Tell whether a colline is in a unit's zone d'action, by either division.

    A unit without communes of its own says nothing of where its households live.
    """
    communes = _communes(unit.pk)
    return not communes or _is_within(colline, communes)


def _communes(unit_id: int) -> set[int]:
    zones = UnitZone.objects.filter(unit=unit_id, valid_to__isnull=True)
    return set(zones.order_by().values_list("commune_id", flat=True))


def _is_within(colline: Place, communes: set[int]) -> bool:
    zone = colline.parent
    return bool(communes & {colline.former_commune_id, zone.parent_id if zone else None})
