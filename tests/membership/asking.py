"""Checks of rights as the tests ask them: somebody of the cast, in their own scope."""

from datetime import date

from membership.services.rights import RightsAnswer, ask_rights
from tests.membership.families import TODAY


def ask(
    world,
    as_actor,
    username: str,
    text: str,
    *,
    birth_year: int | None = None,
    on: date = TODAY,
    born_on: date | None = None,
) -> RightsAnswer:
    """Ask in the name of one of the cast."""
    actor = world.actor(username)
    with as_actor(actor):
        return ask_rights(actor=actor, text=text, birth_year=birth_year, on=on, born_on=born_on)


def numbers(answer: RightsAnswer) -> list[str]:
    """Return the numbers of who was found, in the answer's order."""
    return [person.number for person in answer.people]
