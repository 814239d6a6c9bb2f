"""People leave a unit before it closes: their roles end, as a manager ends them."""

from datetime import date

from federations.services.assignments import close_role
from federations.tenancy.actor import Actor
from tests.world import World


def leave(world: World, *usernames: str, actor: Actor, on: date) -> None:
    """End the roles of some of the cast on a day, in the open scope of their manager."""
    for username in usernames:
        close_role(actor=actor, assignment_id=world.assignments[username], on_date=on)
