"""The form that asks for a yearly report."""

from typing import Any, cast

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from prudential.selectors.reports import reporting_units


class AnnualReportForm(ServiceForm):
    """Whose report, of which activity year."""

    unit = forms.TypedChoiceField(label="Unité", coerce=int)
    year = forms.IntegerField(
        label="Année d’activité",
        localize=False,
        help_text="Les adhésions du rapport sont celles de l’année mutualiste qui suit.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = cast("forms.TypedChoiceField", self.fields["unit"])
        units.choices = [(unit.pk, unit.name) for unit in reporting_units(self.actor.tenant_id)]
        self.fields["year"].initial = clock.today().year - 1
