"""Pages of published past years: those in use, one with all its versions, its correction."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission
from membership.filters.past_years import PastYearFilter
from membership.forms.past_years import PastYearForm
from membership.models import PastYear
from membership.rules.past_years import OF_NETWORK
from membership.rules.sentences import counted
from membership.selectors.past_years import past_year_by_id, readable_past_years, versions_of
from membership.services.past_years import correct_past_year, may_correct
from membership.tables.past_years import PastYearTable


class PastYearList(ListPage):
    """The published past years: one's own, or for the confederation all of them."""

    permission = Permission.IMPORT_TAKE_ON
    title = "Années passées"
    table_class = PastYearTable
    filter_class = PastYearFilter
    empty_text = (
        "Aucune année passée n’est reprise. Elles s’importent depuis « Données de départ »."
    )

    def rows(self) -> QuerySet[PastYear]:
        """Return the versions in use."""
        return readable_past_years(self.actor)

    def state(self, count: int) -> str:
        """Say how many there are, and whose those of the network are."""
        plural = "années publiées"
        return (
            f"{counted(count, 'année publiée', plural)} ; celles de {OF_NETWORK[0]} à "
            f"{OF_NETWORK[-1]} sont tenues par CONAMUS, qui les corrige."
        )


class PastYearDetail(ActorPage):
    """A past year with every version that was written of it."""

    permission = Permission.IMPORT_TAKE_ON
    template_name = "membership/past_year_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the version in use and those before it."""
        row = past_year_by_id(self.actor, self.kwargs["pk"])
        may = may_correct(self.actor, row)
        return {
            "title": f"{row.promoter.name}, {row.label}",
            "row": row,
            "versions": versions_of(row),
            "may_correct": may,
            "whose": "" if may else _whose(row, is_own=row.tenant_id == self.actor.tenant_id),
        }


def _whose(row: PastYear, *, is_own: bool) -> str:
    if is_own:
        return (
            "Ces chiffres sont ceux publiés pour tout le réseau : CONAMUS les tient et les corrige."
        )
    return f"Ces chiffres sont ceux de {row.tenant.name} : c’est elle qui les corrige."


class PastYearCorrect(FormPage):
    """Correct a past year by a new version."""

    permission = Permission.IMPORT_TAKE_ON
    form_class = PastYearForm
    title = "Corriger une année passée"
    submit_label = "Corriger"
    intro = (
        "La correction s’ajoute : ce qui était écrit reste visible, avec la raison. Les courbes "
        "et les prochains rapports prennent la correction ; les rapports déjà produits restent."
    )
    success_message = "L’année est corrigée."

    @cached_property
    def row(self) -> PastYear:
        """The version in use."""
        return past_year_by_id(self.actor, self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """Begin from the version in use."""
        return {
            name: getattr(self.row, name)
            for name in ("version", "sections", "households", "source")
        }

    def save(self, data: dict[str, Any]) -> PastYear:
        """Call the service."""
        return correct_past_year(
            actor=self.actor,
            past_year_id=self.row.pk,
            version=data["version"],
            sections=data["sections"],
            households=data["households"],
            source=data["source"],
            because=data["because"],
        )

    def done_url(self, made: PastYear) -> str:
        """Show the year with its versions."""
        return reverse("past_year_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the year."""
        return reverse("past_year_detail", args=[self.kwargs["pk"]])
