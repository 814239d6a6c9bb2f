"""The form that settles a signal."""

from django import forms

from claims.models import ClaimSignal
from conamus.pages.forms import ServiceForm


class SettleForm(ServiceForm):
    """Right or not, and why."""

    verdict = forms.ChoiceField(
        label="Ce signal",
        choices=[
            (ClaimSignal.State.CONFIRMED.value, "est confirmé"),
            (ClaimSignal.State.DISMISSED.value, "est écarté"),
        ],
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label="Parce que",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que vous avez vu ou appris ; sans motif médical.",
    )
