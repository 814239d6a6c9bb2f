"""Roles given, changed and ended: dated, within the giver's own tenant.

Nobody touches the own roles, and a tenant never loses the last person who holds a key role.
"""

from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import Federation, HealthFacility, RoleAssignment, Unit, User
from federations.rules.people import (
    KEY_ROLES,
    RoleRequest,
    never_beside,
    role_problems,
    workplace_problems,
)
from federations.rules.problems import Problem, refuse_problems
from federations.rules.roles import Permission, Role
from federations.rules.units import closing_told
from federations.selectors.heirs import handing_on_to, heirs_on
from federations.selectors.people import (
    not_over_on,
    other_holders,
    own_assignment,
    own_person,
    roles_to_give,
    tenants_for_roles,
)
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.holds import hold_alone
from federations.services.ownership import hold_days
from federations.tenancy.actor import Actor


@transaction.atomic
def give_role(*, actor: Actor, user_id: int, role: RoleRequest) -> RoleAssignment:
    """Give a further role to a person of the own tenant, from today."""
    require(actor, Permission.MANAGE_PEOPLE)
    user = own_person(actor, user_id)
    require_somebody_else(actor, user)
    if not user.is_active:
        raise Conflict("Ce compte est désactivé : réactivez-le d’abord.")
    return add_assignment(actor, user, role)


@transaction.atomic
def change_role(*, actor: Actor, assignment_id: int, role: RoleRequest) -> RoleAssignment:
    """Open a role in place of another, which ends as the new one begins, or sooner if it was to."""
    require(actor, Permission.MANAGE_PEOPLE)
    hold_people()
    old = own_assignment(actor, assignment_id)
    _require_open(old)
    require_somebody_else(actor, old.user)
    new = add_assignment(actor, old.user, role)
    end_assignments([old], on_date=min(new.valid_from, old.valid_to or date.max))
    return new


@transaction.atomic
def close_role(*, actor: Actor, assignment_id: int, on_date: date) -> RoleAssignment:
    """End a role on a day, today at the earliest; that day is no longer held."""
    require(actor, Permission.MANAGE_PEOPLE)
    hold_people()
    assignment = own_assignment(actor, assignment_id)
    _require_open(assignment)
    require_somebody_else(actor, assignment.user)
    if on_date < clock.today():
        raise DomainError("Un rôle ne se retire pas dans le passé.", field="on_date")
    _require_within_unit(assignment, on_date)
    end_assignments([assignment], on_date=on_date)
    return assignment


def add_assignment(actor: Actor, user: User, role: RoleRequest) -> RoleAssignment:
    """Open a role that the actor may give; for the services of people only."""
    tenant = require_givable(actor, role)
    _require_no_clash(user, role.role)
    unit = _unit_of(role, tenant)
    assignment = RoleAssignment(
        user=user,
        role=role.role,
        tenant=tenant,
        unit=unit,
        facility_id=role.facility_id,
        valid_from=_begins_in(unit),
        valid_to=_ends_in(unit),
    )
    save_checked(assignment, conflict_field="role")
    return assignment


def _require_no_clash(user: User, role: Role) -> None:
    """Refuse a role beside one that it may not be held with, wherever that one is held."""
    roles = RoleAssignment.objects.filter(user=user)
    held, once_held = (
        [Role(name) for name in found.values_list("role", flat=True)]
        for found in (roles.filter(not_over_on(clock.today())), roles)
    )
    reason = never_beside(role, held=held, once_held=once_held)
    if reason:
        raise Conflict(reason, field="role")


def end_assignments(assignments: list[RoleAssignment], *, on_date: date) -> None:
    """Date the end of roles, unless one is the last of its kind at its tenant."""
    hold_people()
    for assignment in assignments:
        require_not_last(assignment, on_date=on_date)
        # A role that was to begin later never did.
        assignment.valid_to = max(on_date, assignment.valid_from)
        assignment.save(update_fields=["valid_to"])


def hold_people() -> None:
    """Let whoever ends roles wait for whoever does: a manager, or a re-cut that passes them on.

    Before the roles are read: what has ended meanwhile is then seen.
    """
    hold_alone("people")


def require_not_last(assignment: RoleAssignment, *, on_date: date) -> None:
    """Raise Conflict where nobody else would hold a key role."""
    if Role(assignment.role) not in KEY_ROLES:
        return
    if not other_holders(assignment, on_date=on_date).exists():
        raise Conflict(
            f"Personne d’autre ne tient le rôle « {Role(assignment.role).label} » : "
            "donnez-le d’abord à quelqu’un."
        )


def require_somebody_else(actor: Actor, user: User) -> None:
    """Refuse acts on one's own account."""
    if actor.user_id == user.pk:
        raise NotAllowed("Personne ne change son propre compte : demandez à un autre gestionnaire.")


def _require_open(assignment: RoleAssignment) -> None:
    if assignment.valid_to is not None and assignment.valid_to <= clock.today():
        raise Conflict("Ce rôle est déjà terminé.")


def require_givable(actor: Actor, role: RoleRequest) -> Federation:
    """Return the tenant of a role that the actor may give, where it can be held."""
    tenant = tenants_for_roles(actor).filter(pk=role.tenant_id).first()
    if tenant is None:
        raise NotFound("Cette fédération n’existe pas.", field="tenant")
    if role.role not in roles_to_give(actor, tenant):
        raise NotAllowed(f"Vous ne pouvez pas donner le rôle « {role.role.label} » ici.")
    refuse_problems(role_problems(role))
    if role.unit_id is not None:
        _require_workplace(role, tenant)
    if role.facility_id is not None:
        _require_facility(role.facility_id)
    return tenant


