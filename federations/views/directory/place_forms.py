"""Forms of places and health districts."""

from typing import Any

from django import forms

from conamus.pages.widgets import DayInput
from federations.forms.versions import ReadForm
from federations.models import Place
from federations.selectors.places import provinces
from federations.services.places_edit import DistrictDetails
from federations.views.directory.choices import commune_choices, offer_rows, optional_number


def _former_commune_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="Commune avant 2025",
        coerce=optional_number,
        required=False,
        empty_value=None,
        choices=[("", "non connue"), *commune_choices(Place.Division.UNTIL_2025.value)],
    )


class PlaceForm(ReadForm):
    """A place's name and, by its level, its seat or the commune where it used to lie."""

    name = forms.CharField(label="Nom", max_length=200)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if place.kind == Place.Kind.PROVINCE:
            self.fields["seat"] = forms.CharField(label="Chef-lieu", max_length=60, required=False)
        if self.asks_former_commune(place):
            self.fields["former_commune"] = _former_commune_field()

    def asks_former_commune(self, place: Place) -> bool:
        """Only a colline keeps it."""
        return place.kind == Place.Kind.COLLINE


class PlaceAddForm(PlaceForm):
    """A place to add under another."""

    def asks_former_commune(self, place: Place) -> bool:
        """What is added under a zone is a colline."""
        return place.kind == Place.Kind.ZONE


class DistrictForm(ReadForm):
    """What is said of a health district."""

    name = forms.CharField(label="Nom", max_length=200)
    code = forms.CharField(label="Code", max_length=10)
    former_province = forms.ModelChoiceField(
        Place.objects.none(), label="Province (avant 2025)", empty_label="choisir…"
    )
    valid_from = forms.DateField(label="En vigueur dès le", widget=DayInput, required=False)
    valid_to = forms.DateField(
        label="Jusqu’au (exclu)",
        widget=DayInput,
        required=False,
        help_text="Vide : il existe encore.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "former_province", provinces(Place.Division.UNTIL_2025))


def district_details(data: dict[str, Any]) -> DistrictDetails:
    """Return what was typed, as the service takes it."""
    return DistrictDetails(
        name=data["name"],
        code=data["code"],
        former_province_id=data["former_province"].pk,
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
    )
