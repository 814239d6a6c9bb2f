"""Reads of what a household's growth has cost, and of the scale's limit that it may pass."""

from collections.abc import Iterable
from typing import Any

from conamus import clock
from membership.models import (
    Beneficiary,
    ContributionScale,
    EnrolmentSupplement,
    Household,
)
from membership.rules.sentences import francs


def supplement_sentence(lines: Iterable[EnrolmentSupplement]) -> str:
    """Say what a person who joined has added, year by year; empty where nothing was asked."""
    told = [
        f"{francs(line.contribution_francs)} de plus pour {line.enrolment.year_id}"
        for line in lines
        if line.contribution_francs
    ]
    return f"Supplément dû : {', '.join(told)} ; ses droits suivent le paiement." if told else ""


def supplements_for(person: Beneficiary) -> list[EnrolmentSupplement]:
    """Return the lines that a person's arrival has added."""
    rows = EnrolmentSupplement.objects.filter(
        tenant_id=person.tenant_id, beneficiary=person, reverses__isnull=True
    )
    return list(rows.select_related("enrolment").order_by("pk"))


def household_supplements(
    household: Household, enrolments: Iterable[Any]
) -> list[EnrolmentSupplement]:
    """Return the lines that the household's enrolments (with balances) have grown by, in order."""
    if not any(one.supplement_francs for one in enrolments):
        return []
    rows = EnrolmentSupplement.objects.filter(
        tenant_id=household.tenant_id, enrolment__household=household
    )
    return list(rows.select_related("enrolment", "beneficiary").order_by("pk"))


def asks_for_growth(tenant_id: int) -> bool:
    """Tell whether a scale of the tenant asks anything before the renewal."""
    asking = ContributionScale.objects.filter(tenant_id=tenant_id)
    return asking.exclude(growth=ContributionScale.Growth.RENEWAL).exists()


def limit_passed(household: Household) -> int | None:
    """Return the scale's limit of people when the household is over it; None: it is not."""
    year = clock.today().year
    rows = ContributionScale.objects.filter(
        tenant_id=household.tenant_id, state=ContributionScale.State.IN_FORCE, year_id=year
    )
    most = rows.values_list("most_people", flat=True).first()
    return most if most is not None and _present(household) > most else None


def _present(household: Household) -> int:
    return Beneficiary.objects.filter(
        tenant_id=household.tenant_id, household=household, left_on__isnull=True
    ).count()
