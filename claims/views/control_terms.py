"""Pages of the terms of control: the list of those that held, and setting new ones."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from claims.filters.terms import ControlFilter
from claims.forms.packages import ControlForm
from claims.models import ControlTerms
from claims.selectors.control import control_terms, readable_control_terms
from claims.services.control_terms import NewControlTerms, set_control_terms
from claims.tables.terms import ControlTable
from conamus import clock
from conamus.kernel.figures import format_francs
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from federations.rules.roles import Permission


class ControlList(ListPage):
    """One's own terms and CONAMUS's, the latest first."""

    permission = Permission.SEE_CARE_FIGURES
    title = "Règles de contrôle"
    table_class = ControlTable
    filter_class = ControlFilter
    empty_text = "Aucune règle : une personne voit alors chaque attestation."
    add_url_name = "control_terms_add"
    add_label = "Fixer de nouvelles règles"
    add_permission = Permission.MANAGE_CARE_TERMS

    def rows(self) -> QuerySet[ControlTerms]:
        """Return the rows."""
        return readable_control_terms(self.actor.tenant_id)

    def state(self, count: int) -> str:
        """Say what holds today."""
        row = control_terms(self.actor.tenant_id).row_of(clock.today())
        if row is None:
            return "Aucune règle ne vaut aujourd’hui : une personne voit chaque attestation."
        return (
            f"Aujourd’hui, ce qu’aucune règle ni signal ne touche est accepté d’office "
            f"au-dessous de {format_francs(row.accepted_below_francs)} "
            f"({row.tenant.short_name})."
        )


class ControlAdd(FormPage):
    """Set the terms from a day on."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = ControlForm
    form: ControlForm
    title = "Fixer les règles de contrôle"
    submit_label = "Fixer les règles"
    success_message = "Les nouvelles règles sont fixées."
    intro = (
        "Elles valent pour les attestations reçues dès ce jour ; les autres gardent celles "
        "d’avant. L’échantillon est tiré par le calcul : personne ne le choisit."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin from the terms in force."""
        row = control_terms(self.actor.tenant_id).row_of(clock.today())
        names = NewControlTerms.__dataclass_fields__
        known = {} if row is None else {name: getattr(row, name) for name in names}
        return {**known, "in_force_from": clock.today()}

    def save(self, data: dict[str, Any]) -> ControlTerms:
        """Call the service."""
        return set_control_terms(
            actor=self.actor, terms=self.form.terms(), key=data["submission_key"]
        )

    def done_url(self, made: ControlTerms) -> str:
        """Show them all."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("control_terms")
