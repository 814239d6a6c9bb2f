"""Pages of a year's campaign: how far it is by section, its days, opening the next, targets."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from conamus.pages.years import collected_year, kept_year
from federations.rules.roles import Permission, is_permitted
from federations.selectors.tenants import is_confederation
from federations.views.versions import VersionedPage
from membership.forms.campaigns import CampaignForm, TargetsForm
from membership.models import Campaign, UnitTarget
from membership.rules.sentences import counted
from membership.selectors.campaigns import (
    campaign_of,
    last_year,
    own_campaign,
)
from membership.selectors.progress import (
    Progress,
    insuring_units,
    network_progress,
    progress_by_unit,
    target_of_all,
    total_progress,
)
from membership.selectors.targets import penetration, targets_of
from membership.services.campaigns import (
    CampaignPlan,
    campaign_version,
    open_year,
    plan_of,
    require_confederation,
    set_campaign,
    vars_of,
)
from membership.services.targets import TargetChange, set_targets, targets_version


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the progress table: a unit, or a federation for CONAMUS."""

    name: str
    progress: Progress
    target: int | None = None
    url: str = ""

    @property
    def penetration(self) -> Fraction | None:
        """Insured households over the target."""
        return penetration(self.progress.households, self.target)


def campaign_year(request: HttpRequest) -> int:
    """Return the year that the address or the frame names, else the one now collected for."""
    typed = request.GET.get("annee", "")
    if typed.isdecimal() and len(typed) == 4:
        return int(typed)
    today = clock.today()
    return kept_year(request) or collected_year(today) or today.year


def following_year() -> int:
    """Return the year that CONAMUS opens next."""
    last = last_year()
    return clock.today().year if last is None else last + 1


def plan_from(data: dict[str, Any]) -> CampaignPlan:
    """Return what was typed, for the services."""
    return CampaignPlan(**{name: data[name] for name in CampaignPlan.__dataclass_fields__})


def days_sentence(campaign: Campaign, today: date) -> str:
    """Say where the collection stands: « 15 jours restants »."""
    if today < campaign.opens_on:
        return f"La collecte s’ouvre le {format_date(campaign.opens_on)}."
    if today > campaign.closes_on:
        closed = f"La collecte est close depuis le {format_date(campaign.closes_on)}"
        if today > campaign.grace_until:
            return f"{closed}."
        grace = format_date(campaign.grace_until)
        return f"{closed} ; renouvellement sans carence jusqu’au {grace}."
    left = (campaign.closes_on - today).days + 1
    return f"{counted(left, 'jour')} avant la clôture, le {format_date(campaign.closes_on)}."


