"""Forms of agreements and stub books."""

from typing import Any

from django import forms

from claims.forms.term_fields import FacilityField
from claims.rules.stubs import MOST
from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, UnitField, offer_rows
from federations.models import Unit
from federations.selectors.reach import units_in_reach

_END_HELP = "Le premier jour où elle ne vaut plus ; vide : sans fin."


class AgreementForm(ServiceForm):
    """An agreement with a facility."""

    facility = FacilityField()
    unit = UnitField(
        label="Signée par",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="toute la fédération",
    )
    number = forms.CharField(label="Numéro", max_length=40, required=False)
    starts_on = DayField(label="Dès le")
    ends_on = DayField(label="Jusqu’au (exclu)", required=False, help_text=_END_HELP)
    payment_term_days = forms.IntegerField(
        label="Délai de paiement (jours)", min_value=0, max_value=365, initial=30
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_in_reach(self.actor).filter(kind__in=Unit.INSURING, valid_to__isnull=True)
        offer_rows(self, "unit", units.order_by("sort_key"))


class AgreementChangeForm(ServiceForm):
    """What may be corrected of an agreement."""

    number = forms.CharField(label="Numéro", max_length=40, required=False)
    payment_term_days = forms.IntegerField(
        label="Délai de paiement (jours)", min_value=0, max_value=365
    )


class AgreementEndForm(ServiceForm):
    """When and why an agreement ends."""

    ends_on = DayField(label="Finit le", help_text="Le premier jour où elle ne vaut plus.")
    because = forms.CharField(label="Motif", max_length=200)


class AgreementRenewForm(ServiceForm):
    """What follows an agreement that ends."""

    number = forms.CharField(label="Numéro de la nouvelle", max_length=40, required=False)
    ends_on = DayField(label="Jusqu’au (exclu)", required=False, help_text=_END_HELP)


class SuspensionForm(ServiceForm):
    """From when to when, and why, an agreement does not hold."""

    starts_on = DayField(label="Suspendue dès le")
    ends_on = DayField(
        label="Reprend le", required=False, help_text="Vide : jusqu’à ce que vous la repreniez."
    )
    reason = forms.CharField(label="Motif", max_length=200)


class LiftForm(ServiceForm):
    """From which day a suspended agreement holds again."""

    ends_on = DayField(label="Reprend le")


class DocumentForm(ServiceForm):
    """A signed paper."""

    title = forms.CharField(label="Titre", max_length=120)
    file = forms.FileField(
        label="Fichier",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        help_text="PDF, JPEG ou PNG, 5 Mo au plus.",
    )


class BookForm(ServiceForm):
    """A book of numbered attestations issued to a facility."""

    facility = FacilityField()
    first_number = forms.IntegerField(label="Premier numéro", min_value=1, max_value=MOST)
    last_number = forms.IntegerField(label="Dernier numéro", min_value=1, max_value=MOST)
    issued_on = DayField(label="Remis le", initial=clock.today)
    is_take_on = forms.BooleanField(
        label="Déjà en circulation à la reprise",
        required=False,
        help_text="Remis avant ce logiciel : la convention d’alors n’est pas vérifiée.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not among the class's own: a form's ``prefix`` is something else there.
        self.fields["prefix"] = forms.CharField(
            label="Préfixe", max_length=8, help_text="Lettres et chiffres."
        )
        self.order_fields(["facility", "prefix"])


class WithdrawForm(ServiceForm):
    """From which day a book is withdrawn."""

    withdrawn_on = DayField(label="Retiré le")
