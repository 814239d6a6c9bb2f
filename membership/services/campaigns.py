"""Writes of campaigns: opening a mutualist year with its template, setting one's own days.

CONAMUS opens a year with its campaign, the template. A federation lives by the template until it
copies it, and may then set days of its own. A campaign is changed, not replaced: its history
keeps what it was; once its year is over it stays as it is, since rights were given by it.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotAllowed, NotFound
from conamus.kernel.periods import calendar_year
from federations.rules.roles import Permission
from federations.selectors.tenants import is_confederation
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.services.versions import ChangedMeanwhile, require_read, version_of
from federations.tenancy.actor import Actor
from membership.models import Campaign, MutualistYear
from membership.rules.backdating import USUAL_DAYS
from membership.selectors.campaigns import campaign_of, mutualist_year, own_campaign

#: A collection begins in the year before at the earliest (how-mutuelles-work, campaign).
MOST_DAYS = 366


#: What opens or refuses rights.
_TERMS = (
    "grace_until", "waiting_days_new", "waiting_days_late", "newborn_days",
    "promise_tolerance_days", "waiting_from_year_start", "waiting_days_reopened",
    "entry_back_days", "backdating_days",
)  # fmt: skip
#: Those of them that are a number of days.
_DAYS = (
    "waiting_days_new", "waiting_days_late", "newborn_days", "promise_tolerance_days",
    "waiting_days_reopened", "entry_back_days", "backdating_days",
)  # fmt: skip
#: A day, the one that it follows, and what is said otherwise.
_IN_ORDER = (
    ("closes_on", "opens_on", "La collecte se clôt après son ouverture."),
    ("grace_until", "closes_on", "Le délai de grâce finit après la clôture."),
)


class CampaignChanged(ChangedMeanwhile):
    """The campaign is not any more what its second writer has read."""

    thing = "cette campagne"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPlan:
    """The days and terms of a campaign."""

    opens_on: date
    closes_on: date
    grace_until: date
    waiting_days_new: int
    waiting_days_late: int
    newborn_days: int
    promise_tolerance_days: int
    waiting_from_year_start: bool = False
    waiting_days_reopened: int = 0
    entry_back_days: int = 0
    backdating_days: int = USUAL_DAYS
    last_enrolment_on: date | None = None


def plan_of(campaign: Campaign) -> CampaignPlan:
    """Return the days and terms of a campaign, to copy or to change."""
    names = CampaignPlan.__dataclass_fields__
    return CampaignPlan(**{name: getattr(campaign, name) for name in names})


@transaction.atomic
def open_year(*, actor: Actor, year: int, plan: CampaignPlan, key: str = "") -> Campaign:
    """Open the next mutualist year of the network, with its template campaign: CONAMUS alone."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    require_confederation(actor)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"open_year": year, "plan": vars_of(plan)},
        create=lambda: _open_year(actor, year, plan),
        find=lambda pk: Campaign.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


def _open_year(actor: Actor, year: int, plan: CampaignPlan) -> Campaign:
    if own_campaign(actor.tenant_id, year):
        raise Conflict(f"L’année mutualiste {year} est déjà ouverte.", field="year")
    last = MutualistYear.objects.order_by("-year").first()
    if last is not None and year > last.year + 1:
        raise DomainError(
            f"La dernière année ouverte est {last.year} : ouvrez d’abord {last.year + 1}.",
            field="year",
        )
    MutualistYear.objects.get_or_create(
        year=year,
        defaults={
            "starts_on": calendar_year(year).start,
            "ends_on": calendar_year(year + 1).start,
        },
    )
    return _save(Campaign(tenant_id=actor.tenant_id, year=mutualist_year(year)), plan)