class CampaignPage(ActorPage):
    """The campaign of a year: a sentence, the progress by section, its days."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/campaign.html"

    @cached_property
    def year(self) -> int:
        """The year shown."""
        return campaign_year(self.request)

    def page(self) -> dict[str, Any]:
        """Return the progress and the days."""
        campaign = campaign_of(self.actor.tenant_id, self.year)
        context = {"title": f"Campagne {self.year}", "year": self.year, **self._actions(campaign)}
        if campaign is None:
            return {**context, "state": f"L’année mutualiste {self.year} n’est pas ouverte."}
        lines, target = self._lines()
        total = Line("Total", total_progress(line.progress for line in lines), target)
        newcomers = total.progress.new
        if self.is_confederation:
            # Who came from another federation is new there, and not in the network.
            newcomers -= total.progress.elsewhere
        return {
            **context,
            "state": f"{_progress_sentence(total.progress, self.year, newcomers)} "
            f"{days_sentence(campaign, clock.today())}",
            "campaign": campaign,
            "is_template": campaign.tenant_id != self.actor.tenant_id,
            "lines": lines,
            "total": total,
            "by_unit": not self.is_confederation,
            "facts": _facts(campaign),
        }

    def _actions(self, campaign: Campaign | None) -> dict[str, Any]:
        may = is_permitted(self.actor.role, Permission.MANAGE_CAMPAIGNS)
        return {
            "edit_url": reverse("campaign_edit") + f"?annee={self.year}"
            if may and campaign is not None
            else "",
            "targets_url": reverse("targets") + f"?annee={self.year}"
            if may and not self.is_confederation
            else "",
            "open_url": reverse("campaign_open") if may and self.is_confederation else "",
            "following": following_year(),
        }

    @cached_property
    def is_confederation(self) -> bool:
        """Whether the actor acts for CONAMUS."""
        return is_confederation(self.actor.tenant_id)

    def _lines(self) -> tuple[list[Line], int | None]:
        """The lines, and the target of all together."""
        if self.is_confederation:
            if not is_permitted(self.actor.role, Permission.SEE_NETWORK_FIGURES):
                return [], None
            network = network_progress(self.actor, self.year)
            lines = [Line(one.name, one.progress, one.target) for one in network]
            known = [line.target for line in lines if line.target is not None]
            return lines, sum(known) if known and len(known) == len(lines) else None
        rows = progress_by_unit(self.actor, self.year, on=clock.today())
        households = f"{reverse('households')}?annee={self.year}"
        lines = [
            Line(row.unit.name, row.progress, row.target, f"{households}&unit={row.unit.pk}")
            for row in rows
        ]
        return lines, target_of_all(rows)


def _progress_sentence(total: Progress, year: int, newcomers: int) -> str:
    if not total.households and not total.before:
        return f"Aucun ménage n’est encore inscrit pour {year}."
    renewed = f"{counted(total.renewed, 'ménage')} sur {format_integer(total.before)} de {year - 1}"
    plural = "s" if total.renewed > 1 else ""
    new = counted(newcomers, "nouveau", "nouveaux")
    return f"{renewed} réinscrit{plural}, {new}."


def _facts(campaign: Campaign) -> list[tuple[str, str]]:
    last = campaign.last_enrolment_on or campaign.year.ends_on - timedelta(days=1)
    return [
        ("Collecte", f"du {format_date(campaign.opens_on)} au {format_date(campaign.closes_on)}"),
        ("Renouvellement sans carence jusqu’au", format_date(campaign.grace_until)),
        ("Carence des nouveaux membres", counted(campaign.waiting_days_new, "jour")),
        ("Carence des renouvellements tardifs", counted(campaign.waiting_days_late, "jour")),
        ("Nouveau-né non déclaré couvert", counted(campaign.newborn_days, "jour")),
        ("Tolérance d’une promesse", counted(campaign.promise_tolerance_days, "jour")),
        (
            "La carence court",
            "du début de l’année au plus tôt"
            if campaign.waiting_from_year_start
            else "dès le paiement, même avant l’année",
        ),
        ("Carence à la réouverture des droits", counted(campaign.waiting_days_reopened, "jour")),
        ("Entrée antidatée comptée dans la carence", counted(campaign.entry_back_days, "jour")),
        ("Signature ou paiement antidaté par un agent", _back(campaign)),
        ("Dernière adhésion acceptée le", format_date(last)),
    ]


def _back(campaign: Campaign) -> str:
    return f"de {counted(campaign.backdating_days, 'jour')} au plus"


class CampaignFormPage(FormPage):
    """The days and terms of a year's campaign."""

    abstract = True
    permission = Permission.MANAGE_CAMPAIGNS
    form_class = CampaignForm

    @cached_property
    def year(self) -> int:
        """The year that it is of."""
        raise NotImplementedError

    def page(self) -> dict[str, Any]:
        """Say which year it is about."""
        return {"state": f"Année mutualiste {self.year}."}

    def done_url(self, made: Campaign) -> str:
        """Show the campaign."""
        return f"{reverse('campaign')}?annee={made.year_id}"

    def cancel_url(self) -> str:
        """Go back to the campaign."""
        return f"{reverse('campaign')}?annee={self.year}"


class CampaignEdit(VersionedPage, CampaignFormPage):
    """Set one's own days for a year: the template's at first."""

    title = "Jours et délais de la campagne"
    success_message = "La campagne est enregistrée."
    intro = (
        "Les droits de l’année sont calculés par ces jours : les changer en cours d’année change "
        "les dates d’ouverture de ceux qui ont déjà payé. L’historique garde ce qui valait avant."
    )

    @cached_property
    def year(self) -> int:
        """The year that is changed."""
        return campaign_year(self.request)

    def get_initial(self) -> dict[str, Any]:
        """Begin from the days in use: one's own, else CONAMUS's."""
        campaign = campaign_of(self.actor.tenant_id, self.year)
        if campaign is None:
            raise NotFound(f"CONAMUS n’a pas encore ouvert l’année {self.year}.")
        return {**vars_of(plan_of(campaign)), "version": self.version_of(campaign)}

    def version_of(self, thing: Campaign) -> str:
        """Return the version of a campaign's days and terms."""
        return campaign_version(thing)

    def change(self, data: dict[str, Any], version: str) -> Campaign:
        """Call the service."""
        return set_campaign(actor=self.actor, year=self.year, plan=plan_from(data), version=version)

    def facts_of(self, thing: Campaign) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [*_facts(thing)]


