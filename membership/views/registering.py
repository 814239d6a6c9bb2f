"""Pages of a new household, of its corrections and of its new number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus import clock
from conamus.kernel.text import read_number
from conamus.pages.forms import FormPage
from federations.forms.activities import own_unit_id
from federations.rules.roles import Permission
from membership.forms.households import MORE_ROWS, DetailsForm, HouseholdForm
from membership.models import Household
from membership.selectors.enrolling import open_years
from membership.services.corrections import correct_household
from membership.services.households import PossibleDuplicates, register_household
from membership.views.parts import HouseholdFormPage


class HouseholdAdd(FormPage):
    """A new household in one page; likenesses are told before anything is written."""

    permission = Permission.ENROL_HOUSEHOLDS
    template_name = "membership/household_add.html"
    form_class = HouseholdForm
    title = "Inscrire un ménage"
    submit_label = "Inscrire le ménage"
    focuses_first = True
    likenesses: Any = ()
    warnings: tuple[str, ...] = ()
    form: HouseholdForm

    def get_initial(self) -> dict[str, Any]:
        """Begin today, in one's own unit, with an enrolment for the coming year."""
        today = clock.today()
        years = open_years(self.actor.tenant_id, today)
        return {
            "unit": own_unit_id(self.actor),
            "registered_on": today,
            "enrol_year": years[0] if years else "",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add rows where these are asked for; else save."""
        if "add_row" not in request.POST:
            return super().post(request, *args, **kwargs)
        data = request.POST.copy()
        data["rows"] = str((read_number(data.get("rows", "")) or 0) + MORE_ROWS)
        form = HouseholdForm(data=data, initial=self.get_initial(), actor=self.actor)
        form.is_valid()
        # Nothing was sent to be saved: what is still missing is no fault.
        form.errors.clear()
        return self.render_to_response(self.get_context_data(form=form))

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        try:
            return register_household(
                actor=self.actor,
                facts=self.form.facts(),
                enrol_year=data["enrol_year"],
                is_confirmed="confirm" in self.request.POST,
                key=data["submission_key"],
            )
        except PossibleDuplicates as error:
            self.likenesses, self.warnings = error.found, error.warnings
            raise

    def done_url(self, made: Household) -> str:
        """Show the household: there the money is taken."""
        return reverse("household_detail", args=[made.pk])

    def success_message_for(self, made: Household) -> str:
        """Say the number."""
        return f"Le ménage est inscrit sous le numéro {made.number}."

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("households")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the people who may be known already, and what is unusual."""
        return super().get_context_data(
            likenesses=self.likenesses, warnings=self.warnings, **kwargs
        )


class HouseholdEdit(HouseholdFormPage):
    """Correct colline, category, telephone or other cover."""

    form_class = DetailsForm
    title = "Corriger la fiche du ménage"
    intro = (
        "L’historique garde ce qui était écrit. La catégorie vaut pour les prochaines adhésions ; "
        "celles qui sont signées ne changent pas."
    )
    success_message = "La fiche est corrigée."
    form: DetailsForm

    def get_initial(self) -> dict[str, Any]:
        """Begin from what is written."""
        row = self.household
        names = (
            "version", "colline", "category", "phone", "other_cover", "other_cover_number",
            "guardian_name", "guardian_phone",
        )  # fmt: skip
        return {name: getattr(row, name) for name in names}

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        return correct_household(
            actor=self.actor,
            household_id=self.household.pk,
            version=data["version"],
            details=self.form.details(),
        )
