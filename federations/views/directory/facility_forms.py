"""Forms of the register of health facilities."""

from typing import Any

from django import forms

from conamus.pages.widgets import DayInput
from federations.forms.versions import ReadForm
from federations.models import HealthDistrict, HealthFacility, Place
from federations.services.facilities import FacilityDetails
from federations.views.directory.choices import commune_choices, offer, offer_districts


class FacilityForm(ReadForm):
    """What the register says of a facility."""

    name = forms.CharField(label="Nom", max_length=200)
    code = forms.CharField(label="Code", max_length=20, help_text="Unique dans tout le réseau.")
    facility_type = forms.ChoiceField(label="Type", choices=HealthFacility.Type.choices)
    ownership = forms.ChoiceField(
        label="Statut juridique", choices=HealthFacility.Ownership.choices
    )
    commune = forms.TypedChoiceField(label="Commune (depuis 2025)", coerce=int)
    former_commune = forms.TypedChoiceField(label="Commune (avant 2025)", coerce=int)
    health_district = forms.ModelChoiceField(
        HealthDistrict.objects.none(), label="District sanitaire", empty_label="choisir…"
    )
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)
    contracted_on = forms.DateField(label="Conventionnée le", widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = [("", "choisir…")]
        for field, division in (
            ("commune", Place.Division.SINCE_2025),
            ("former_commune", Place.Division.UNTIL_2025),
        ):
            offer(self, field, [*first, *commune_choices(division.value)])
        offer_districts(self)


class FacilityEditForm(FacilityForm):
    """The same, and since when it is so."""

    changed_on = forms.DateField(
        label="Type et statut juridique depuis le",
        widget=DayInput,
        required=False,
        help_text="À dire si l’un des deux change. Les soins d’avant ce jour se décident toujours "
        "selon l’ancien ; ceux décidés depuis changent quand ils sont refaits.",
    )
    field_order = (
        "name", "code", "facility_type", "ownership", "changed_on", "commune", "former_commune",
    )  # fmt: skip


class FacilityCloseForm(ReadForm):
    """The day a facility closes."""

    closed_on = forms.DateField(
        label="Fermée le", widget=DayInput, help_text="Le premier jour où elle ne soigne plus."
    )


def details_of(data: dict[str, Any]) -> FacilityDetails:
    """Return what was typed, as the service takes it."""
    return FacilityDetails(
        name=data["name"],
        code=data["code"],
        facility_type=data["facility_type"],
        ownership=data["ownership"],
        commune_id=data["commune"],
        former_commune_id=data["former_commune"],
        health_district_id=data["health_district"].pk,
        contracted_on=data["contracted_on"],
        phone=data["phone"],
    )


def initial_of(facility: HealthFacility) -> dict[str, Any]:
    """Return a facility as the fields show it."""
    plain = ("name", "code", "facility_type", "ownership", "phone", "contracted_on")
    relations = ("commune", "former_commune", "health_district")
    return {name: getattr(facility, name) for name in plain} | {
        name: getattr(facility, f"{name}_id") for name in relations
    }
