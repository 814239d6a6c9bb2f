"""Pages of households: the lists, and one household with all that is known of it."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from conamus import clock
from conamus.kernel.figures import format_integer
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from conamus.pages.years import asked_year, chosen_year
from federations.rules.roles import Permission, is_permitted
from membership.filters.households import HouseholdFilter, NotRenewedFilter
from membership.models import Household
from membership.rules.sentences import counted
from membership.selectors import households as selectors
from membership.selectors.cards import latest_card
from membership.selectors.enrolling import open_years
from membership.selectors.growth import household_supplements
from membership.selectors.life import (
    Situation,
    Step,
    enrolments_with_paid,
    events_of,
    former_numbers,
    pending_transfer,
    situation,
)
from membership.selectors.papers import certified_years
from membership.selectors.renewals import not_renewed, with_head, with_head_key
from membership.selectors.rights import coverage_of_household
from membership.selectors.settled_years import told_on_household
from membership.tables.households import HouseholdTable, NotRenewedTable
from membership.views.household_parts import (
    STEP_PERMISSIONS,
    deeds,
    household_facts,
    household_state,
    told,
)


class HouseholdList(ListPage):
    """The households of the tenant, or of the actor's units."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/households.html"
    title = "Ménages"
    table_class = HouseholdTable
    filter_class = HouseholdFilter
    focuses_search = True
    empty_text = (
        "Aucun ménage n’est encore inscrit dans vos unités : inscrivez le premier, ou importez un "
        "fichier."
    )
    add_url_name = "household_add"
    add_label = "Inscrire un ménage"
    add_permission = Permission.ENROL_HOUSEHOLDS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead straight to the household whose very number is all that was asked."""
        if list(request.GET) == ["q"] and "HX-Request" not in request.headers:
            found = selectors.household_numbered(self.actor, request.GET["q"])
            if found is not None:
                return HttpResponseRedirect(next_step_url(found))
        return super().get(request, *args, **kwargs)

    def rows(self) -> QuerySet[Household]:
        """Return the households in the actor's sight."""
        return selectors.households(self.actor)

    def shown(self, rows: QuerySet[Household]) -> QuerySet[Household]:
        """Add head, members and whether enrolled for the year."""
        return selectors.listed(rows, actor=self.actor, year=asked_year(self.request))

    def state(self, count: int) -> str:
        """Say how many are shown, and for which year enrolment is told."""
        plural = "s" if count > 1 else ""
        year = asked_year(self.request)
        return f"{format_integer(count)} ménage{plural} ; adhésion montrée pour l’année {year}."


class NotRenewedList(ListPage):
    """Last year's households that are not enrolled for the year: to visit, print, export."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/not_renewed.html"
    title = "Ménages non renouvelés"
    table_class = NotRenewedTable
    filter_class = NotRenewedFilter

    @cached_property
    def year(self) -> int:
        """The year whose campaign is open, else the one in use."""
        years = open_years(self.actor.tenant_id, clock.today())
        return years[0] if years else chosen_year(self.request)

    def rows(self) -> QuerySet[Household]:
        """Return the households that are missing."""
        return with_head_key(self.actor, not_renewed(self.actor, self.year))

    def shown(self, rows: QuerySet[Household]) -> QuerySet[Household]:
        """Add unit, colline, the head's name and a telephone."""
        return with_head(self.actor, rows.select_related("unit", "colline__parent"))

    def state(self, count: int) -> str:
        """Say how many, and of which year."""
        told = counted(count, "ménage")
        return f"{told} de {self.year - 1} pas encore inscrits pour {self.year}." if count else ""

    def empty_sentence(self) -> str:
        """Nobody is missing."""
        return f"Tous les ménages de {self.year - 1} sont inscrits pour {self.year}."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer to renew to those who may."""
        may = is_permitted(self.actor.role, Permission.ENROL_HOUSEHOLDS)
        return super().get_context_data(may_renew=may, **kwargs)


def next_step_url(household_id: int) -> str:
    """Return a household's page, the keyboard at what comes next: for who knows the number."""
    return f"{reverse('household_detail', args=[household_id])}#suite"


class HouseholdDetail(ActorPage):
    """One household: what it waits for, its members and their rights, its years, its life."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/household_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the household."""
        household = selectors.household_by_id(self.actor, self.kwargs["pk"])
        today = clock.today()
        years = enrolments_with_paid(household)
        people = coverage_of_household(household.pk, today)
        next_step = situation(self.actor, household, years, today)
        pending = pending_transfer(household)
        card = latest_card(self.actor, household.pk)
        return {
            "household": household,
            "title": f"Ménage {household.number}",
            "state": household_state(household, people, years, chosen_year(self.request)),
            "pending": pending,
            "card": card,
            "card_fault": card.fault(today) if card else "",
            "may_issue": is_permitted(self.actor.role, Permission.ISSUE_CARDS),
            "may_collect": is_permitted(self.actor.role, Permission.COLLECT_CONTRIBUTIONS),
            "sees_money": is_permitted(self.actor.role, Permission.SEE_CONTRIBUTIONS),
            "main": self._main_action(household, next_step),
            "facts": household_facts(household, former_numbers(household)),
            "people": people,
            "enrolments": years,
            "stays_first": told_on_household(self.actor.tenant_id, years, today),
            "certified_years": certified_years(household, years),
            "supplements": household_supplements(household, years),
            "moments": [(event.happened_on, told(event), "") for event in events_of(household)],
            "deeds": deeds(household, self.actor, next_step),
            "may_enrol": is_permitted(self.actor.role, Permission.ENROL_HOUSEHOLDS),
            "history_url": self._history_url(household),
        }

    def _main_action(self, household: Household, step: Situation) -> tuple[str, str] | None:
        """The one thing that comes next, for who may do it: its address and its words."""
        needed = STEP_PERMISSIONS.get(step.step)
        if needed is None or not is_permitted(self.actor.role, needed):
            return None
        if step.step is Step.COLLECT and step.enrolment is not None:
            return reverse("payment_add", args=[step.enrolment.pk]), "Encaisser"
        if step.step is Step.REINSTATE:
            return reverse("household_reinstate", args=[household.pk]), "Réintégrer"
        verb = "Renouveler" if step.step is Step.RENEW else "Inscrire"
        address = reverse("household_enrol", args=[household.pk, step.year])
        return address, f"{verb} pour {step.year}"

    def _history_url(self, household: Household) -> str:
        if not is_permitted(self.actor.role, Permission.SEE_HISTORY):
            return ""
        asked = {"table": "membership_household", "row": str(household.pk)}
        return f"{reverse('history')}?{urlencode(asked)}"
