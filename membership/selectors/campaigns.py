"""Reads of campaigns: on which terms a federation collects for a year, and how far it is.

CONAMUS's campaign of a year is the network's template: a federation that has not copied it yet
lives by it, since the period and the rules of enrolment are the same for all (source: S19).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.db.models import Count, Q, QuerySet

from conamus.kernel.errors import NotFound
from federations.models import Federation, Unit
from federations.selectors.reach import units_in_reach
from federations.selectors.tenants import OF_CONFEDERATION, own_or_networks
from federations.selectors.units import open_on
from federations.tenancy.actor import Actor
from membership.models import Campaign, Enrolment, MutualistYear, UnitTarget
from membership.rules.backdating import USUAL_DAYS, BackdatingTerms
from membership.rules.coverage import Terms
from membership.selectors.insured import network_insured


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


def collecting_year(day: date) -> int | None:
    """Return the latest year whose collection has begun on a day, by CONAMUS's template."""
    begun = Campaign.objects.filter(OF_CONFEDERATION, opens_on__lte=day)
    return begun.order_by("-year_id").values_list("year_id", flat=True).first()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """How far a campaign is in a unit (None: in a whole): renewed, new, those of last year."""

    unit: Unit | None
    renewed: int
    new: int
    before: int
    target: int | None

    @property
    def households(self) -> int:
        """Households enrolled for the year."""
        return self.renewed + self.new

    @property
    def left(self) -> int:
        """Households of the year before that have not renewed, here or elsewhere."""
        return max(0, self.before - self.renewed)


def progress_by_unit(actor: Actor, year: int, *, on: date) -> list[UnitProgress]:
    """Return the progress of each insuring unit in the actor's sight, in three queries."""
    counted = _counts(actor, year)
    nothing = _Counted(renewed=0, new=0, before=0)
    targets = dict(
        UnitTarget.objects.filter(tenant_id=actor.tenant_id, year_id=year).values_list(
            "unit_id", "households"
        )
    )
    return [
        UnitProgress(unit=unit, target=targets.get(unit.pk), **counted.get(unit.pk, nothing))
        for unit in insuring_units(actor, on=on, with_rows=frozenset(counted))
    ]


class _Counted(TypedDict):
    renewed: int
    new: int
    before: int


def _counts(actor: Actor, year: int) -> dict[int, _Counted]:
    enrolled = Enrolment.objects.filter(
        tenant_id=actor.tenant_id, year_id__in=(year - 1, year), cancelled_on__isnull=True
    )
    rows = (
        enrolled.order_by()
        .values("unit_id")
        .annotate(
            renewed=Count("id", filter=Q(year_id=year, is_renewal=True)),
            new=Count("id", filter=Q(year_id=year, is_renewal=False)),
            before=Count("id", filter=Q(year_id=year - 1)),
        )
    )
    return {row["unit_id"]: _counted(row) for row in rows}


def _counted(row: Mapping[str, Any]) -> _Counted:
    return _Counted(renewed=row["renewed"], new=row["new"], before=row["before"])


def insuring_units(
    actor: Actor, *, on: date, with_rows: frozenset[int] = frozenset()
) -> list[Unit]:
    """Return the insuring units in sight that are open, or hold some of the rows counted."""
    there = open_on(on) | Q(pk__in=with_rows)
    found = units_in_reach(actor).filter(there, kind__in=Unit.INSURING)
    return list(found.order_by("sort_key"))


def network_progress(year: int) -> list[tuple[str, UnitProgress]]:
    """Return each federation's name and progress: for the confederation, in two queries."""
    counted: dict[int, _Counted] = {}
    for count in network_insured(year - 1, year):
        sums = counted.setdefault(count.tenant_id, _Counted(renewed=0, new=0, before=0))
        households = count.households or 0
        if count.year == year:
            sums["renewed"] += count.renewals or 0
            sums["new"] += households - (count.renewals or 0)
        else:
            sums["before"] += households
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION)
    nothing = _Counted(renewed=0, new=0, before=0)
    return [
        (each.name, UnitProgress(unit=None, target=None, **counted.get(each.pk, nothing)))
        for each in federations.order_by("sort_key")
    ]