def _unit_of(role: RoleRequest, tenant: Federation) -> Unit | None:
    """Return the unit that a role is limited to, held: nobody closes it until the role is there."""
    if role.unit_id is None:
        return None
    unit = Unit.objects.filter(pk=role.unit_id, tenant_id=tenant.pk).first()
    if unit is None:
        raise NotFound("Cette unité n’existe pas.", field="unit")
    hold_days(unit)
    return unit


def _begins_in(unit: Unit | None) -> date:
    """Return the day on which a role given now begins: in a unit to come, that of its opening."""
    today = clock.today()
    return max(today, unit.valid_from) if unit else today


def _ends_in(unit: Unit | None) -> date | None:
    """Return the day on which a role given now ends: nobody works in a unit beyond its closing.

    Where the unit is cut anew, the role goes on in the one that takes its place.
    """
    return None if unit is None else _holder_of(unit).valid_to


def _holder_of(unit: Unit) -> Unit:
    """Return the unit in which roles of this one end: itself, or where re-cuts pass them to."""
    return heirs_on([unit.pk], date.max).get(unit.pk, unit)


def _require_within_unit(assignment: RoleAssignment, day: date) -> None:
    """Refuse an end after the unit's own: who closed it saw that nobody works there any more."""
    if assignment.unit is None:
        return
    hold_days(assignment.unit)
    holder = _holder_of(assignment.unit)
    if holder.valid_to is not None and day > holder.valid_to:
        raise DomainError(
            f"« {holder.name} » ({closing_told(holder.valid_to, clock.today())}) : le rôle s’y "
            "retire ce jour-là au plus tard.",
            field="on_date",
        )


def _require_workplace(role: RoleRequest, tenant: Federation) -> None:
    unit = _unit_of(role, tenant)
    if unit is None:
        return
    refuse_problems(kind_problems(role.role, unit.kind))
    holder = _holder_of(unit)
    if kind_problems(role.role, holder.kind):
        raise DomainError(
            f"« {unit.name} » devient « {holder.name} » par un redécoupage, et ce rôle ne s’y "
            "tient pas : choisissez une autre unité.",
            field="unit",
        )
    if unit.valid_to is not None and unit.valid_to <= _begins_in(unit):
        raise DomainError(
            f"« {unit.name} » ({closing_told(unit.valid_to, clock.today())}) : choisissez une "
            "autre unité.",
            field="unit",
        )


def kind_problems(role: Role, kind: str) -> list[Problem]:
    """Return what is wrong with working in a unit of this kind."""
    return workplace_problems(
        role, is_insuring=kind in Unit.INSURING, is_centre=kind == Unit.Kind.MANAGEMENT_CENTRE
    )


def require_nobody_left(unit: Unit, day: date) -> None:
    """Raise, naming them, where people work in a unit on the day of its closing or begin later.

    Those whom a re-cut is to hand on to it are among them. No role is ended in the past: of a
    closing in the past, theirs must be over today.
    """
    roles = _roles_held().filter(unit__in={unit.pk, *handing_on_to(unit)})
    named = roles.select_related("user").order_by("user__full_name", "pk")
    begun = named.filter(valid_from__gte=day)
    if told := " ; ".join(f"{role.user}, le {role.valid_from:%d/%m/%Y}" for role in begun):
        raise DomainError(
            f"Des rôles commencent dans cette unité ce jour-là ou après ({told}) : "
            "fermez-la un jour qui vient après.",
            field="closed_on",
        )
    staying = named.filter(not_over_on(max(day, clock.today())))
    if told := ", ".join(dict.fromkeys(str(role.user) for role in staying)):
        raise DomainError(
            f"Des personnes travaillent encore dans cette unité ({told}), ou y passent par un "
            "redécoupage : changez leur rôle, ou retirez-le pour le jour de la fermeture au plus "
            "tard.",
            field="closed_on",
        )


def require_nobody_outside(unit: Unit, opens_on: date) -> None:
    """Raise, naming them, where roles would begin before their unit, or were to begin with it."""
    early = Q(valid_from__gte=unit.valid_from, valid_from__lt=opens_on)
    roles = _roles_held().filter(early | Q(valid_from__gt=clock.today()), unit=unit)
    named = roles.select_related("user").order_by("user__full_name", "pk")
    if told := ", ".join(f"{role.user}, le {role.valid_from:%d/%m/%Y}" for role in named):
        raise DomainError(
            f"Des rôles commencent dans cette unité avant ce jour, ou avec elle ({told}) : "
            "choisissez un autre jour, ou retirez d’abord ceux qui n’ont pas encore commencé.",
            field="valid_from",
        )


def _roles_held() -> QuerySet[RoleAssignment]:
    """All roles but those that ended on the day they began."""
    return RoleAssignment.objects.exclude(valid_to=F("valid_from"))


def _require_facility(facility_id: int) -> None:
    if not HealthFacility.objects.filter(pk=facility_id).exists():
        raise NotFound("Cette formation sanitaire n’existe pas.", field="facility")
