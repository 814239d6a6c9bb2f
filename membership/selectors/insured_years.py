"""Which years' enrolments insured their household, so that a renewal may go on from them.

The facts of any number of enrolments are read in a few queries; rules/renewals says what they
mean. What was insured in another federation came along with the transfer, on the household.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from membership.models import (
    Campaign,
    Enrolment,
    MutualistYear,
    PayerKind,
    Payment,
    Promise,
    PromiseInstalment,
)
from membership.rules.coverage import (
    EnrolmentFacts,
    HouseholdFacts,
    InstalmentFact,
    PaymentFact,
    PromiseFacts,
    Terms,
)
from membership.rules.renewals import waiting_left, was_insured
from membership.rules.rights import YearFacts
from membership.rules.transfers import Standing, standing_of
from membership.selectors.campaigns import campaigns_of, terms_of


def insured_enrolments(tenant_id: int, rows: Sequence[Enrolment], *, on: date) -> set[int]:
    """Return the keys of the enrolments of the tenant that insured their household."""
    if not rows:
        return set()
    found = Enrolment.objects.filter(tenant_id=tenant_id, pk__in=[row.pk for row in rows])
    return insured_of(tenant_id, list(with_facts(found.order_by())), on=on)


def with_facts(rows: QuerySet[Enrolment]) -> QuerySet[Any]:
    """Add to enrolments what tells whether they insured: payments, promise, household's days."""
    return rows.annotate(
        told_payments=ArraySubquery(_payments()),
        told_promise=Subquery(_promise()),
        struck_off_on=F("household__struck_off_on"),
        reinstated_on=F("household__reinstated_on"),
    )


def running_promise(row: Any) -> int | None:
    """Return the key of the accepted promise that runs, of an enrolment read `with_facts`."""
    told = row.told_promise
    return told["key"] if told and told["withdrawn"] is None else None


def insured_of(
    tenant_id: int, rows: Sequence[Any], *, on: date, known: Mapping[int, Campaign] | None = None
) -> set[int]:
    """Return the keys of those of some enrolments (`with_facts`) that insured their household.

    ``known``: campaigns that are read already, by their years.
    """
    years = _years(tenant_id, {row.year_id for row in rows}, known or {})
    return {row.pk for row in rows if was_insured(_year_facts(row, years), _household(row), on=on)}


def waiting_of(
    tenant_id: int, rows: Sequence[Any], *, on: date, known: Mapping[int, Campaign] | None = None
) -> dict[int, date]:
    """Return when the waiting ends of those of some enrolments (`with_facts`) that it outlasts.

    By the enrolments' keys; ``known`` as above.
    """
    years = _years(tenant_id, {row.year_id for row in rows}, known or {})
    ends = {row.pk: waiting_left(_year_facts(row, years), _household(row), on=on) for row in rows}
    return {key: end for key, end in ends.items() if end is not None}


def standing_as_it_leaves(row: Enrolment, *, on: date) -> Standing:
    """Return how an enrolment stands on the day on which its household goes elsewhere."""
    found = with_facts(Enrolment.objects.filter(tenant_id=row.tenant_id, pk=row.pk)).get()
    years = _years(row.tenant_id, {row.year_id}, {})
    return standing_of(_year_facts(found, years), _household(found), on=on)


def _year_facts(row: Any, years: dict[int, tuple[date, date, Terms | None]]) -> YearFacts:
    starts_on, ends_on, terms = years[row.year_id]
    return YearFacts(
        starts_on=starts_on,
        ends_on=ends_on,
        terms=terms,
        enrolment=_enrolment(row),
        payments=tuple(
            PaymentFact(received_on=_day(one["on"]), amount_francs=one["francs"])
            for one in row.told_payments
        ),
        promise=_promise_facts(row.told_promise),
    )


def _household(row: Any) -> HouseholdFacts:
    return HouseholdFacts(
        closed_on=None, struck_off_on=row.struck_off_on, reinstated_on=row.reinstated_on
    )


def later_renewal(row: Enrolment) -> Enrolment | None:
    """Return the household's renewal for the year after, which goes on from this enrolment."""
    return _year_after(row).filter(is_renewal=True).first()


def later_first(row: Enrolment) -> Enrolment | None:
    """Return what the household signed for the year after as if this one had insured nobody."""
    return _year_after(row).filter(is_renewal=False).first()


def _year_after(row: Enrolment) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(
        tenant_id=row.tenant_id,
        household_id=row.household_id,
        year_id=row.year_id + 1,
        cancelled_on__isnull=True,
    )


def _enrolment(row: Enrolment) -> EnrolmentFacts:
    return EnrolmentFacts(
        enrolled_on=row.enrolled_on,
        is_renewal=row.is_renewal,
        due_francs=row.due_francs - row.payer_francs,
        cancelled_on=row.cancelled_on,
        waits_until=row.waits_until,
        opens_on=row.opens_on,
    )


def _payments() -> QuerySet[Any]:
    """What the household itself paid for an outer enrolment."""
    rows = Payment.objects.filter(
        tenant_id=OuterRef("tenant_id"), enrolment=OuterRef("pk"), payer=PayerKind.HOUSEHOLD
    )
    return rows.order_by().values(told=JSONObject(on="received_on", francs="amount_francs"))


def _promise() -> QuerySet[Any]:
    """An outer enrolment's accepted promise: the one that runs, else the last taken back."""
    rows = Promise.objects.filter(
        tenant_id=OuterRef("tenant_id"), enrolment=OuterRef("pk"), state=Promise.State.ACCEPTED
    )
    instalments = PromiseInstalment.objects.filter(
        tenant_id=OuterRef("tenant_id"), promise=OuterRef("pk")
    ).order_by("due_on")
    told = JSONObject(
        key="pk",
        accepted="answered_on",
        withdrawn="withdrawn_on",
        instalments=ArraySubquery(
            instalments.values(told=JSONObject(on="due_on", francs="amount_francs"))
        ),
    )
    running_first = Case(When(withdrawn_on__isnull=True, then=0), default=1)
    return rows.order_by(running_first, "-pk").values(told=told)[:1]


def _promise_facts(told: dict[str, Any] | None) -> PromiseFacts | None:
    if told is None:
        return None
    return PromiseFacts(
        accepted_on=_day_or_none(told["accepted"]),
        refused_on=_day_or_none(told["withdrawn"]),
        instalments=tuple(
            InstalmentFact(due_on=_day(one["on"]), amount_francs=one["francs"])
            for one in told["instalments"]
        ),
    )


def _day(told: str) -> date:
    return date.fromisoformat(told)


def _day_or_none(told: str | None) -> date | None:
    return None if told is None else _day(told)


def _years(
    tenant_id: int, years: set[int], known: Mapping[int, Campaign]
) -> dict[int, tuple[date, date, Terms | None]]:
    campaigns = {year: known[year] for year in years if year in known}
    if unknown := years - set(campaigns):
        campaigns |= campaigns_of(tenant_id, unknown)
    rows = {year: campaign.year for year, campaign in campaigns.items()}
    if without := years - set(campaigns):
        rows |= MutualistYear.objects.in_bulk(without)
    return {
        year: (
            row.starts_on,
            row.ends_on,
            terms_of(campaigns[year], row) if year in campaigns else None,
        )
        for year, row in rows.items()
    }
