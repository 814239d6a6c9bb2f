"""Forms of transfers, of whole sections that move, and of number ranges."""

from typing import Any

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, UnitField, offer_rows
from membership.forms.fields import CollineField
from membership.forms.households import insuring_units
from membership.selectors.households import units_with_households
from membership.selectors.transfers import other_federations


class FederationField(forms.ModelChoiceField):
    """Another federation."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, empty_label="choisir…", **kwargs)


class ProposalForm(ServiceForm):
    """Where a household goes, from when, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    destination = FederationField(label="Fédération d’accueil")
    leaves_on = DayField(label="Quitte la fédération le")
    because = forms.CharField(
        label="Raison", max_length=300, required=False, help_text="L’autre fédération la lira."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "destination", other_federations(self.actor))
        self.fields["leaves_on"].initial = clock.today()


class ReceptionForm(ServiceForm):
    """The unit that receives, and whether outside its zone."""

    unit = UnitField(label="Unité d’accueil", queryset=None)
    is_outside_zone = forms.BooleanField(
        label="Habite hors de la zone d’action de l’unité", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", insuring_units(self))


class AcceptForm(ReceptionForm):
    """The unit that receives the household, and where the household will live."""

    colline = CollineField(label="Colline où le ménage habitera")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colline = self.fields["colline"]
        assert isinstance(colline, CollineField)  # noqa: S101 -- for the type's sake
        colline.offer_to(self.actor, unit=self.data.get("unit"))
        self.order_fields(["unit", "colline", "is_outside_zone"])


class RefuseForm(ServiceForm):
    """Why a household is not received."""

    answer = forms.CharField(label="Motif", max_length=300)


class ReceiveForm(ReceptionForm):
    """Several proposals received at once; the page lists them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_outside_zone"].label = "Accueillir aussi ceux qui habitent hors de la zone"


class SectionMoveForm(ServiceForm):
    """All households of a unit go to another unit, or are proposed to another federation."""

    from_unit = UnitField(label="Ménages de", queryset=None)
    to_unit = UnitField(
        label="vers l’unité", queryset=None, required=False, empty_label="(autre fédération)"
    )
    destination = FederationField(label="ou vers la fédération", required=False)
    moved_on = DayField(label="À partir du")
    because = forms.CharField(label="Raison", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "from_unit", units_with_households(self.actor))
        offer_rows(self, "to_unit", insuring_units(self))
        offer_rows(self, "destination", other_federations(self.actor))
        self.fields["moved_on"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        """One way or the other."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("to_unit")) == bool(data.get("destination")):
            self.add_error("to_unit", "Choisissez une unité, ou une autre fédération.")
        return data


class RangeForm(ServiceForm):
    """Numbers that a unit may hand out."""

    unit = UnitField(label="Mutuelle ou section", queryset=None)
    first = forms.IntegerField(label="Premier numéro", min_value=1)
    last = forms.IntegerField(label="Dernier numéro", min_value=1)
    opened_on = DayField(label="Ouverte le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", insuring_units(self))
        self.fields["opened_on"].initial = clock.today()
        # Not among the class's own: a form's ``prefix`` is something else there.
        self.fields["prefix"] = forms.CharField(
            label="Préfixe", max_length=8, help_text="Lettres et chiffres, par exemple MUN."
        )
        self.order_fields(["unit", "prefix", "first", "last", "opened_on"])
