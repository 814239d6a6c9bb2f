"""Who dies or leaves a household: its place goes to another, or the household closes."""

from datetime import date, timedelta

from django.db import transaction

from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.rules.households import MOST_LEAVING_DAYS_BACK
from membership.selectors.members import own_member
from membership.selectors.stays import other_stays
from membership.services.backdating import require_life_day, trace_life_backdating
from membership.services.card_ends import CardEnd, end_card
from membership.services.events import write_event
from membership.services.growth import take_back_supplements
from membership.services.guardians import Guardian
from membership.services.holding import (
    hold_household,
    hold_people,
    member_of,
    present_members,
    require_records_kept,
)
from membership.services.life_events.days import require_after, require_past
from membership.services.life_events.heads import take_the_head
from membership.services.people import save_person

_Kind = LifeEvent.Kind
_Leaving = Beneficiary.Leaving
_Relationship = Beneficiary.Relationship
#: What each leaving is in the timeline.
_TOLD = {
    _Leaving.DEATH: _Kind.DEATH,
    _Leaving.MARRIAGE: _Kind.MARRIAGE,
    _Leaving.DEPARTURE: _Kind.DEPARTURE,
    _Leaving.MISTAKE: _Kind.CORRECTED,
}


@transaction.atomic
def record_death(
    *,
    actor: Actor,
    person_id: int,
    died_on: date,
    new_head_id: int | None = None,
    guardian: Guardian | None = None,
    backdating_reason: str = "",
) -> Beneficiary:
    """Write a death; whoever was in the household that day was covered that day.

    When the head dies ``new_head_id`` takes the place: the others stay covered. Where only
    children are left, one of them does, and ``guardian`` answers for the household. Nobody is
    left to take it when the head was alone: the household is then closed.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household, person = _hold_person(actor, person_id)
    _require_lives_here(person, died_on)
    require_past(died_on, "died_on")
    require_after(died_on, person.birth_date, "la naissance", "died_on")
    require_after(died_on, person.joined_on, "l’entrée dans le ménage", "died_on")
    require_life_day(
        actor, died_on, backdating_reason, days=MOST_LEAVING_DAYS_BACK, field="died_on"
    )
    person.died_on = died_on
    return _leave(
        actor, household, person, died_on + timedelta(days=1), _Leaving.DEATH,
        happened_on=died_on, new_head_id=new_head_id, guardian=guardian,
        backdating_reason=backdating_reason,
    )  # fmt: skip


@transaction.atomic
def record_departure(
    *,
    actor: Actor,
    person_id: int,
    left_on: date,
    because: str,
    new_head_id: int | None = None,
    guardian: Guardian | None = None,
    note: str = "",
    backdating_reason: str = "",
) -> Beneficiary:
    """Write that somebody left: by marriage, otherwise, or was entered by mistake."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if because not in (_Leaving.MARRIAGE, _Leaving.DEPARTURE, _Leaving.MISTAKE):
        raise DomainError("Dites pourquoi la personne quitte le ménage.", field="because")
    household, person = _hold_person(actor, person_id)
    require_past(left_on, "left_on")
    require_after(left_on, person.joined_on, "l’entrée dans le ménage", "left_on")
    require_life_day(
        actor, left_on, backdating_reason, days=MOST_LEAVING_DAYS_BACK, field="left_on"
    )
    return _leave(
        actor, household, person, left_on, _Leaving(because),
        happened_on=left_on, new_head_id=new_head_id, guardian=guardian, note=note,
        backdating_reason=backdating_reason,
    )  # fmt: skip


def _hold_person(actor: Actor, person_id: int) -> tuple[Household, Beneficiary]:
    """Lock the person's household, then read the person in it."""
    household = hold_household(actor, own_member(actor, person_id).household_id, None)
    require_records_kept(household)
    person = member_of(household, person_id)
    if person.left_on is not None:
        raise DomainError(
            f"{person} n’est plus dans le ménage depuis le {person.left_on:%d/%m/%Y}."
        )
    if person.died_on is not None:
        raise DomainError(f"Le décès de {person}, le {person.died_on:%d/%m/%Y}, est déjà inscrit.")
    return household, person


def _require_lives_here(person: Beneficiary, on: date) -> None:
    """Who was struck off and has entered another household since dies there, and once only."""
    hold_people([person.person_id])
    for stay in other_stays([person.person_id], since=on):
        if stay.number == person.number:
            continue
        if stay.died_on is not None:
            raise DomainError(f"{person} : {stay.death}. Inscrivez ici son départ.")
        if stay.ended_on is None:
            raise DomainError(
                f"{person} est depuis dans un autre ménage, {stay.where} : inscrivez le décès là, "
                "et ici son départ."
            )


def _leave(
    actor: Actor,
    household: Household,
    person: Beneficiary,
    left_on: date,
    because: Beneficiary.Leaving,
    *,
    happened_on: date,
    new_head_id: int | None,
    guardian: Guardian | None,
    note: str = "",
    backdating_reason: str = "",
) -> Beneficiary:
    others = [one for one in present_members(household) if one.pk != person.pk]
    was_head = person.relationship == _Relationship.HEAD
    if was_head and others and new_head_id is None:
        raise DomainError(f"{person} est l’adhérent : choisissez qui le devient.", field="new_head")
    person.left_on, person.left_because = left_on, because
    save_person(person)
    if because == _Leaving.MISTAKE:
        take_back_supplements(actor, household, person)
    told = " : ".join(filter(None, (str(person), note.strip())))
    event = write_event(actor, household, _TOLD[because], happened_on, person=person, note=told)
    trace_life_backdating(actor, event, happened_on, backdating_reason, days=MOST_LEAVING_DAYS_BACK)
    if was_head and others:
        take_the_head(actor, household, new_head_id, happened_on, guardian)
    elif not others and household.closed_on is None:
        _close_empty(actor, household, left_on)
    return person


def _close_empty(actor: Actor, household: Household, day: date) -> None:
    """Nobody is left: the household closes, and says so."""
    household.closed_on, household.closed_because = day, Household.Closing.DEPARTED
    household.save(update_fields=["closed_on", "closed_because"])
    end_card(household, CardEnd.CLOSED)
    write_event(actor, household, _Kind.CLOSED, day, note="Plus personne dans le ménage.")
