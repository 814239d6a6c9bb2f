"""Collines as clerks type them: « Kibasi », or « Kibasi, Mutoyi » where two bear the name.

What is offered while typing are the collines of the zone d'action that the actor works in.
"""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from conamus.kernel.text import search_key
from federations.models import Place, Unit, UnitZone
from federations.selectors.reach import units_in_reach
from federations.selectors.units import communes_on, open_on
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


def offered_collines(actor: Actor, *, on: date) -> list[Place]:
    """Return the collines of the communes that the actor's units work in; none where too many."""
    zones = UnitZone.objects.filter(open_on(on), unit__in=units_in_reach(actor))
    communes = set(zones.order_by().values_list("commune_id", flat=True))
    near = Q(former_commune__in=communes) | Q(parent__parent__in=communes)
    found = list(_collines().filter(near).order_by("sort_key")[: MOST_OFFERED + 1])
    return found if len(found) <= MOST_OFFERED else []


def collines_typed(
    actor: Actor, text: str, *, on: date, unit_id: int | None = None
) -> Sequence[Place]:
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
    unit = units_in_reach(actor).filter(pk=unit_id).first() if unit_id else None
    communes = communes_on(unit, on) if unit else set()
    if within := [place for place in named if _is_within(place, communes)]:
        return within
    near = {place.pk for place in offered_collines(actor, on=on)}
    return [place for place in named if place.pk in near] or named


def is_in_zone(unit: Unit, colline: Place, *, on: date) -> bool:
    """Tell whether a colline is in a unit's zone d'action on a day, by either division.

    A unit without communes of its own says nothing of where its households live.
    """
    communes = communes_on(unit, on)
    return not communes or _is_within(colline, communes)


def _is_within(colline: Place, communes: set[int]) -> bool:
    zone = colline.parent
    return bool(communes & {colline.former_commune_id, zone.parent_id if zone else None})
