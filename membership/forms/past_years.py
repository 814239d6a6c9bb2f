"""The forms that correct and withdraw a published past year."""

from django import forms

from conamus.pages.forms import ServiceForm


class PastYearForm(ServiceForm):
    """The counts as they should be, their source, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    sections = forms.IntegerField(label="Mutuelles et sections", min_value=0, max_value=1_000_000)
    households = forms.IntegerField(label="Ménages", min_value=0, max_value=100_000_000)
    source = forms.CharField(
        label="Source", max_length=200, help_text="Où ces chiffres ont été publiés."
    )
    because = forms.CharField(
        label="Raison de la correction",
        max_length=300,
        help_text="Elle reste à côté du chiffre, avec ce qui était écrit avant.",
    )


class PastYearWithdrawalForm(ServiceForm):
    """Why the year should never have been there."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    because = forms.CharField(
        label="Raison du retrait",
        max_length=300,
        help_text="Elle reste sur la page de l’année, avec ce qui était écrit.",
    )
