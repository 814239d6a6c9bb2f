"""Checks of rights as the tests ask them: somebody of the cast, in their own scope."""

from datetime import date

from django.conf import settings

from federations.tenancy.actor import Actor
from membership.models import RightsCheck
from membership.services.rights import RightsAnswer, ask_rights
from tests.membership.families import TODAY

#: What one person may ask in some minutes.
MOST = settings.RIGHTS_CHECKS_MOST


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


def have_asked(actor: Actor, count: int) -> None:
    """Leave traces of a person's checks of a moment ago, each about somebody else.

    Behind the wall: no actor's role can write them.
    """
    RightsCheck.objects.bulk_create(
        RightsCheck(
            tenant_id=actor.tenant_id,
            facility_id=actor.facility_id,
            how="number",
            asked="essai",
            for_day=TODAY,
            found=1,
            people=[-rank],
            answers=[],
            asked_by=actor.name,
            asked_by_user_id=actor.user_id,
        )
        for rank in range(1, count + 1)
    )
