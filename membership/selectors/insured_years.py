"""Which years' enrolments insured their household, so that a renewal may go on from them.

The facts of any number of enrolments are read in a few queries; rules/renewals says what they
mean. What was insured in another federation came along with the transfer, on the household.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from membership.models import (
    Enrolment,
    Household,
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
from membership.rules.renewals import was_insured
from membership.rules.rights import YearFacts
from membership.selectors.campaigns import campaign_of, terms_of


def insured_enrolments(tenant_id: int, rows: Sequence[Enrolment], *, on: date) -> set[int]:
    """Return the keys of the enrolments of the tenant that insured their household."""
    if not rows:
        return set()
    keys = [row.pk for row in rows]
    payments, promises = _payments(tenant_id, keys), _promises(tenant_id, keys)
    houses = _houses(tenant_id, {row.household_id for row in rows})
    years = _years(tenant_id, {row.year_id for row in rows})
    return {
        row.pk
        for row in rows
        if was_insured(
            YearFacts(
                starts_on=years[row.year_id][0],
                ends_on=years[row.year_id][1],
                terms=years[row.year_id][2],
                enrolment=_enrolment(row),
                payments=tuple(payments[row.pk]),
                promise=promises.get(row.pk),
            ),
            houses[row.household_id],
            on=on,
        )
    }


def later_renewal(row: Enrolment) -> Enrolment | None:
    """Return the household's renewal for the year after, which goes on from this enrolment."""
    return Enrolment.objects.filter(
        tenant_id=row.tenant_id,
        household_id=row.household_id,
        year_id=row.year_id + 1,
        is_renewal=True,
        cancelled_on__isnull=True,
    ).first()


def _enrolment(row: Enrolment) -> EnrolmentFacts:
    return EnrolmentFacts(
        enrolled_on=row.enrolled_on,
        is_renewal=row.is_renewal,
        due_francs=row.due_francs - row.payer_francs,
        cancelled_on=row.cancelled_on,
    )


def _payments(tenant_id: int, keys: list[int]) -> dict[int, list[PaymentFact]]:
    found: dict[int, list[PaymentFact]] = defaultdict(list)
    rows = Payment.objects.filter(
        tenant_id=tenant_id, enrolment_id__in=keys, payer=PayerKind.HOUSEHOLD
    ).order_by()
    for key, day, amount in rows.values_list("enrolment_id", "received_on", "amount_francs"):
        found[key].append(PaymentFact(received_on=day, amount_francs=amount))
    return found


def _promises(tenant_id: int, keys: list[int]) -> dict[int, PromiseFacts]:
    """The accepted promise of each: the one that runs, else the last that was taken back."""
    rows = list(
        Promise.objects.filter(
            tenant_id=tenant_id, enrolment_id__in=keys, state=Promise.State.ACCEPTED
        ).order_by("pk")
    )
    parts: dict[int, list[InstalmentFact]] = defaultdict(list)
    instalments = PromiseInstalment.objects.filter(
        tenant_id=tenant_id, promise_id__in=[row.pk for row in rows]
    ).order_by("due_on")
    for key, day, amount in instalments.values_list("promise_id", "due_on", "amount_francs"):
        parts[key].append(InstalmentFact(due_on=day, amount_francs=amount))
    rows.sort(key=lambda row: (row.withdrawn_on is None, row.pk))
    return {
        row.enrolment_id: PromiseFacts(
            accepted_on=row.answered_on,
            refused_on=row.withdrawn_on,
            instalments=tuple(parts[row.pk]),
        )
        for row in rows
    }


def _houses(tenant_id: int, keys: Iterable[int]) -> dict[int, HouseholdFacts]:
    rows = Household.objects.filter(tenant_id=tenant_id, pk__in=keys).order_by()
    return {
        key: HouseholdFacts(closed_on=None, struck_off_on=out, reinstated_on=back)
        for key, out, back in rows.values_list("pk", "struck_off_on", "reinstated_on")
    }


def _years(tenant_id: int, years: Iterable[int]) -> dict[int, tuple[date, date, Terms | None]]:
    found = {}
    for row in MutualistYear.objects.filter(pk__in=years):
        campaign = campaign_of(tenant_id, row.year)
        terms = None if campaign is None else terms_of(campaign, row)
        found[row.year] = (row.starts_on, row.ends_on, terms)
    return found
