"""Pages of bons de prise en charge: the list, one of them, giving and withdrawing."""

from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from claims.forms.authorisations import AuthorisationForm, WithdrawForm
from claims.models import CareAuthorisation
from claims.selectors.authorisations import (
    authorisation_by_id,
    authorisations,
    found_authorisations,
)
from claims.services.authorisations import (
    NewAuthorisation,
    authorise_care,
    withdraw_authorisation,
)
from claims.tables.authorisations import AuthorisationTable, care_agreed, standing
from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from conamus.pages.widgets import SearchInput
from federations.rules.roles import Permission, is_permitted
from federations.views.registers import counted


class AuthorisationFilter(django_filters.FilterSet):
    """By the bon's or the member's number, and by the facility's code."""

    q = django_filters.CharFilter(
        label="Bon ou numéro de membre", widget=SearchInput, method="keep_found"
    )
    facility = django_filters.CharFilter(
        label="Code de la formation", field_name="facility__code", lookup_expr="iexact"
    )

    class Meta:
        model = CareAuthorisation
        fields = ("q", "facility")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what a number leads to."""
        try:
            return found_authorisations(rows, text[:60], clock.today())
        except DomainError:
            return rows.none()


class AuthorisationList(ListPage):
    """Bons in sight."""

    permission = Permission.SEE_CLAIMS
    title = "Bons de prise en charge"
    table_class = AuthorisationTable
    filter_class = AuthorisationFilter
    empty_text = "Aucun bon n’est accordé."
    add_url_name = "authorisation_add"
    add_label = "Accorder un bon"
    add_permission = Permission.AUTHORISE_CARE

    def rows(self) -> QuerySet[CareAuthorisation]:
        """Return them."""
        return authorisations(self.actor)

    def state(self, count: int) -> str:
        """Count them."""
        return f"{counted(count, 'bon')}. Un bon permet des soins que le paquet soumet à accord."


class AuthorisationDetail(ActorPage):
    """One bon, to show or print."""

    permission = Permission.SEE_CLAIMS
    template_name = "claims/authorisation_detail.html"

    def page(self) -> dict[str, Any]:
        """Return what it says."""
        paper = authorisation_by_id(self.actor, self.kwargs["authorisation_id"])
        may_give = is_permitted(self.actor.role, Permission.AUTHORISE_CARE)
        return {
            "title": f"Bon {paper.number}",
            "state": f"{standing(paper).capitalize()}.",
            "facts": _facts(paper),
            "paper": paper,
            "may_withdraw": may_give and paper.withdrawn_at is None,
        }


def _facts(paper: Any) -> list[tuple[str, str]]:
    patient = paper.patient or {}
    most = "sans limite" if paper.francs is None else format_francs(paper.francs)
    days = f"du {format_date(paper.starts_on)} au {format_date(paper.ends_on)}"
    return [
        ("Patient", f"{patient.get('name', '')}, {patient.get('number', 'n.d.')}"),
        ("Formation sanitaire", paper.facility.name),
        ("Soins", care_agreed(paper)),
        ("Montant au plus", most),
        ("Utilisé", format_francs(paper.used_francs)),
        ("Valable", days),
        ("Accordé par", f"{paper.given_by}, le {localdate(paper.given_at):%d/%m/%Y}"),
        *([("Antidaté parce que", told)] if (told := paper.dated_back_because) else []),
    ]


class AuthorisationAdd(FormPage):
    """Give a bon."""

    permission = Permission.AUTHORISE_CARE
    form_class = AuthorisationForm
    title = "Accorder un bon de prise en charge"
    submit_label = "Accorder"

    def get_initial(self) -> dict[str, Any]:
        """Begin today, for the member that the address names."""
        return {"starts_on": clock.today(), "member": self.request.GET.get("membre", "")}

    def save(self, data: dict[str, Any]) -> CareAuthorisation:
        """Call the service."""
        key = data.pop("submission_key")
        return authorise_care(actor=self.actor, request=NewAuthorisation(**data), key=key)

    def success_message_for(self, made: CareAuthorisation) -> str:
        """Say its number."""
        return f"Le bon {made.number} est accordé."

    def done_url(self, made: CareAuthorisation) -> str:
        """Show it."""
        return reverse("authorisation_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("authorisations")


class AuthorisationWithdraw(FormPage):
    """Withdraw a bon."""

    permission = Permission.AUTHORISE_CARE
    form_class = WithdrawForm
    title = "Retirer le bon"
    submit_label = "Retirer le bon"
    success_message = "Le bon est retiré."
    intro = "Aucune décision n’utilisera plus ce bon. Ce qui est déjà décidé ne change pas."

    @cached_property
    def paper(self) -> CareAuthorisation:
        """The bon of the address."""
        return authorisation_by_id(self.actor, self.kwargs["authorisation_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which."""
        return super().get_context_data(
            **{"title": f"Retirer le bon {self.paper.number}", **kwargs}
        )

    def save(self, data: dict[str, Any]) -> CareAuthorisation:
        """Call the service."""
        return withdraw_authorisation(actor=self.actor, authorisation_id=self.paper.pk)

    def done_url(self, made: CareAuthorisation) -> str:
        """Show it."""
        return reverse("authorisation_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("authorisation_detail", args=[self.paper.pk])
