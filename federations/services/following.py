"""What hangs from a unit that is cut anew passes to its heir: on the day, not before.

Links of units are not dated: on the day they are rewritten. Roles are: one ends on the day and
another begins on it; they pass on the day too, so that nobody whose role was ended meanwhile
comes back by it. What is left is read from the rows: done again, it changes nothing.
"""

from django.db import transaction
from django.db.models import F

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Recut, RoleAssignment, Unit
from federations.rules.roles import Permission
from federations.selectors.heirs import LINKS, handing_parts, roles_to_follow, units_to_follow
from federations.services.access import require
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
            if key not in begun and not _is_held(role, heir):
                begun[key] = _begin(role, heir, recut)
            if key in begun:
                passed.append([role.pk, begun[key].pk])
            role.valid_to = max(recut.on_date, role.valid_from)
            role.save(update_fields=["valid_to"])
    return passed


def _is_held(role: RoleAssignment, heir: Unit) -> bool:
    """Tell whether the person was given the same role in the new unit already."""
    there = RoleAssignment.objects.filter(
        user=role.user_id, role=role.role, tenant=role.tenant_id, unit=heir,
        facility=role.facility_id, valid_to__isnull=True,
    )  # fmt: skip
    return there.exists()


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
    pairs = recut.followed.get(_ROLES, [])
    begun = RoleAssignment.objects.in_bulk([new for _, new in pairs])
    for old, new in pairs:
        # An end that was said of the new role meanwhile is one of the old.
        RoleAssignment.objects.filter(pk=old).update(valid_to=begun[new].valid_to)
    RoleAssignment.objects.filter(pk__in=begun).update(valid_to=F("valid_from"))
