"""Who is the head of a household: named anew, or taking the place of who died or left."""

from datetime import date

from django.db import transaction

from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.services.card_ends import CardEnd, end_card
from membership.services.events import write_event
from membership.services.guardians import Guardian, settle_guardian
from membership.services.holding import hold_household, member_of, require_open
from membership.services.life_events.days import require_after, require_past, require_recent_entry
from membership.services.people import save_person

_Relationship = Beneficiary.Relationship


def take_the_head(
    actor: Actor,
    household: Household,
    new_head_id: int | None,
    day: date,
    guardian: Guardian | None = None,
) -> None:
    """Make a member the head, in the place of who is none any more."""
    new = member_of(household, new_head_id or 0)
    _require_fit_head(new)
    settle_guardian(household, new, guardian, day)
    new.relationship = _Relationship.HEAD
    save_person(new)
    end_card(household, CardEnd.NEW_HEAD)
    told = f"{new}, mineur ; répond : {household.guardian_name}"
    note = told if household.guardian_name else str(new)
    write_event(actor, household, LifeEvent.Kind.NEW_HEAD, day, person=new, note=note)


def _require_fit_head(person: Beneficiary) -> None:
    if person.left_on is not None:
        raise DomainError(f"{person} n’est plus dans le ménage.", field="new_head")
    if person.relationship == _Relationship.HEAD:
        raise DomainError(f"{person} est déjà l’adhérent.", field="new_head")


@transaction.atomic
def name_new_head(
    *,
    actor: Actor,
    household_id: int,
    new_head_id: int,
    named_on: date,
    former_becomes: str,
    version: int | None = None,
) -> Household:
    """Make another member the head; the former one stays, as ``former_becomes``.

    Dated as an entry is: from the registration on, by a clerk within the last days.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household = hold_household(actor, household_id, version)
    require_open(household)
    require_past(named_on, "named_on")
    require_recent_entry(actor, household, named_on, what="La désignation", field="named_on")
    new = member_of(household, new_head_id)
    require_after(named_on, new.joined_on, f"l’entrée de {new} dans le ménage", "named_on")
    _require_fit_head(new)
    if former_becomes not in (_Relationship.SPOUSE, _Relationship.CHILD, _Relationship.OTHER):
        raise DomainError("Dites ce que devient l’ancien adhérent.", field="former_becomes")
    heads = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        household=household,
        relationship=_Relationship.HEAD,
        left_on__isnull=True,
    )
    for former in heads:
        former.relationship = former_becomes
        save_person(former)
    take_the_head(actor, household, new.pk, named_on)
    return household
