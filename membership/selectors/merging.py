"""Reads of two records before they are made one: how alike they are, and who is a stranger."""

from django.db.models import QuerySet

from federations.tenancy.actor import Actor
from membership.models import Beneficiary
from membership.rules.identity import Match, Person, compare
from membership.selectors.members import people_seen


def people_to_merge(actor: Actor, number: str) -> QuerySet[Beneficiary]:
    """Return the person of a number in the actor's sight, with what a comparison shows."""
    found = people_seen(actor).filter(number=number.strip().upper())
    return found.select_related("household__unit", "household__colline")


def likeness(one: Beneficiary, other: Beneficiary) -> Match:
    """Return what the identity rules say of two records."""
    return compare(as_compared(one), as_compared(other))


def as_compared(person: Beneficiary) -> Person:
    """Return a record as the identity rules take it."""
    household = person.household
    return Person(
        key=person.pk,
        family_name=person.family_name,
        given_name=person.given_name,
        sex=person.sex,
        birth_date=person.birth_date,
        is_birth_estimated=person.is_birth_estimated,
        place=household.colline_id,
        area=household.unit_id,
        phone=person.phone,
        paper=person.identity_paper,
        household=person.household_id,
    )
