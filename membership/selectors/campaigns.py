"""Reads of campaigns: on which terms a federation collects for a year.

CONAMUS's campaign of a year is the network's template: a federation that has not copied it yet
lives by it, since the period and the rules of enrolment are the same for all (source: S19).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from conamus.kernel.errors import NotFound
from federations.selectors.tenants import OF_CONFEDERATION, own_or_networks
from membership.models import Campaign, ContributionScale, MutualistYear
from membership.rules.backdating import USUAL_DAYS, BackdatingTerms
from membership.rules.coverage import Terms


def campaign_of(tenant_id: int, year: int) -> Campaign | None:
    """Return the tenant's campaign for a year, else CONAMUS's; None: neither has one."""
    return campaigns_of(tenant_id, (year,)).get(year)


def campaigns_of(tenant_id: int, years: Iterable[int]) -> dict[int, Campaign]:
    """Return the campaign of each of some years that has one, as `campaign_of`; one query."""
    found = Campaign.objects.filter(own_or_networks(tenant_id), year_id__in=list(years))
    by_year: dict[int, Campaign] = {}
    for campaign in found.select_related("year", "tenant").order_by():
        if campaign.tenant_id == tenant_id or campaign.year_id not in by_year:
            by_year[campaign.year_id] = campaign
    return by_year


def campaigns_around(tenant_id: int, today: date) -> dict[int, Any]:
    """Return the campaigns of the coming year, this one and the last; one query.

    Each with ``has_scale``: whether a scale is in force, without which nobody enrols.
    """
    theirs = own_or_networks(tenant_id)
    in_force = ContributionScale.objects.filter(
        tenant_id=tenant_id, year_id=OuterRef("year_id"), state=ContributionScale.State.IN_FORCE
    )
    wanted = (*_years_around(today), today.year - 1)
    found = Campaign.objects.filter(theirs, year_id__in=wanted).annotate(has_scale=Exists(in_force))
    by_year: dict[int, Any] = {}
    for campaign in found.select_related("year", "tenant"):
        if campaign.tenant_id == tenant_id or campaign.year_id not in by_year:
            by_year[campaign.year_id] = campaign
    return by_year


def open_among(campaigns: Mapping[int, Any], today: date, *, with_late: bool) -> list[int]:
    """Return the years of `campaigns_around` that can be enrolled for, the coming one first."""
    return [
        year
        for year in _years_around(today)
        if year in campaigns
        and campaigns[year].has_scale
        and campaigns[year].opens_on <= today
        and (with_late or today <= last_day_of(campaigns[year]))
    ]


def _years_around(today: date) -> tuple[int, int]:
    return today.year + 1, today.year


def last_day_of(campaign: Campaign) -> date:
    """The last day on which an enrolment is accepted, of the campaign's year at the latest."""
    end = campaign.year.ends_on - timedelta(days=1)
    return min(campaign.last_enrolment_on or end, end)


def own_campaign(tenant_id: int, year: int) -> Campaign | None:
    """Return the tenant's own campaign for a year."""
    found = Campaign.objects.filter(tenant_id=tenant_id, year_id=year)
    return found.select_related("year", "tenant").first()


def campaigns(tenant_id: int) -> QuerySet[Campaign]:
    """Return the tenant's campaigns, the latest first."""
    found = Campaign.objects.filter(tenant_id=tenant_id)
    return found.select_related("year").order_by("-year_id")


def terms_of(campaign: Campaign, year_row: MutualistYear) -> Terms:
    """Return the terms on which rights of the year open, in the rules' shape."""
    return Terms(
        year=year_row.year,
        starts_on=year_row.starts_on,
        ends_on=year_row.ends_on,
        grace_until=campaign.grace_until,
        waiting_days_new=campaign.waiting_days_new,
        waiting_days_late=campaign.waiting_days_late,
        newborn_days=campaign.newborn_days,
        promise_tolerance_days=campaign.promise_tolerance_days,
        waiting_from_year_start=campaign.waiting_from_year_start,
        waiting_days_reopened=campaign.waiting_days_reopened,
        entry_back_days=campaign.entry_back_days,
    )


def backdating_terms(tenant_id: int, year: int) -> BackdatingTerms:
    """Return how far back operations of a year may be dated; without campaign, the usual days."""
    campaign = campaign_of(tenant_id, year)
    if campaign is None:
        return BackdatingTerms(days=USUAL_DAYS, grace_until=None)
    return backdating_terms_of(campaign)


def backdating_terms_of(campaign: Campaign) -> BackdatingTerms:
    """Return a campaign's terms on dating back, in the rules' shape."""
    return BackdatingTerms(days=campaign.backdating_days, grace_until=campaign.grace_until)


def last_year() -> int | None:
    """Return the latest year that CONAMUS has a campaign for; None: it has opened none yet."""
    found = Campaign.objects.filter(OF_CONFEDERATION)
    return found.order_by("-year_id").values_list("year_id", flat=True).first()


def mutualist_year(year: int) -> MutualistYear:
    """Return a mutualist year by its number."""
    found = MutualistYear.objects.filter(pk=year).first()
    if found is None:
        raise NotFound(f"L’année mutualiste {year} n’est pas ouverte.", field="year")
    return found
