"""A household struck off and taken back, or gone for good: decided, dated, with a reason."""

from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.rules.households import MOST_LEAVING_DAYS_BACK
from membership.selectors.stays import other_stays
from membership.services.backdating import MOST_REASON, require_life_day, trace_life_backdating
from membership.services.card_ends import CardEnd, end_card
from membership.services.events import write_event
from membership.services.holding import (
    hold_household,
    hold_people,
    may_return,
    present_members,
    require_open,
)
from membership.services.recuts import pass_who_returns


@transaction.atomic
def strike_off(
    *, actor: Actor, household_id: int, version: int | None, on: date, because: str
) -> Household:
    """Strike a household off: its rights close on the day; the decision can be taken back."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    household = _hold_open(actor, household_id, version, on)
    because = told_reason(because, most=MOST_REASON)
    return _close(
        actor, household, on, Household.Closing.STRUCK_OFF, LifeEvent.Kind.STRUCK_OFF, because
    )


@transaction.atomic
def close_household(
    *, actor: Actor, household_id: int, version: int | None, on: date, because: str
) -> Household:
    """Close a household that went away; its people stay on the record.

    Far back only who decides on membership may date it, and it is listed with the reason.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household = _hold_open(actor, household_id, version, on)
    because = told_reason(because, most=MOST_REASON)
    require_life_day(
        actor, on, because, days=MOST_LEAVING_DAYS_BACK, field="on", reason_field="because"
    )
    return _close(actor, household, on, Household.Closing.DEPARTED, LifeEvent.Kind.CLOSED, because)


@transaction.atomic
def reinstate(*, actor: Actor, household_id: int, on: date, because: str) -> Household:
    """Take back a household that was struck off or had left: rights reopen on the day.

    No waiting begins anew; the days in between stay without rights. Where its unit was cut anew
    meanwhile, it passes as the others did.
    """
    require(actor, Permission.DECIDE_MEMBERSHIP)
    household = hold_household(actor, household_id, None)
    closed = household.closed_on
    if closed is None or not may_return(household):
        raise DomainError("Seul un ménage radié ou parti peut être réintégré.")
    people = present_members(household)
    if not people:
        raise DomainError("Ce ménage n’a plus personne : inscrivez un nouveau ménage.")
    because = told_reason(because, most=MOST_REASON)
    if on > clock.today():
        raise DomainError("La date est dans l’avenir.", field="on")
    if on < closed:
        raise DomainError(f"Le ménage est fermé depuis le {closed:%d/%m/%Y}.", field="on")
    _require_nobody_elsewhere(people, on)
    # The days in between stay known: nothing that was used in them becomes covered afterwards.
    household.struck_off_on, household.reinstated_on = closed, on
    household.closed_on, household.closed_because = None, ""
    household.save(update_fields=["closed_on", "closed_because", "struck_off_on", "reinstated_on"])
    # It reopens rights, which no agent may do: any day that is over is listed.
    _tell(actor, household, LifeEvent.Kind.REINSTATED, on, because, days=0)
    pass_who_returns(actor, household)
    return household


def _require_nobody_elsewhere(people: list[Beneficiary], on: date) -> None:
    """Who has entered another household of the network, or died there, does not come back so."""
    known = {one.person_id: one for one in people}
    hold_people(known)
    for stay in other_stays(known, since=on):
        person = known[stay.person_id]
        if stay.died_on is not None:
            raise DomainError(
                f"{person} ({person.number}) : {stay.death}. Inscrivez d’abord son départ d’ici ; "
                "si ce décès est une erreur, il se reprend là-bas."
            )
        if stay.ended_on is None:
            raise DomainError(
                f"{person} ({person.number}) est depuis dans un autre ménage, {stay.where} : "
                "inscrivez d’abord son départ, d’ici ou de là-bas."
            )
        raise DomainError(
            f"{person} ({person.number}) était dans un autre ménage, {stay.where}, jusqu’au "
            f"{stay.ended_on:%d/%m/%Y} : réintégrez le ménage à partir de ce jour, ou inscrivez "
            "d’abord le départ de la personne d’ici.",
            field="on",
        )


def _tell(
    actor: Actor, household: Household, kind: LifeEvent.Kind, on: date, because: str, *, days: int
) -> None:
    """Write the event; what is dated further back than so many days is listed."""
    event = write_event(actor, household, kind, on, note=because)
    trace_life_backdating(actor, event, on, because, days=days)


def _hold_open(actor: Actor, household_id: int, version: int | None, on: date) -> Household:
    household = hold_household(actor, household_id, version)
    require_open(household)
    if on > clock.today():
        raise DomainError("La date est dans l’avenir.", field="on")
    if on < household.registered_on:
        raise DomainError(
            f"Le ménage est inscrit depuis le {household.registered_on:%d/%m/%Y}.", field="on"
        )
    # The open household's return is its last one: what was open before it stays as it was.
    back = household.reinstated_on
    if back is not None and on < back:
        raise DomainError(f"Le ménage a été réintégré le {back:%d/%m/%Y}.", field="on")
    return household


def _close(
    actor: Actor,
    household: Household,
    on: date,
    closing: Household.Closing,
    kind: LifeEvent.Kind,
    because: str,
) -> Household:
    household.closed_on, household.closed_because = on, closing
    household.struck_off_on = on if closing == Household.Closing.STRUCK_OFF else None
    household.reinstated_on = None
    household.save(update_fields=["closed_on", "closed_because", "struck_off_on", "reinstated_on"])
    is_struck_off = closing == Household.Closing.STRUCK_OFF
    end_card(household, CardEnd.STRUCK_OFF if is_struck_off else CardEnd.CLOSED)
    _tell(actor, household, kind, on, because, days=MOST_LEAVING_DAYS_BACK)
    return household
