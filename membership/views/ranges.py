"""Pages of the ranges that units hand their numbers out of."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from federations.rules.roles import Permission
from membership.filters.transfers import RangeFilter
from membership.forms.transfers import RangeForm
from membership.models import NumberRange
from membership.rules.sentences import counted
from membership.selectors.ranges import numbers_left, ranges
from membership.services.numbers import open_range
from membership.tables.transfers import RangeTable


class RangeList(ListPage):
    """The ranges, and how many numbers are left."""

    permission = Permission.SEE_HOUSEHOLDS
    title = "Plages de numéros"
    table_class = RangeTable
    filter_class = RangeFilter
    empty_text = (
        "Aucune unité n’a de plage de numéros : sans elle, elle ne peut inscrire aucun ménage."
    )
    add_url_name = "number_range_add"
    add_label = "Ouvrir une plage"
    add_permission = Permission.DECIDE_MEMBERSHIP

    def rows(self) -> QuerySet[NumberRange]:
        """Return the ranges in the actor's sight."""
        return ranges(self.actor)

    def state(self, count: int) -> str:
        """Say how many numbers are left."""
        if not count:
            return ""
        left = numbers_left(ranges(self.actor))
        return f"{counted(left, 'numéro')} à attribuer dans {counted(count, 'plage')}."


class RangeAdd(FormPage):
    """Give a unit numbers to hand out."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = RangeForm
    title = "Ouvrir une plage de numéros"
    submit_label = "Ouvrir la plage"
    intro = "Un numéro ne dit pas le lieu : les unités changent, les numéros restent."
    success_message = "La plage est ouverte."

    def save(self, data: dict[str, Any]) -> NumberRange:
        """Call the service."""
        return open_range(
            actor=self.actor,
            unit_id=data["unit"].pk,
            prefix=data["prefix"],
            first=data["first"],
            last=data["last"],
            opened_on=data["opened_on"],
            key=data["submission_key"],
        )

    def done_url(self, made: NumberRange) -> str:
        """Go back to the ranges."""
        return reverse("number_ranges")

    def cancel_url(self) -> str:
        """Go back to the ranges."""
        return reverse("number_ranges")
