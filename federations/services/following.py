"""What hangs from a unit that is cut anew passes to its heir: on the day, not before.

Links of units are not dated: on the day they are rewritten. Roles are: one ends on the day and
another begins on it; they pass on the day too, so that nobody whose role was ended meanwhile
comes back by it. What is left is read from the rows: done again, it changes nothing.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Recut, RoleAssignment, Unit
from federations.rules.roles import Permission
from federations.selectors.heirs import LINKS, handing_parts, roles_to_follow, units_to_follow
from federations.services.access import require
from federations.services.assignments import hold_people
from federations.tenancy.actor import Actor

#: The name that roles have in ``Recut.followed``.
_ROLES = "roles"


def hold_recut(actor: Actor, recut_id: int) -> Recut:
    """Lock and return a re-cut of the actor's own tenant."""
    rows = Recut.objects.select_for_update()
    recut = rows.filter(tenant_id=actor.tenant_id, pk=recut_id).first()
    if recut is None:
        raise NotFound("Ce redécoupage n’existe pas dans votre fédération.")
    return recut


@transaction.atomic
def follow_recut(*, actor: Actor, recut_id: int) -> int:
    """Pass to the heirs of a re-cut what still hangs from the old units; return how much.

    The actor's own role, if there is one, stays: nobody touches the own roles.
    """
    require(actor, Permission.MANAGE_UNITS)
    recut = hold_recut(actor, recut_id)
    hold_people()
    if recut.taken_back_at is not None:
        raise DomainError("Ce redécoupage est déjà repris.")
    if recut.on_date > clock.today():
        raise DomainError(f"Le redécoupage est pour le {recut.on_date:%d/%m/%Y}.")
    passed: dict[str, list[list[int]]] = {name: [] for name in LINKS}
    for closed, heir in handing_parts(recut):
        for name, link in LINKS.items():
            passed[name] += _pass_units(closed, heir, link, recut)
    passed[_ROLES] = _pass_roles(actor, recut)
    recut.followed = {name: [*recut.followed.get(name, []), *rows] for name, rows in passed.items()}
    recut.save(update_fields=["followed"])
    return sum(len(rows) for rows in passed.values())


def _pass_units(closed: Unit, heir: Unit, link: str, recut: Recut) -> list[list[int]]:
    rows = units_to_follow(closed, link, recut.on_date).select_for_update()
    keys = list(rows.values_list("pk", flat=True))
    Unit.objects.filter(tenant_id=recut.tenant_id, pk__in=keys).update(**{link: heir})
    return [[key, closed.pk, heir.pk] for key in keys]


def _pass_roles(actor: Actor, recut: Recut) -> list[list[int]]:
    """End each role on the day and begin another, for who worked in several old units one."""
    begun: dict[tuple, RoleAssignment] = {}
    passed = []
    for closed, heir in handing_parts(recut):
        held = roles_to_follow(closed, recut.on_date).exclude(user=actor.user_id)
        for role in held.select_for_update(of=("self",)):
            key = (role.user_id, role.role, heir.pk, role.facility_id, role.valid_to)
            held_there = _held_there(role, heir)
            if key not in begun and held_there is None:
                begun[key] = _begin(role, heir, recut)
            goes_on = begun.get(key, held_there)
            # A role that was to end, beside one without an end, is not given back: its day is lost.
            if goes_on is not None and goes_on.valid_to == role.valid_to:
                passed.append([role.pk, goes_on.pk])
            role.valid_to = max(recut.on_date, role.valid_from)
            role.save(update_fields=["valid_to"])
    return passed


def _held_there(role: RoleAssignment, heir: Unit) -> RoleAssignment | None:
    """Return the same role in the new unit, where the person was given it already."""
    there = RoleAssignment.objects.filter(
        user=role.user_id, role=role.role, tenant=role.tenant_id, unit=heir,
        facility=role.facility_id, valid_to__isnull=True,
    )  # fmt: skip
    return there.first()


def _begin(role: RoleAssignment, heir: Unit, recut: Recut) -> RoleAssignment:
    return RoleAssignment.objects.create(
        user_id=role.user_id, role=role.role, tenant_id=role.tenant_id, unit=heir,
        facility_id=role.facility_id, valid_from=max(recut.on_date, role.valid_from),
        valid_to=role.valid_to,
    )  # fmt: skip


def bring_back(recut: Recut) -> None:
    """Give back to the old units what followed to their heirs and is still there."""
    for name, link in LINKS.items():
        for key, old, heir in recut.followed.get(name, []):
            Unit.objects.filter(pk=key, tenant_id=recut.tenant_id, **{f"{link}_id": heir}).update(
                **{link: old}
            )
    pairs = _pairs_of(recut)
    for old, new in pairs:
        # An end that was said of the new role meanwhile is one of the old.
        RoleAssignment.objects.filter(pk=old.pk).update(valid_to=new.valid_to)
    RoleAssignment.objects.filter(pk__in={new.pk for _, new in pairs}).update(
        valid_to=F("valid_from")
    )


def _pairs_of(recut: Recut) -> list[tuple[RoleAssignment, RoleAssignment]]:
    """Return the roles that ended, each with the one in which it went on.

    Whatever the row says: only the same role of the same person, in a unit and in its heir.
    """
    pairs = recut.followed.get(_ROLES, [])
    roles = RoleAssignment.objects.filter(tenant_id=recut.tenant_id)
    known = roles.in_bulk({key for pair in pairs for key in pair})
    heirs = {closed.pk: heir.pk for closed, heir in handing_parts(recut)}
    found = [(known[old], known[new]) for old, new in pairs if {old, new} <= known.keys()]
    return [(old, new) for old, new in found if _goes_on(old, new, heirs)]


def _goes_on(old: RoleAssignment, new: RoleAssignment, heirs: Mapping[int, int]) -> bool:
    return (
        old.unit_id is not None
        and heirs.get(old.unit_id) == new.unit_id
        and (old.user_id, old.role, old.facility_id) == (new.user_id, new.role, new.facility_id)
    )
