"""The form of a unit's papers: which one, of which unit, for which year."""

from typing import Any

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from conamus.pages.years import offered_years
from federations.forms.fields import UnitField, offer_choices, offer_rows
from federations.models import Unit
from membership.selectors.households import units_with_households
from membership.selectors.papers import Paper
from membership.services.blank_forms import MOST_BLANK


class PaperForm(ServiceForm):
    """A paper; number and count are those of blank forms."""

    paper = forms.ChoiceField(
        label="Document",
        choices=[(paper.value, paper.label) for paper in Paper],
        widget=forms.RadioSelect,
    )
    unit = UnitField(
        label="Mutuelle ou section", queryset=Unit.objects.none(), empty_label="choisir…"
    )
    year = forms.TypedChoiceField(label="Année mutualiste", coerce=int)
    count = forms.IntegerField(
        label="Nombre de bulletins vierges", min_value=1, max_value=MOST_BLANK, required=False
    )
    first = forms.IntegerField(
        label="Premier numéro de bulletin",
        min_value=1,
        max_value=9_000,
        required=False,
        help_text="Vide : les bulletins ne sont pas numérotés.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units_with_households(self.actor))
        years = offered_years(clock.today())
        offer_choices(self, "year", [(year, str(year)) for year in years])