@transaction.atomic
def set_campaign(*, actor: Actor, year: int, plan: CampaignPlan, version: str) -> Campaign:
    """Set the federation's own days for a year that CONAMUS has opened; again changes nothing.

    ``version`` is that of the campaign that was read: one's own, else the template.
    """
    require(actor, Permission.MANAGE_CAMPAIGNS)
    rows = Campaign.objects.select_for_update(of=("self",))
    row = rows.filter(tenant_id=actor.tenant_id, year_id=year).first()
    current = row or campaign_of(actor.tenant_id, year)
    if current is None:
        raise NotFound(f"CONAMUS n’a pas encore ouvert l’année {year}.", field="year")
    require_read(current, vars_of(plan), version=version, changed=CampaignChanged)
    _require_same_terms(current, plan)
    return _save(row or Campaign(tenant_id=actor.tenant_id, year=mutualist_year(year)), plan)


def _save(campaign: Campaign, plan: CampaignPlan) -> Campaign:
    gathering = Gathering()
    with gathering.part():
        _check(campaign.year, plan)
    for name, value in vars_of(plan).items():
        setattr(campaign, name, value)
    save_checked(campaign, conflict_field="opens_on", gathered=gathering)
    return campaign


def vars_of(plan: CampaignPlan) -> dict[str, date | int | None]:
    """Return the plan's values by name."""
    return {name: getattr(plan, name) for name in CampaignPlan.__dataclass_fields__}


def campaign_version(campaign: Campaign) -> str:
    """Return what tells these days and terms from others."""
    return version_of(campaign, CampaignPlan.__dataclass_fields__)


def _require_same_terms(current: Campaign, plan: CampaignPlan) -> None:
    """Refuse to change what open rights stand on: once the year has begun, its terms are kept."""
    if clock.today() < current.year.starts_on:
        return
    gathering = Gathering()
    for name in _TERMS:
        if getattr(current, name) != getattr(plan, name):
            gathering.found.append(
                DomainError(
                    f"L’année {current.year_id} a commencé : ce terme ne change plus, des droits "
                    "ont été ouverts ou refusés d’après lui.",
                    field=name,
                )
            )
    gathering.refuse()


def _check(year: MutualistYear, plan: CampaignPlan) -> None:
    """Refuse what the table does not: days far from the year, a year that is over."""
    gathering = Gathering()
    if clock.today() >= year.ends_on:
        gathering.found.append(
            DomainError(f"L’année {year.year} est finie : sa campagne ne change plus.")
        )
    if (year.starts_on - plan.opens_on).days > MOST_DAYS:
        gathering.found.append(
            DomainError(f"La collecte pour {year.year} s’ouvre en {year.year - 1} au plus tôt.",
                        field="opens_on")
        )  # fmt: skip
    for name in ("closes_on", "grace_until", "last_enrolment_on"):
        day = getattr(plan, name)
        if day is not None and day >= year.ends_on:
            gathering.found.append(
                DomainError(f"Ce jour vient après la fin de l’année {year.year}.", field=name)
            )
    if plan.last_enrolment_on is not None and plan.last_enrolment_on < plan.closes_on:
        gathering.found.append(
            DomainError("Les adhésions restent possibles jusqu’à la clôture de la collecte.",
                        field="last_enrolment_on")
        )  # fmt: skip
    _check_terms(plan, gathering)
    gathering.refuse()


def _check_terms(plan: CampaignPlan, gathering: Gathering) -> None:
    """Days in their order, and numbers of days within a year."""
    for name, earlier, said in _IN_ORDER:
        if getattr(plan, name) < getattr(plan, earlier):
            gathering.found.append(DomainError(said, field=name))
    for name in _DAYS:
        if not 0 <= getattr(plan, name) <= MOST_DAYS:
            gathering.found.append(
                DomainError(f"Un nombre de jours est entre 0 et {MOST_DAYS}.", field=name)
            )


def require_confederation(actor: Actor) -> None:
    """Raise NotAllowed unless the actor acts for CONAMUS, which alone opens years."""
    if not is_confederation(actor.tenant_id):
        raise NotAllowed("Les années mutualistes sont ouvertes par CONAMUS.")
