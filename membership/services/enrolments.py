"""The enrolment of a household for a year: what it owes, signed, and undone while unpaid.

What is owed comes from the scale in force on the day and is kept on the row with the numbers
declared (docs/decisions/0004). A household is a renewal when it was insured the year before, here
or elsewhere in the network (rules/renewals); else it is new and owes the joining fee.
"""

from datetime import date

from django.db import transaction
from django.db.models import Sum

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.ownership import require_unit_open_on
from federations.services.periods import require_open_month
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Enrolment, Household, Payment, Promise
from membership.rules.sentences import francs
from membership.selectors.enrolling import (
    Enrolling,
    EnrolmentTerms,
    enrolling_of,
    enrolment_by_id,
    enrolment_terms,
    require_enrolment_day,
)
from membership.selectors.insured_years import later_renewal
from membership.services.backdating import require_day, trace_backdating
from membership.services.categories import require_category
from membership.services.following_year import retell_following_year
from membership.services.holding import hold_household, require_open


@transaction.atomic
def enrol(
    *,
    actor: Actor,
    household_id: int,
    year: int,
    enrolled_on: date,
    category: str | None = None,
    backdating_reason: str = "",
    key: str = "",
) -> Enrolment:
    """Enrol a household for a year, new or renewed; ``category`` None: the household's own.

    ``backdating_reason``: why it is dated further back than an agent may.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["enrol", household_id, year, enrolled_on, category, backdating_reason],
        create=lambda: _enrol(actor, household_id, year, enrolled_on, category, backdating_reason),
        find=lambda pk: enrolment_by_id(actor, int(pk)),
    )


def _enrol(
    actor: Actor,
    household_id: int,
    year: int,
    enrolled_on: date,
    category: str | None,
    backdating_reason: str,
) -> Enrolment:
    household = hold_household(actor, household_id, None)
    require_open(household)
    terms = enrolment_terms(actor.tenant_id, year)
    require_enrolment_day(terms, enrolled_on, today=clock.today(), actor=actor)
    require_unit_open_on(household.unit, enrolled_on, field="enrolled_on")
    require_open_month(
        tenant_id=actor.tenant_id,
        unit_id=household.unit_id,
        on_date=enrolled_on,
        field="enrolled_on",
    )
    require_day(actor, year, enrolled_on, backdating_reason, field="enrolled_on")
    if category is not None:
        require_category(actor, current=household.category, wanted=category)
        household.category = category
        household.save(update_fields=["category"])
    asked = enrolling_of(household, terms)
    _refuse_twice(household, year)
    row = enrolment_row(asked, terms, enrolled_on)
    row.save()
    retell_following_year(actor.tenant_id, year, [household.pk])
    trace_backdating(actor, row, enrolled_on, backdating_reason)
    return row


def _refuse_twice(household: Household, year: int) -> None:
    there = Enrolment.objects.filter(
        tenant_id=household.tenant_id, household=household, year_id=year, cancelled_on__isnull=True
    ).first()
    if there is not None:
        raise Conflict(
            f"Ce ménage est déjà inscrit pour {year}, depuis le {there.enrolled_on:%d/%m/%Y}.",
            field="year",
        )


def enrolment_row(asked: Enrolling, terms: EnrolmentTerms, enrolled_on: date) -> Enrolment:
    """Return the row of what is asked, not yet written."""
    household, due = asked.household, asked.due
    payer = terms.category_row(asked.category)
    return Enrolment(
        tenant_id=household.tenant_id,
        household=household,
        unit_id=household.unit_id,
        year_id=terms.year,
        colline_id=household.colline_id,
        enrolled_on=enrolled_on,
        is_renewal=asked.is_renewal,
        is_returning=asked.before is not None and not asked.is_renewal,
        is_same_unit=asked.is_same_unit,
        waits_until=asked.waits_until,
        head_sex=asked.head_sex,
        head_birth_year=asked.head_birth_year,
        males=asked.males,
        females=asked.females,
        category=asked.category,
        scale_id=terms.scale.row.pk,
        contribution_francs=due.contribution_francs,
        joining_fee_francs=due.joining_fee_francs,
        payer_francs=due.payer_francs,
        payer=payer.payer,
        payer_partner_id=payer.payer_partner_id,
    )


@transaction.atomic
def undo_enrolment(
    *, actor: Actor, enrolment_id: int, because: str, ends_on: date | None = None
) -> Enrolment:
    """Cancel an enrolment for which nothing is paid nor promised; the row stays, cancelled.

    ``ends_on``: the first day without it; None: today.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    found = enrolment_by_id(actor, enrolment_id)
    household = hold_household(actor, found.household_id, None)
    if household.closed_because == Household.Closing.TRANSFERRED:
        raise DomainError(
            "Ce ménage est passé à une autre fédération, qui continue ce qui fut signé ici : cette "
            "adhésion ne s’annule plus."
        )
    row = Enrolment.objects.select_for_update(of=("self",)).get(
        tenant_id=actor.tenant_id, pk=enrolment_id
    )
    if row.cancelled_on is not None:
        raise Conflict("Cette adhésion est déjà annulée.")
    reason = told_reason(because, most=200, missing="Dites pourquoi l’adhésion est annulée.")
    _require_nothing_paid(row)
    _require_no_renewal_of(row)
    today = clock.today()
    require_open_month(
        tenant_id=actor.tenant_id, unit_id=row.unit_id, on_date=today, field="because"
    )
    row.cancelled_on = max(ends_on or today, row.enrolled_on)
    row.cancelled_because = reason
    row.save(update_fields=["cancelled_on", "cancelled_because"])
    retell_following_year(actor.tenant_id, row.year_id, [household.pk])
    return row


def _require_no_renewal_of(row: Enrolment) -> None:
    later = later_renewal(row)
    if later is not None:
        raise DomainError(
            f"L’adhésion {later.year_id} est un renouvellement de celle-ci, sans droit d’adhésion "
            f"ni carence : annulez d’abord l’adhésion {later.year_id}."
        )


def _origin(row: Enrolment) -> str:
    return row.signed_at.short_name if row.signed_at else "une autre fédération"


def may_be_undone(row: Enrolment) -> bool:
    """Tell whether nothing was paid for an enrolment, nor is promised."""
    try:
        _require_nothing_paid(row)
    except DomainError:
        return False
    return True


def _require_nothing_paid(row: Enrolment) -> None:
    if row.paid_before_francs or row.payer_paid_before_francs:
        paid = francs(row.paid_before_francs + row.payer_paid_before_francs)
        raise DomainError(
            f"{paid} ont été payés pour cette adhésion à {_origin(row)}, avant l’arrivée du "
            "ménage : elle ne s’annule pas. Une erreur se règle entre les deux fédérations, ou "
            "avec CONAMUS."
        )
    if paid_for(row):
        raise DomainError(
            "De l’argent a été reçu pour cette adhésion : annulez d’abord les reçus par des "
            "contre-reçus."
        )
    promises = Promise.objects.filter(
        tenant_id=row.tenant_id, enrolment=row, withdrawn_on__isnull=True
    )
    if promises.exclude(state=Promise.State.REFUSED).exists():
        raise DomainError("Une promesse de paiement court : refusez-la d’abord.")


def paid_for(row: Enrolment) -> int:
    """Return what was received for an enrolment, counter-receipts taken off."""
    payments = Payment.objects.filter(tenant_id=row.tenant_id, enrolment=row)
    return payments.aggregate(paid=Sum("amount_francs"))["paid"] or 0
