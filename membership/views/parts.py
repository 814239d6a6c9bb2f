"""What the forms on a household have in common: where they come from, and go back to."""

from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from conamus.pages.forms import FormPage
from federations.rules.roles import Permission
from membership.models import Beneficiary, Household
from membership.selectors.households import household_by_id
from membership.selectors.members import own_member


class HouseholdFormPage(FormPage):
    """A form about the household of the address (``pk``)."""

    abstract = True
    permission = Permission.ENROL_HOUSEHOLDS
    template_name = "membership/household_form.html"
    focuses_first = True
    title: ClassVar[str]

    @cached_property
    def household(self) -> Household:
        """The household, in the actor's sight."""
        return household_by_id(self.actor, self.kwargs["pk"])

    def about(self) -> str:
        """Return whom the form is about."""
        return f"Ménage {self.household.number}, {self.household.unit.name}"

    def done_url(self, made: Any) -> str:
        """Go back to the household."""
        return reverse("household_detail", args=[self.household.pk])

    def cancel_url(self) -> str:
        """Go back to the household."""
        return reverse("household_detail", args=[self.household.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whom the form is about."""
        return super().get_context_data(**{"state": self.about(), **kwargs})


class PersonFormPage(HouseholdFormPage):
    """A form about the person of the address (``person_id``)."""

    abstract = True

    @cached_property
    def person(self) -> Beneficiary:
        """The person, in a household of the actor's sight."""
        return own_member(self.actor, self.kwargs["person_id"])

    @cached_property
    def household(self) -> Household:
        """The person's household."""
        return household_by_id(self.actor, self.person.household_id)

    def about(self) -> str:
        """Return whom the form is about."""
        return f"{self.person}, {self.person.number} ; ménage {self.household.number}"
