"""The form of the rights check, and that of the list of valid members for a facility."""

from typing import Any

from django import forms

from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, offer_choices, offer_rows
from federations.models import Place, Unit
from federations.views.directory.choices import CommunesInput, commune_choices
from membership.rules.rights import FIRST_BIRTH_YEAR, LONGEST
from membership.selectors.households import units_with_households


class RightsForm(ServiceForm):
    """What is on the card, or a whole name with its year of birth."""

    text = forms.CharField(
        label="Numéro, carte, téléphone ou nom entier",
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    birth_year = forms.IntegerField(
        label="Année de naissance (avec un nom)",
        required=False,
        min_value=FIRST_BIRTH_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4", "size": "6"}),
    )
    born_on = DayField(
        label="Né le",
        required=False,
        help_text="Pour un nouveau-né sans numéro : demandez le numéro ou la carte de sa mère.",
    )
    on = DayField(label="Un autre jour qu’aujourd’hui", required=False)


class ValidMembersForm(ServiceForm):
    """Whose names the list holds: the communes where they live, perhaps some units only."""

    communes = forms.MultipleChoiceField(
        label="Les membres qui habitent ces communes", widget=CommunesInput
    )
    units = forms.ModelMultipleChoiceField(
        label="Seulement ces unités",
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : toutes vos unités.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "communes", commune_choices(Place.Division.SINCE_2025))
        offer_rows(self, "units", units_with_households(self.actor))
