"""Small forms of an attestation's page: cancelling it, adding a paper to it."""

from django import forms

from conamus.pages.forms import ServiceForm
from federations.forms.fields import PaperField


class CancelForm(ServiceForm):
    """Why it is cancelled; the version that its reader saw."""

    because = forms.CharField(label="Motif", max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PaperForm(ServiceForm):
    """A paper or a picture of one."""

    title = forms.CharField(label="Ce que c’est", max_length=120)
    file = PaperField(label="Fichier")
