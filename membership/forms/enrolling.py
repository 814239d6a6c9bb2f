"""Forms of enrolments: one household, a whole section, and the undoing of one."""

from typing import Any

from django import forms

from conamus import clock
from conamus.kernel.figures import format_francs
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, offer_choices
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.forms.fields import offer_backdating
from membership.rules.scale import amount_due
from membership.selectors.enrolling import Enrolling, EnrolmentTerms


class EnrolForm(ServiceForm):
    """The day and the category; each category says what it would come to."""

    enrolled_on = DayField(label="Adhésion signée le")
    category = forms.ChoiceField(label="Catégorie")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        asked: Enrolling | None = kwargs.pop("asked")
        terms: EnrolmentTerms | None = kwargs.pop("terms")
        super().__init__(*args, **kwargs)
        if asked is not None and terms is not None:
            offer_choices(self, "category", _priced(asked, terms, self.actor))
        offer_backdating(self)


def _priced(asked: Enrolling, terms: EnrolmentTerms, actor: Actor) -> list[tuple[str, str]]:
    """The categories with the household's own part of what this household would owe.

    One that the actor may not put it in is not offered: somebody else decides it.
    """
    scale = terms.scale.scale
    may_decide = is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP)
    found = []
    for category in scale.categories:
        if category.needs_decision and not may_decide and category.code != asked.category:
            continue
        due = amount_due(scale, size=asked.people, category=category.code, is_new=asked.owes_fee)
        amount = format_francs(due.household_francs)
        found.append((category.code, f"{category.label} : {amount} à payer par le ménage"))
    return found


class ReasonForm(ServiceForm):
    """Why something is undone or decided."""

    because = forms.CharField(label="Motif", max_length=200)


class RenewalForm(ServiceForm):
    """The day on which the households that the page lists renew, and the year it showed."""

    year = forms.IntegerField(widget=forms.HiddenInput)
    enrolled_on = DayField(label="Adhésions signées le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enrolled_on"].initial = clock.today()
        offer_backdating(self)
