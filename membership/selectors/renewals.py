"""Last year's households that are not enrolled yet: what a section renews, and who is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from conamus.kernel.errors import DomainError
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Enrolment, Household
from membership.selectors.enrolling import Enrolling, EnrolmentTerms, enrollings
from membership.selectors.households import households


def not_renewed(actor: Actor, year: int) -> QuerySet[Household]:
    """Return the open households that were enrolled the year before and are not for the year."""
    return of_not_renewed(households(actor), actor=actor, year=year)


def of_not_renewed(rows: QuerySet[Household], *, actor: Actor, year: int) -> QuerySet[Household]:
    """Keep the open households that were enrolled the year before and are not for the year.

    Those too that were insured for it in another federation, and came from there since.
    """
    last_year = _enrolled(actor, year - 1) | Q(insured_until_year=year - 1)
    return rows.filter(last_year, ~_enrolled(actor, year), closed_on__isnull=True)


def _enrolled(actor: Actor, year: int) -> Exists:
    return Exists(
        Enrolment.objects.filter(
            tenant_id=actor.tenant_id,
            household=OuterRef("pk"),
            year_id=year,
            cancelled_on__isnull=True,
        )
    )


def with_head(actor: Actor, rows: QuerySet[Household]) -> QuerySet[Household]:
    """Add the head's name, and the telephone that reaches the household."""
    heads, name = _heads(actor), Concat("family_name", Value(" "), "given_name")
    return with_head_key(actor, rows).annotate(
        head_name=Subquery(heads.values_list(name)[:1]),
        head_phone=Subquery(heads.values("phone")[:1]),
    )


def with_head_key(actor: Actor, rows: QuerySet[Household]) -> QuerySet[Household]:
    """Add what puts households in the order of their heads' names."""
    return rows.annotate(head_key=Subquery(_heads(actor).values("sort_key")[:1]))


def _heads(actor: Actor) -> QuerySet[Beneficiary]:
    return Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("pk"),
        relationship=Beneficiary.Relationship.HEAD,
        left_on__isnull=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewable:
    """A household of last year's list: what its renewal comes to, or why it cannot be."""

    household: Household
    asked: Enrolling | None
    cause: str

    @property
    def told(self) -> str:
        """What changes, or why it cannot be."""
        return ", ".join(self.asked.changes) if self.asked else self.cause


def renewables(actor: Actor, unit_id: int, terms: EnrolmentTerms) -> Sequence[Renewable]:
    """Return a unit's list of last year, by the heads' names; a few queries in all."""
    rows = not_renewed(actor, terms.year).filter(unit_id=unit_id).select_related("colline")
    named: Any = with_head(actor, rows)
    listed = list(named.order_by("head_key", "number"))
    asked = enrollings(listed, terms)
    return [_renewable(household, asked[household.pk]) for household in listed]


def _renewable(household: Household, asked: Enrolling | DomainError) -> Renewable:
    if isinstance(asked, DomainError):
        return Renewable(household=household, asked=None, cause=asked.message)
    return Renewable(household=household, asked=asked, cause="")
