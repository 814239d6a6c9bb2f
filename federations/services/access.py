"""The question every service asks first: may this actor do that?"""

from conamus.kernel.errors import NotAllowed
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor's role carries the permission."""
    if not is_permitted(actor.role, permission):
        raise NotAllowed(f"Votre rôle, {actor.role.label}, {permission.refused}.")
