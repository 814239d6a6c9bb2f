"""Which roles a user holds today, and the actor that each one makes."""

from datetime import date

from django.db.models import Q, QuerySet

from federations.models import RoleAssignment, User
from federations.rules.roles import Role
from federations.tenancy.actor import Actor


def open_assignments(user: User, *, on_date: date) -> list[RoleAssignment]:
    """Return the roles the user holds on that day, oldest first."""
    return list(_held_by(user.pk, on_date))


def user_with_assignments(user_id: int, *, on_date: date) -> User | None:
    """Return a user with the roles held on that day: one statement, for each page asks both."""
    held = list(_held_by(user_id, on_date))
    user = held[0].user if held else User.objects.filter(pk=user_id).first()
    if user is not None:
        user.held = (on_date, held)
    return user


def assignments_read(user: User, *, on_date: date) -> list[RoleAssignment]:
    """Return the roles that were read with the user for that day, else as they are."""
    day, held = user.held or (None, [])
    return held if day == on_date else open_assignments(user, on_date=on_date)


def _held_by(user_id: int, on_date: date) -> QuerySet[RoleAssignment]:
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gt=on_date)
    found = RoleAssignment.objects.filter(still_open, user=user_id, valid_from__lte=on_date)
    return found.select_related("tenant", "user")


def actor_of(assignment: RoleAssignment) -> Actor:
    """Return the actor that a role assignment makes of its user."""
    return Actor(
        user_id=assignment.user_id,
        name=assignment.user.full_name,
        role=Role(assignment.role),
        tenant_id=assignment.tenant_id,
        unit_id=assignment.unit_id,
        facility_id=assignment.facility_id,
    )
