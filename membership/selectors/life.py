"""What a household's page tells: its years with what was paid, its events, what comes next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Max

from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.models import Enrolment, FormerNumber, Household, LifeEvent, Transfer
from membership.selectors.balances import with_paid
from membership.selectors.campaigns import campaigns_around, open_among
from membership.selectors.insured_years import insured_of, with_facts


class Step(StrEnum):
    """What a household waits for; one at a time, the most pressing."""

    NOTHING = "nothing"
    ENROL = "enrol"
    RENEW = "renew"
    COLLECT = "collect"
    REINSTATE = "reinstate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What comes next for a household, for which year, and the enrolment concerned."""

    step: Step
    year: int | None = None
    enrolment: Enrolment | None = None


def enrolments_with_paid(household: Household) -> list[Enrolment]:
    """Return the yearly enrolments, latest first: what was paid, what is left, what insured."""
    rows = Enrolment.objects.filter(tenant_id=household.tenant_id, household=household)
    related = rows.select_related("unit", "payer_partner", "signed_at")
    return list(with_facts(with_paid(related)).order_by("-year_id", "-pk"))


def events_of(household: Household) -> list[LifeEvent]:
    """Return what happened to the household, latest first."""
    rows = LifeEvent.objects.filter(tenant_id=household.tenant_id, household=household)
    return list(rows.order_by("-happened_on", "-pk"))


def last_moves(tenant_id: int, household_ids: Collection[int]) -> dict[int, date]:
    """Return since when each household that ever passed to another unit is in its own."""
    rows = LifeEvent.objects.filter(
        tenant_id=tenant_id, household_id__in=household_ids, kind=LifeEvent.Kind.MOVED
    )
    return dict(
        rows.order_by().values("household_id").annotate(last=Max("happened_on"))
        .values_list("household_id", "last")
    )  # fmt: skip


def former_numbers(household: Household) -> list[FormerNumber]:
    """Return the numbers that the household itself had before."""
    rows = FormerNumber.objects.filter(
        tenant_id=household.tenant_id, household=household, beneficiary__isnull=True
    )
    return list(rows.order_by("-replaced_on", "-pk"))


def pending_transfer(household: Household) -> Transfer | None:
    """Return the transfer of the household that waits for an answer."""
    rows = Transfer.objects.filter(
        tenant_id=household.tenant_id, household=household, state=Transfer.State.PROPOSED
    )
    return rows.select_related("destination").first()


def situation(
    actor: Actor, household: Household, enrolments: list[Enrolment], today: date
) -> Situation:
    """Return what comes next: to collect what is owed, else to enrol for the coming year."""
    if household.closed_on is not None:
        struck_off = household.closed_because == Household.Closing.STRUCK_OFF
        return Situation(step=Step.REINSTATE if struck_off else Step.NOTHING)
    running = [row for row in enrolments if row.cancelled_on is None]
    owing = [row for row in running if _left(row) > 0 and row.year_id >= today.year]
    may_be_late = is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP)
    campaigns = campaigns_around(actor.tenant_id, today)
    years = open_among(campaigns, today, with_late=may_be_late)
    missing = [year for year in years[:1] if year not in {row.year_id for row in running}]
    if missing and not owing:
        before = [row for row in running if row.year_id == missing[0] - 1]
        insured = insured_of(household.tenant_id, before, on=today, known=campaigns)
        had_before = bool(insured) or household.insured_until_year == missing[0] - 1
        return Situation(step=Step.RENEW if had_before else Step.ENROL, year=missing[0])
    if owing:
        return Situation(step=Step.COLLECT, year=owing[0].year_id, enrolment=owing[0])
    return Situation(step=Step.NOTHING)


def _left(row: Enrolment) -> int:
    left: int = getattr(row, "left_francs", 0)
    return left
