"""Which roles a user holds today, and the actor that each one makes."""

from datetime import date

from django.db.models import Q

from federations.models import RoleAssignment, User
from federations.rules.roles import Role
from federations.tenancy.actor import Actor


def open_assignments(user: User, *, on_date: date) -> list[RoleAssignment]:
    """Return the roles the user holds on that day, oldest first."""
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gt=on_date)
    found = RoleAssignment.objects.filter(still_open, user=user, valid_from__lte=on_date)
    return list(found.select_related("tenant", "user"))


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
