"""Who holds, after a re-cut, what hung from a unit: its heir, from the day on which it opens.

Links of units are written as they are today and passed on the day (services/following). Who
tells of a later day, or decides for one, asks here.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import F, Q, QuerySet

from federations.models import Recut, RecutUnit, RoleAssignment, Unit
from federations.selectors.units import NEVER_OPEN, unclosed_on

#: The links between units, by the name they have in ``Recut.followed``.
LINKS = {"children": "parent", "served": "management_centre"}
#: Parts of re-cuts that name an heir and were not taken back.
_STANDING = Q(heir__isnull=False) & ~Q(heir__valid_to=F("heir__valid_from"))


def heirs_on(unit_ids: Collection[int], day: date) -> dict[int, Unit]:
    """Return, for those that re-cuts close by a day, who then holds what hangs from them.

    One query, and one more for each re-cut after another.
    """
    direct: dict[int, Unit] = {}
    asked = set(unit_ids)
    while asked:
        parts = RecutUnit.objects.filter(_STANDING, unit__in=asked, heir__valid_from__lte=day)
        found = {part.unit_id: part.heir for part in parts.select_related("heir") if part.heir}
        direct |= found
        asked = {heir.pk for heir in found.values()} - direct.keys()
    return {key: _at_the_end_of(key, direct) for key in direct}


def _at_the_end_of(unit_id: int, direct: dict[int, Unit]) -> Unit:
    found = direct[unit_id]
    while found.pk in direct:
        found = direct[found.pk]
    return found


def next_heirs(unit_ids: Collection[int]) -> dict[int, Unit]:
    """Return, for those that are cut anew, the unit that takes what hangs from them."""
    parts = RecutUnit.objects.filter(_STANDING, unit__in=unit_ids).select_related("heir")
    return {part.unit_id: part.heir for part in parts if part.heir}


def heirs_above(unit: Unit) -> dict[int, Unit]:
    """Return, for what a unit hangs from and outlasts, the heir to which it is to follow."""
    above = (one for one in (unit.parent, unit.management_centre) if one is not None)
    return next_heirs([one.pk for one in above if _outlasts(unit, one)])


def _outlasts(row: Unit | RoleAssignment, unit: Unit) -> bool:
    """Tell whether a unit closes before what hangs from it, or who works in it, ends."""
    return unit.valid_to is not None and (row.valid_to is None or row.valid_to > unit.valid_to)


def joining(unit: Unit) -> list[Unit]:
    """Return the units that a re-cut is to hand on to one that it opens."""
    if unit.replaces_id is None:
        return []
    handing = RecutUnit.objects.filter(_STANDING, heir=unit).values("unit")
    under = Q(parent__in=handing) | Q(management_centre__in=handing)
    found = Unit.objects.filter(under, unclosed_on(unit.valid_from)).exclude(NEVER_OPEN)
    return list(found.order_by("kind", "sort_key"))


def handing_on_to(unit: Unit) -> set[int]:
    """Return the units whose heir this one is, or is to be, at one re-cut after another."""
    found: set[int] = set()
    asked = {unit.pk}
    while asked:
        parts = RecutUnit.objects.filter(_STANDING, tenant_id=unit.tenant_id, heir__in=asked)
        asked = set(parts.values_list("unit_id", flat=True)) - found
        found |= asked
    return found


def hang_as_on(units: Collection[Unit], day: date) -> None:
    """Give units that were read, never to be saved, the links that they have on a day.

    What hangs now from one that opened since hung then from the unit that it took over; where
    it took over several, nobody says from which, and the link stays as it is.
    """
    above = {key for unit in units for key in (unit.parent_id, unit.management_centre_id) if key}
    held_by = _givers_before(above, day) | heirs_on(above, day)
    for unit in units:
        if unit.parent_id in held_by:
            unit.parent = held_by[unit.parent_id]
        if unit.management_centre_id in held_by:
            unit.management_centre = held_by[unit.management_centre_id]


def _givers_before(unit_ids: Collection[int], day: date) -> dict[int, Unit]:
    """Return, for those that opened after a day as the heir of one, who held it on that day."""
    direct: dict[int, Unit] = {}
    asked = set(unit_ids)
    while asked:
        parts = RecutUnit.objects.filter(_STANDING, heir__in=asked, heir__valid_from__gt=day)
        givers: dict[int, list[Unit]] = defaultdict(list)
        for part in parts.select_related("unit"):
            givers[part.heir_id or 0].append(part.unit)
        found = {heir: units[0] for heir, units in givers.items() if len(units) == 1}
        direct |= found
        asked = {unit.pk for unit in found.values()} - direct.keys()
    return {key: _at_the_end_of(key, direct) for key in direct}


def units_to_follow(closed: Unit, link: str, day: date) -> QuerySet[Unit]:
    """Return the units that still hang from one that a re-cut closes on a day, and outlast it."""
    found = Unit.objects.filter(unclosed_on(day), tenant_id=closed.tenant_id, **{link: closed})
    return found.exclude(NEVER_OPEN).order_by("pk")


def roles_to_follow(closed: Unit, day: date) -> QuerySet[RoleAssignment]:
    """Return the roles still held in a unit that a re-cut closes on a day, and not over then."""
    return RoleAssignment.objects.filter(
        unclosed_on(day), tenant_id=closed.tenant_id, unit=closed
    ).order_by("pk")


def heirs_of_roles(roles: Collection[RoleAssignment]) -> dict[int, Unit]:
    """Return, for the roles in units that a re-cut closes before they are over, who takes them."""
    lasting = {role.pk: role.unit.pk for role in roles if role.unit and _outlasts(role, role.unit)}
    heirs = next_heirs(set(lasting.values()))
    return {key: heirs[unit_id] for key, unit_id in lasting.items() if unit_id in heirs}


def handing_parts(recut: Recut) -> list[tuple[Unit, Unit]]:
    """Return the units that a re-cut closes, each with its heir."""
    parts = RecutUnit.objects.filter(
        tenant_id=recut.tenant_id, recut=recut, heir__isnull=False
    ).select_related("unit", "heir")
    return [(part.unit, part.heir) for part in parts.order_by("pk") if part.heir]


def following_units(recut: Recut) -> list[tuple[Unit, Unit, Unit]]:
    """Return the units that are still to follow: each with what it hangs from and the heir."""
    return [
        (unit, closed, heir)
        for closed, heir in handing_parts(recut)
        for link in LINKS.values()
        for unit in units_to_follow(closed, link, recut.on_date)
    ]


def following_roles(recut: Recut) -> int:
    """Count the roles that are still to follow."""
    return sum(roles_to_follow(closed, recut.on_date).count() for closed, _ in handing_parts(recut))
