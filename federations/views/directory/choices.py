"""Choices that the directory's forms offer: communes by province, in both divisions."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms.widgets import ChoiceWidget
from django.utils.datastructures import MultiValueDict

from conamus import clock
from federations.models import Place
from federations.selectors.places import communes, unclosed_districts

Choices = list[tuple[str, list[tuple[str, str]]]]
_ERA = {"until_2025": "avant 2025", "since_2025": "depuis 2025"}


def commune_choices(*divisions: str) -> Choices:
    """Return the communes of the divisions (both, unless named) as options by province."""
    wanted = divisions or (Place.Division.SINCE_2025.value, Place.Division.UNTIL_2025.value)
    return [group for division in wanted for group in _by_province(division)]


def offer(form: forms.Form, name: str, choices: Any) -> None:
    """Give a field of a form the choices that only this actor, or this day, has."""
    cast("forms.ChoiceField", form.fields[name]).choices = choices


def offer_rows(form: forms.Form, name: str, rows: QuerySet) -> None:
    """Give a field of a form the rows to choose from."""
    cast("forms.ModelChoiceField", form.fields[name]).queryset = rows


def offer_districts(form: forms.Form) -> None:
    """Give a form the health districts that have not ended, and the one that its row has."""
    had = form.initial.get("health_district")
    offer_rows(form, "health_district", unclosed_districts(clock.today(), had=had))


def _by_province(division: str) -> Choices:
    found: Iterable[Place] = communes(division)
    return [
        (f"{province} ({_ERA[division]})", [(str(place.pk), place.name) for place in group])
        for province, group in groupby(found, key=lambda place: str(place.parent))
    ]


class CommunesInput(ChoiceWidget):
    """Communes to tick, folded by province; those with a tick are open."""

    template_name = "federations/widgets/communes.html"
    allow_multiple_selected = True
    input_type = "checkbox"
    use_fieldset = True

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """A group of boxes has no one field to point at."""
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return every ticked commune."""
        return data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name) or []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """No tick is an answer too."""
        return False


class CommunesField(forms.TypedMultipleChoiceField):
    """The communes of a zone d'action."""

    widget = CommunesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)


def optional_number(value: str) -> int | None:
    """Return the id that an optional choice holds."""
    return int(value) if value else None
