"""The form of a bon de prise en charge."""

from django import forms

from claims.rules.words import Family
from claims.services.authorisations import USUAL_DAYS_BACK
from conamus.kernel.reasons import MOST_REASON
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField


class AuthorisationForm(ServiceForm):
    """For whom, where, which care, on which days, up to how much."""

    member = forms.CharField(label="Numéro du membre", max_length=40)
    facility_code = forms.CharField(label="Code de la formation sanitaire", max_length=20)
    family = forms.ChoiceField(
        label="Famille d’actes",
        required=False,
        choices=[("", "tous soins"), *((one.value, one.label) for one in Family)],
    )
    act = forms.CharField(
        label="Acte (code)",
        max_length=20,
        required=False,
        help_text="Vide : tous ceux de la famille.",
    )
    francs = FrancsField(
        label="Montant au plus (FBu)", required=False, help_text="Vide : sans limite."
    )
    starts_on = DayField(label="Valable dès le")
    ends_on = DayField(label="Jusqu’au (inclus)")
    because = forms.CharField(
        label="Pourquoi si tard",
        max_length=MOST_REASON,
        required=False,
        help_text=f"S’il vaut dès plus de {USUAL_DAYS_BACK} jours en arrière, sans nommer la "
        "maladie.",
    )


class WithdrawForm(ServiceForm):
    """Nothing to say: the button is the act."""
