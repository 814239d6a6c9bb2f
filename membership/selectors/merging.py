"""Reads of two records before they are made one: how alike they are, their rights and dues."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from conamus.kernel.errors import NotFound
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Enrolment, FormerNumber, Household
from membership.rules.identity import Match, Person, compare
from membership.rules.rights import coverage_on
from membership.rules.sentences import francs
from membership.selectors.balances import with_paid
from membership.selectors.enrolling import enrolments_in_sight
from membership.selectors.households import households
from membership.selectors.members import people_seen
from membership.selectors.rights import own_people


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


def rights_told(tenant_id: int, records: Iterable[int], *, on: date) -> dict[int, str]:
    """Return, by record, whether its rights are open on a day, and why."""
    found = own_people(tenant_id, records, on)
    return {one.beneficiary_id: coverage_on(one.facts, on).sentence for one in found}


def enrolled_duplicates(actor: Actor, *, since: int) -> QuerySet[Enrolment]:
    """Return the running enrolments of households closed as duplicates, with their sums.

    ``kept_number``: of the household that is kept.
    """
    rows = enrolments_in_sight(actor).filter(
        household__closed_because=Household.Closing.MERGED,
        year_id__gte=since,
        cancelled_on__isnull=True,
    )
    leads = FormerNumber.objects.filter(
        tenant_id=OuterRef("tenant_id"), number=OuterRef("household__number"), beneficiary=None
    )
    kept = Subquery(leads.values("household__number")[:1])
    found = with_paid(rows.select_related("household__unit")).annotate(kept_number=kept)
    return found.order_by("household__number", "-year_id")


def kept_household(actor: Actor, household_id: int) -> Household:
    """Return where the number of a household closed as a duplicate leads; NotFound otherwise."""
    closed = households(actor).filter(closed_because=Household.Closing.MERGED)
    seen = set()
    found = closed.filter(pk=household_id).first()
    while found is not None and found.closed_because == Household.Closing.MERGED:
        seen.add(found.pk)
        leads = FormerNumber.objects.filter(
            tenant_id=actor.tenant_id, number=found.number, beneficiary=None
        )
        # Who was kept may have turned out to be a duplicate as well.
        later = households(actor).filter(pk__in=leads.values("household"))
        found = later.exclude(pk__in=seen).first()
    if found is None:
        raise NotFound("Ce doublon n’existe pas, ou le ménage gardé n’est pas de votre unité.")
    return found


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
