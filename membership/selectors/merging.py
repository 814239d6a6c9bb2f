"""Reads of two records before they are made one: how alike they are, what their homes owe."""

from typing import Any

from django.db.models import QuerySet

from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Enrolment, Household
from membership.rules.identity import Match, Person, compare
from membership.rules.sentences import francs
from membership.selectors.balances import with_paid
from membership.selectors.members import people_seen


def people_to_merge(actor: Actor, number: str) -> QuerySet[Beneficiary]:
    """Return the person of a number in the actor's sight, with what a comparison shows."""
    found = people_seen(actor).filter(number=number.strip().upper())
    return found.select_related("household__unit", "household__colline")


def likeness(one: Beneficiary, other: Beneficiary) -> Match:
    """Return what the identity rules say of two records."""
    return compare(as_compared(one), as_compared(other))


def running_enrolments(household: Household, *, since: int) -> list[Any]:
    """Return a household's running enrolments from a year on, with their sums, latest first."""
    rows = Enrolment.objects.filter(
        tenant_id=household.tenant_id,
        household=household,
        year_id__gte=since,
        cancelled_on__isnull=True,
    )
    return list(with_paid(rows).order_by("-year_id"))


def dues_told(household: Household, *, since: int) -> str:
    """Return what a household owes and has paid for a year and later, in words."""
    told = [
        f"{row.year_id} : {francs(row.owed_francs)} dus, {francs(row.paid_francs)} payés"
        for row in running_enrolments(household, since=since)
    ]
    return " ; ".join(told) or f"non inscrit pour {since}"


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
