"""People leave a unit before it closes: their roles end, as a manager ends them."""

from datetime import date

from federations.models import RoleAssignment
from federations.services.assignments import close_role
from federations.tenancy.actor import Actor


def leave(*usernames: str, actor: Actor, on: date) -> None:
    """End the roles that some of the cast hold on a day, in the open scope of their manager."""
    held = RoleAssignment.objects.filter(user__username__in=usernames, valid_to__isnull=True)
    for role in held:
        close_role(actor=actor, assignment_id=role.pk, on_date=on)
