"""Forms of the catalogue: acts, medicines and reasons for care."""

from typing import Any

from django import forms

from claims.rules.words import Family
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField


class _EntryForm(ServiceForm):
    """An entry of the catalogue: its code is asked of a new one only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        is_known = kwargs.pop("is_known", False)
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["code"]


class ActForm(_EntryForm):
    """An act, medicine, test or day of stay."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Court, pour la saisie : lettres sans accent et chiffres (AMOX500).",
    )
    name = forms.CharField(label="Nom", max_length=200)
    family = forms.ChoiceField(
        label="Famille", choices=[(family.value, family.label) for family in Family]
    )
    strength = forms.CharField(label="Dosage", max_length=40, required=False)
    form = forms.CharField(label="Forme", max_length=40, required=False)
    atc = forms.CharField(label="Code ATC", max_length=8, required=False)


class ReasonForm(_EntryForm):
    """A reason for care of the short list."""

    code = forms.CharField(label="Code", max_length=12)
    name = forms.CharField(label="Nom", max_length=200)
    icd10 = forms.CharField(label="Code CIM-10", max_length=8, required=False)
    is_chronic = forms.BooleanField(label="Maladie chronique", required=False)
    is_maternity = forms.BooleanField(label="Grossesse ou accouchement", required=False)
    usual_treatment = forms.CharField(
        label="Traitement habituel",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Montré au médecin conseil à côté de l’attestation.",
    )


class CloseForm(ServiceForm):
    """From which day something is withdrawn."""

    closed_on = DayField(label="Retiré dès le")
