"""Forms of cards: a batch by unit, a revocation, a verification."""

from typing import Any

from django import forms

from conamus.pages.forms import ServiceForm
from federations.forms.fields import offer_rows
from federations.models import Unit
from membership.selectors.households import units_with_households


class CardBatchForm(ServiceForm):
    """Whose cards to print."""

    unit = forms.ModelChoiceField(
        label="Unité",
        queryset=Unit.objects.none(),
        help_text="Les ménages inscrits pour l’année en haut de la page qui n’ont pas de carte.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units_with_households(self.actor))


class BecauseForm(ServiceForm):
    """Why a card is revoked."""

    because = forms.CharField(label="Raison", max_length=200, help_text="Perdue, volée, abîmée…")


class VerifyForm(ServiceForm):
    """What the QR code holds."""

    text = forms.CharField(
        label="Texte du code",
        max_length=2_000,
        widget=forms.Textarea(
            attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )
