"""Pages of households: the list and one household, to read."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from conamus.kernel.figures import format_date, format_integer
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from conamus.pages.years import chosen_year
from federations.rules.roles import Permission, is_permitted
from membership.filters.households import HouseholdFilter
from membership.models import Household
from membership.selectors import households as selectors
from membership.tables.households import HouseholdTable


class HouseholdList(ListPage):
    """The households of the tenant, or of the actor's units."""

    permission = Permission.SEE_HOUSEHOLDS
    title = "Ménages"
    table_class = HouseholdTable
    filter_class = HouseholdFilter
    empty_text = (
        "Aucun ménage n’est inscrit dans vos unités. Les ménages arrivent avec les données de "
        "départ de la fédération."
    )

    def rows(self) -> QuerySet[Household]:
        """Return the households in the actor's sight."""
        year = chosen_year(self.request)
        return selectors.listed(selectors.households(self.actor), actor=self.actor, year=year)

    def state(self, count: int) -> str:
        """Say how many are shown, and for which year enrolment is told."""
        plural = "s" if count > 1 else ""
        year = chosen_year(self.request)
        return f"{format_integer(count)} ménage{plural} ; adhésion montrée pour l’année {year}."


class HouseholdDetail(ActorPage):
    """One household: its members and its yearly enrolments."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/household_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the household."""
        household = selectors.household_by_id(self.actor, self.kwargs["pk"])
        people = selectors.members(household)
        enrolments = selectors.enrolments(household)
        year = chosen_year(self.request)
        return {
            "household": household,
            "title": f"Ménage {household.number}",
            "year": str(year),
            "is_enrolled": any(one.year_id == year for one in enrolments),
            "facts": _facts(household),
            "people": people,
            "present": sum(person.left_on is None for person in people),
            "enrolments": enrolments,
            "history_url": self._history_url(household),
        }

    def _history_url(self, household: Household) -> str:
        if not is_permitted(self.actor.role, Permission.SEE_HISTORY):
            return ""
        asked = {"table": "membership_household", "row": str(household.pk)}
        return f"{reverse('history')}?{urlencode(asked)}"


def _facts(household: Household) -> list[tuple[str, Any]]:
    centre = household.unit.management_centre
    colline = household.colline
    zone, former = colline.parent, colline.former_commune
    commune = zone.parent if zone else None
    return [
        ("Unité", household.unit.name),
        ("Centre de gestion", centre.name if centre else None),
        ("Colline", f"{colline}, zone {zone}"),
        *([("Commune", f"{commune}, province {commune.parent}")] if commune else []),
        ("Commune avant 2025", former.name if former else None),
        ("Inscrit le", format_date(household.registered_on)),
        *([("Fermé le", format_date(household.closed_on))] if household.closed_on else []),
    ]