class CampaignOpen(CampaignFormPage):
    """Open the next mutualist year of the network, with the days of the last moved by a year."""

    title = "Ouvrir l’année mutualiste suivante"
    submit_label = "Ouvrir l’année"
    success_message = "L’année est ouverte : les fédérations peuvent l’adopter."
    intro = (
        "L’année s’ouvre pour tout le réseau, avec la campagne type de CONAMUS. Chaque fédération "
        "vit par elle jusqu’à ce qu’elle fixe ses propres jours."
    )

    @cached_property
    def year(self) -> int:
        """The year to open."""
        return following_year()

    def get_form(self, form_class: Any = None) -> Any:
        """Show a federation no form that it may not send."""
        require_confederation(self.actor)
        return super().get_form(form_class)

    def get_initial(self) -> dict[str, Any]:
        """Move the days of the last campaign by a year."""
        last = own_campaign(self.actor.tenant_id, self.year - 1)
        before = {} if last is None else vars_of(plan_of(last))
        return {name: _a_year_later(value) for name, value in before.items()}

    def save(self, data: dict[str, Any]) -> Campaign:
        """Call the service."""
        return open_year(
            actor=self.actor, year=self.year, plan=plan_from(data), key=data["submission_key"]
        )


def _a_year_later(value: Any) -> Any:
    """Move a day by a year; the 29th of February to the 28th."""
    if not isinstance(value, date):
        return value
    is_leap_day = (value.month, value.day) == (2, 29)
    return value.replace(year=value.year + 1, day=28 if is_leap_day else value.day)


class TargetsPage(VersionedPage):
    """The target of each unit in one table; the same sheet can be brought as a file."""

    permission = Permission.MANAGE_CAMPAIGNS
    form_class = TargetsForm
    template_name = "membership/targets.html"
    title = "Cibles des unités"
    submit_label = "Enregistrer les cibles"
    intro = (
        "Combien de ménages compte la population de chaque mutuelle ou section. La pénétration est "
        "le nombre de ménages assurés sur cette cible ; sans cible elle est « n.d. ». Après un "
        "redécoupage, les cibles des nouvelles unités remplacent celles des anciennes dès que "
        "chacune a la sienne."
    )

    @cached_property
    def year(self) -> int:
        """The year shown."""
        return campaign_year(self.request)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the units and the targets there are."""
        targets = targets_of(self.actor.tenant_id, self.year)
        units = insuring_units(self.actor, on=clock.today(), with_rows=frozenset(targets))
        initial: dict[str, Any] = {f"unit-{unit}": row.households for unit, row in targets.items()}
        sources = [row.source for row in targets.values() if row.source]
        initial |= {"source": sources[0] if sources else "", "version": self.version_of(targets)}
        return {**super().get_form_kwargs(), "units": units, "initial": initial}

    def version_of(self, thing: dict[int, UnitTarget]) -> str:
        """Return the version of the year's targets."""
        return targets_version(self.actor.tenant_id, self.year)

    def facts_of(self, thing: dict[int, UnitTarget]) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [
            (unit.name, format_integer(thing[unit.pk].households))
            for unit, _ in self.form.unit_fields()
            if unit.pk in thing
        ]

    def change(self, data: dict[str, Any], version: str) -> TargetChange:
        """Call the service."""
        prefix = "unit-"
        return set_targets(
            actor=self.actor,
            year=self.year,
            households={
                int(name.removeprefix(prefix)): count
                for name, count in data.items()
                if name.startswith(prefix)
            },
            source=data["source"],
            version=version,
        )

    def success_message_for(self, made: TargetChange) -> str:
        """Say how many changed."""
        return f"{counted(made.changed, 'cible')} enregistrée{'s' if made.changed > 1 else ''}."

    def done_url(self, made: TargetChange) -> str:
        """Show what the targets give."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the campaign."""
        return f"{reverse('campaign')}?annee={self.year}"

    def page(self) -> dict[str, Any]:
        """Say for which year, and where a file is brought."""
        may_import = is_permitted(self.actor.role, Permission.IMPORT_TAKE_ON)
        return {
            "state": f"Année mutualiste {self.year}.",
            "import_url": reverse("take_on_upload", args=["cibles"]) if may_import else "",
        }
