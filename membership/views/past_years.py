"""Pages of published past years: all of them, one with its versions, correcting, withdrawing."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission
from membership.filters.past_years import PastYearFilter
from membership.forms.past_years import PastYearForm, PastYearWithdrawalForm
from membership.models import PastYear
from membership.rules.past_years import OF_NETWORK
from membership.rules.sentences import counted
from membership.selectors.past_years import past_year_by_id, readable_past_years, versions_of
from membership.services.past_years import correct_past_year, may_correct, withdraw_past_year
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
        """Return the last version of each."""
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
        """Return the last version and those before it."""
        row = past_year_by_id(self.actor, self.kwargs["pk"])
        may = may_correct(self.actor, row)
        return {
            "title": f"{row.promoter.name}, {row.label}",
            "row": row,
            "versions": versions_of(row),
            "may_correct": may,
            "whose": "" if may else _why_not(row, is_own=row.tenant_id == self.actor.tenant_id),
        }


def _why_not(row: PastYear, *, is_own: bool) -> str:
    """Say why the reader corrects nothing here."""
    if row.is_withdrawn:
        return "Cette année est retirée : aucune courbe ni aucun rapport ne la compte plus."
    if is_own:
        return (
            "Ces chiffres sont ceux publiés pour tout le réseau : CONAMUS les tient et les corrige."
        )
    return f"Ces chiffres sont ceux de {row.tenant.name} : c’est elle qui les corrige."


class PastYearChange(FormPage):
    """A form that adds a version to a past year."""

    permission = Permission.IMPORT_TAKE_ON

    @cached_property
    def row(self) -> PastYear:
        """The last version."""
        return past_year_by_id(self.actor, self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """Begin from the last version."""
        return {"version": self.row.version}

    def done_url(self, made: PastYear) -> str:
        """Show the year with its versions."""
        return reverse("past_year_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the year."""
        return reverse("past_year_detail", args=[self.kwargs["pk"]])


class PastYearCorrect(PastYearChange):
    """Correct a past year by a new version."""

    form_class = PastYearForm
    title = "Corriger une année passée"
    submit_label = "Corriger"
    intro = (
        "La correction s’ajoute : ce qui était écrit reste visible, avec la raison. Les courbes "
        "et les prochains rapports prennent la correction ; les rapports déjà produits restent."
    )
    success_message = "L’année est corrigée."

    def get_initial(self) -> dict[str, Any]:
        """Begin from what the last version says."""
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


class PastYearWithdraw(PastYearChange):
    """Withdraw a past year that should never have been there."""

    form_class = PastYearWithdrawalForm
    title = "Retirer une année passée"
    submit_label = "Retirer"
    intro = (
        "Pour une année importée par erreur, ou sous un mauvais libellé. Les courbes et les "
        "prochains rapports ne la comptent plus ; sa page, ses versions et la raison restent. "
        "Elle peut être importée de nouveau."
    )
    success_message = "L’année est retirée."

    def save(self, data: dict[str, Any]) -> PastYear:
        """Call the service."""
        return withdraw_past_year(
            actor=self.actor,
            past_year_id=self.row.pk,
            version=data["version"],
            because=data["because"],
        )
