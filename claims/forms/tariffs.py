"""Forms of tariffs, and of the question which price holds."""

from typing import Any

from django import forms

from claims.forms.term_fields import (
    LEVEL_CHOICES,
    OWNERSHIP_CHOICES,
    ActField,
    FacilityField,
    clean_act,
    refuse_other_facility,
)
from claims.services.tariffs import NewTariff
from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField


class TariffForm(ServiceForm):
    """The price of an act: of one facility, of a type and ownership, or general."""

    act = ActField()
    facility = FacilityField(
        required=False, help_text="Vide : pour tout un type ou statut, ou pour toutes."
    )
    level = forms.ChoiceField(label="Type", choices=LEVEL_CHOICES, required=False)
    ownership = forms.ChoiceField(
        label="Statut juridique", choices=OWNERSHIP_CHOICES, required=False
    )
    price_francs = FrancsField(label="Prix convenu (FBu)", help_text="0 : gratuit.")
    starts_on = DayField(label="Dès le")
    ends_on = DayField(label="Jusqu’au (exclu)", required=False, help_text="Vide : sans fin.")

    def clean(self) -> dict[str, Any]:
        """Read the act; a facility has its own type and ownership."""
        self.cleaned_data["act"] = clean_act(self, "act", self.actor.tenant_id)
        data = self.cleaned_data
        if data.get("facility") and (data.get("level") or data.get("ownership")):
            self.add_error(
                "facility", "Choisissez une formation sanitaire, ou un type et un statut."
            )
        return data

    def tariff(self) -> NewTariff:
        """Return what the service takes."""
        data = self.cleaned_data
        return NewTariff(
            act_id=data["act"].pk,
            facility_id=data["facility"].pk if data["facility"] else None,
            **{name: data[name] for name in ("level", "ownership", "starts_on", "ends_on")},
            price_francs=data["price_francs"],
        )


class TariffChangeForm(ServiceForm):
    """A new price from a day on."""

    price_francs = FrancsField(label="Nouveau prix (FBu)")
    starts_on = DayField(label="Dès le")


class TariffEndForm(ServiceForm):
    """When a price ends."""

    ends_on = DayField(label="Finit le", help_text="Le premier jour où il ne vaut plus.")


class PriceForm(forms.Form):
    """Which price holds, for which facility, on which day."""

    act = ActField()
    facility = FacilityField()
    on = DayField(label="Le", initial=clock.today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.actor = kwargs.pop("actor")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Read the act; a facility asks for its own prices."""
        refuse_other_facility(self, self.actor)
        self.cleaned_data["act"] = clean_act(self, "act", self.actor.tenant_id)
        return self.cleaned_data
