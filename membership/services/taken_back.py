"""A death or a departure that was written by mistake, taken back by who decides on membership.

Nothing that was written goes: the event stays in the timeline, a new one says that it is taken
back and why, and the record is in the household again as if it had never left; the rights of the
days in between are computed anew. Where the household had closed because nobody was left, it is
open again. Rights reopen for days that are over, which no agent may do: each is listed among the
operations dated back.
"""

from datetime import date, timedelta

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.selectors.members import own_member
from membership.selectors.stays import other_stays
from membership.services.backdating import MOST_REASON, trace_life_backdating
from membership.services.events import write_event
from membership.services.holding import (
    hold_household,
    hold_people,
    may_return,
    member_of,
    present_members,
    require_open,
)
from membership.services.households import check_people
from membership.services.people import save_person
from membership.services.recuts import pass_who_returns

_Leaving = Beneficiary.Leaving
_Relationship = Beneficiary.Relationship
_MAY_RETURN = (_Leaving.DEATH, _Leaving.MARRIAGE, _Leaving.DEPARTURE)


@transaction.atomic
def take_back_leaving(
    *, actor: Actor, person_id: int, because: str, returns_as: str = ""
) -> Beneficiary:
    """Put a person back who was written to have died or left; with a reason.

    ``returns_as``: what a former head is to the one who took the place meanwhile.
    """
    require(actor, Permission.DECIDE_MEMBERSHIP)
    reason = told_reason(because, most=MOST_REASON)
    household = hold_household(actor, own_member(actor, person_id).household_id, None)
    person = member_of(household, person_id)
    _require_left(person)
    others = present_members(household)
    _open_again(household, person, others)
    if household.closed_on is None:
        _require_nowhere_else(person)
    what = "décès" if person.died_on else person.get_left_because_display()
    gone_on = _gone_on(person)
    told = f"{what} du {gone_on:%d/%m/%Y} : {reason}"
    _return(person, others, returns_as)
    check_people(
        [*others, person], on=clock.today(), most_people=None,
        has_guardian=bool(household.guardian_name),
    )  # fmt: skip
    save_person(person)
    event = write_event(
        actor, household, LifeEvent.Kind.TAKEN_BACK, clock.today(), person=person,
        note=f"{person}, {told}",
    )  # fmt: skip
    trace_life_backdating(actor, event, gone_on, reason, days=0)
    if household.closed_on is None:
        pass_who_returns(actor, household)
    return person


def may_be_taken_back(person: Beneficiary) -> bool:
    """Tell whether the person died or left, in a way that can be a mistake of writing.

    What a merged record says of a death is its kept record's, where it is taken back.
    """
    if person.left_because == _Leaving.MERGED:
        return False
    return person.died_on is not None or person.left_because in _MAY_RETURN


def _require_left(person: Beneficiary) -> None:
    if person.left_on is None and person.died_on is None:
        raise DomainError(f"{person} est dans le ménage.")
    if not may_be_taken_back(person):
        raise DomainError(
            "Seuls un décès, un mariage ou un départ se reprennent ; cette fiche est sortie pour "
            f"« {person.get_left_because_display()} »."
        )


def _require_nowhere_else(person: Beneficiary) -> None:
    """Who has entered another household of the network since is there, or died there."""
    hold_people([person.person_id])
    for stay in other_stays([person.person_id], since=_first_day_without(person)):
        if stay.number == person.number:
            continue  # The death that is taken back.
        if stay.died_on is not None:
            raise DomainError(
                f"{person} ne revient pas : {stay.death}. Si c’est une erreur, ce décès se reprend "
                "d’abord là-bas."
            )
        if stay.ended_on is None:
            raise DomainError(
                f"{person} est depuis dans un autre ménage, {stay.where} : inscrivez d’abord son "
                "départ de là."
            )
        raise DomainError(
            f"{person} était depuis dans un autre ménage, {stay.where}, jusqu’au "
            f"{stay.ended_on:%d/%m/%Y} : ce départ reste vrai. Inscrivez la personne de nouveau, à "
            "partir de ce jour, par son numéro."
        )


def _first_day_without(person: Beneficiary) -> date:
    """The first day on which the record tells of nobody: after a death, or that of a leaving."""
    after_death = None if person.died_on is None else person.died_on + timedelta(days=1)
    return min(day for day in (person.left_on, after_death) if day is not None)


def _open_again(household: Household, person: Beneficiary, others: list[Beneficiary]) -> None:
    """Open a household that this leaving emptied; any other closing stands.

    Into a household that may return itself the person comes back, and waits for its return.
    """
    if household.closed_on is None:
        return
    emptied_it = not others and household.closed_because == Household.Closing.DEPARTED
    if emptied_it and household.closed_on == person.left_on:
        household.closed_on, household.closed_because = None, ""
        household.save(update_fields=["closed_on", "closed_because"])
    elif not may_return(household):
        require_open(household)


def _gone_on(person: Beneficiary) -> date:
    day = person.died_on or person.left_on
    assert day is not None  # noqa: S101 -- asked before, by _require_left
    return day


def _return(person: Beneficiary, others: list[Beneficiary], returns_as: str) -> None:
    has_head = any(one.relationship == _Relationship.HEAD for one in others)
    if has_head and person.relationship == _Relationship.HEAD:
        if returns_as not in (_Relationship.SPOUSE, _Relationship.CHILD, _Relationship.OTHER):
            raise DomainError(
                "Le ménage a un autre adhérent depuis : dites ce que devient cette personne ; "
                "« Nouvel adhérent » lui rend ensuite sa place.",
                field="returns_as",
            )
        person.relationship = returns_as
    person.left_on, person.left_because, person.died_on = None, "", None
