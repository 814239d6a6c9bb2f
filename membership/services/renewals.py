"""Renewing a whole section: last year's households enrolled for the next, in a few statements.

The clerk chooses from last year's list; who cannot be renewed (no head, too many people,
closed meanwhile) is told with the cause and hinders nobody else. Asked twice, it enrols once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.periods import require_open_month
from federations.tenancy.actor import Actor
from membership.models import Backdating, Enrolment, Household
from membership.selectors.enrolling import (
    EnrolmentTerms,
    enrollings,
    enrolment_terms,
    require_enrolment_day,
)
from membership.services.backdating import backdating_rows, require_day
from membership.services.enrolments import enrolment_row
from membership.services.following_year import retell_following_year
from membership.services.holding import hold_households
from membership.services.households import require_insuring_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A household that was not renewed, and why."""

    household_id: int
    number: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """How the renewal of a section ended."""

    enrolled: int
    already: int
    due_francs: int
    refused: tuple[Refused, ...]


@transaction.atomic
def renew_households(
    *,
    actor: Actor,
    unit_id: int,
    year: int,
    household_ids: Collection[int],
    enrolled_on: date,
    backdating_reason: str = "",
) -> Renewal:
    """Enrol the chosen households of a unit for the year, all in one transaction."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if not household_ids:
        raise DomainError("Cochez au moins un ménage.", field="household_ids")
    unit = require_insuring_unit(actor, unit_id, enrolled_on)
    terms = enrolment_terms(actor.tenant_id, year)
    require_enrolment_day(terms, enrolled_on, today=clock.today(), actor=actor)
    require_open_month(
        tenant_id=actor.tenant_id, unit_id=unit.pk, on_date=enrolled_on, field="enrolled_on"
    )
    require_day(actor, year, enrolled_on, backdating_reason, field="enrolled_on")
    held = [row for row in hold_households(actor, household_ids) if row.unit_id == unit.pk]
    there = _enrolled_already(actor, held, year)
    wanted = [household for household in held if household.pk not in there]
    rows, refused = _rows(wanted, terms, enrolled_on)
    Enrolment.objects.bulk_create(rows, batch_size=1000)
    retell_following_year(actor.tenant_id, year, [row.household_id for row in rows])
    Backdating.objects.bulk_create(
        backdating_rows(actor, [(row, None) for row in rows], year, enrolled_on, backdating_reason)
    )
    _count_saving(actor, rows)
    return Renewal(
        enrolled=len(rows),
        already=len(there),
        due_francs=sum(row.due_francs for row in rows),
        refused=tuple(refused),
    )


def _enrolled_already(actor: Actor, held: list[Household], year: int) -> set[int]:
    found = Enrolment.objects.filter(
        tenant_id=actor.tenant_id,
        household__in=[household.pk for household in held],
        year_id=year,
        cancelled_on__isnull=True,
    )
    return set(found.values_list("household_id", flat=True))


def _rows(
    wanted: list[Household], terms: EnrolmentTerms, enrolled_on: date
) -> tuple[list[Enrolment], list[Refused]]:
    asked = enrollings(wanted, terms)
    rows: list[Enrolment] = []
    refused: list[Refused] = []
    for household in wanted:
        one = asked[household.pk]
        cause = one.message if isinstance(one, DomainError) else ""
        if household.closed_on is not None:
            cause = "ménage fermé"
        if cause or isinstance(one, DomainError):
            refused.append(Refused(household_id=household.pk, number=household.number, cause=cause))
        else:
            rows.append(enrolment_row(one, terms, enrolled_on))
    return rows, refused


def _count_saving(actor: Actor, rows: list[Enrolment]) -> None:
    """A page of one of these households that was open meanwhile is out of date."""
    keys = [row.household_id for row in rows]
    Household.objects.filter(tenant_id=actor.tenant_id, pk__in=keys).update(
        version=F("version") + 1
    )
