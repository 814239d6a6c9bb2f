"""The form of a reminder: to whom, for which year, which text."""

from typing import Any

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from conamus.pages.years import offered_years
from federations.forms.fields import UnitField, offer_choices, offer_rows
from federations.models import Unit
from membership.selectors.households import units_with_households


class ReminderForm(ServiceForm):
    """Whom to remind, and in which words; ``seen``: how many messages the preview showed."""

    unit = UnitField(
        label="Mutuelle ou section",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="toutes",
    )
    year = forms.TypedChoiceField(label="Pour l’année", coerce=int)
    text = forms.CharField(
        label="Texte du message",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="160 caractères au plus une fois les noms entre accolades remplacés.",
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units_with_households(self.actor))
        years = offered_years(clock.today())
        offer_choices(self, "year", [(year, str(year)) for year in years])
