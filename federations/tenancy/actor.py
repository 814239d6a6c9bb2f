"""Who acts: the answer to "in whose name?" that every service, scope and trace asks for."""

from dataclasses import dataclass

from federations.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) in one role, at one tenant, perhaps limited below it.

    ``unit_id`` limits a mutuelle agent or centre operator to that unit and what is
    under it; ``facility_id`` names a facility user's own facility.
    """

    user_id: int | None
    name: str
    role: Role
    tenant_id: int
    unit_id: int | None = None
    facility_id: int | None = None


def system_actor(tenant_id: int, task: str) -> Actor:
    """Return the named system actor that a command or a scheduled task acts as."""
    return Actor(user_id=None, name=f"système ({task})", role=Role.SYSTEM, tenant_id=tenant_id)
