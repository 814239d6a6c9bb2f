"""The form of a re-cut: the units that close, and as many new ones as were asked for.

The fields of the second new unit end in ``_2``, those of the third in ``_3``. Where the
zones d'action leave a colline open, the page asks for it by a field of its own
(``vers_<unit>_<colline>``), read here.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from django import forms

from conamus import clock
from conamus.kernel.text import read_number
from conamus.pages.widgets import DayInput
from federations.models import Unit
from federations.selectors.units import own_units
from federations.services.recuts import Opening
from federations.views.directory.choices import CommunesField
from federations.views.directory.unit_forms import UnitDetailsForm, details_of

MOST_OPENED = 6
_TO = "vers"


def how_many(data: Mapping[str, Any]) -> int:
    """Return how many new units were asked for: one, unless said."""
    text = str(data.get("nouvelles", ""))
    return min(max(int(text), 1), MOST_OPENED) if text.isdecimal() and len(text) < 3 else 1


class RecutForm(UnitDetailsForm):
    """The units that replace one or several others."""

    on_date = forms.DateField(
        label="Date du changement",
        widget=DayInput,
        help_text="Les anciennes unités ferment ce jour-là, les nouvelles ouvrent.",
    )
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.unit: Unit = kwargs.pop("unit")
        self.opened: int = kwargs.pop("opened")
        super().__init__(*args, **kwargs)
        self.add_kind_and_communes()
        asked = ("submission_key", "opened_by", "confirmed")
        of_one = {k: f for k, f in self.fields.items() if k not in (*asked, "on_date")}
        self.of_opening = tuple(of_one)
        self.fields = {
            **{name: self.fields[name] for name in asked},
            "on_date": self.fields["on_date"],
            "nouvelles": forms.IntegerField(
                widget=forms.HiddenInput, required=False, initial=self.opened
            ),
            **self._of_closing(),
            **of_one,
        }
        for place in range(2, self.opened + 1):
            for name, field in of_one.items():
                self.fields[f"{name}_{place}"] = deepcopy(field)

    def _of_closing(self) -> dict[str, forms.Field]:
        """The other units that may close with this one, and where what hangs from it goes."""
        same = own_units(self.actor, kinds=(self.unit.kind,), on_date=clock.today())
        others = [(str(one.pk), one.name) for one in same.exclude(pk=self.unit.pk)]
        fields: dict[str, forms.Field] = {}
        if others:
            also = CommunesField(
                label="Ferment en même temps",
                required=False,
                help_text="Les autres unités que les nouvelles remplacent aussi.",
            )
            fields["also"] = also
            also.choices = [("Choisir d’autres unités", others)]
        if self.opened > 1:
            fields["heir"] = forms.TypedChoiceField(
                label="Personnes et unités rattachées",
                coerce=int,
                choices=[(n, f"suivent à la {rank(n)} nouvelle unité") for n in self._places()],
            )
        return fields

    def _places(self) -> range:
        return range(1, self.opened + 1)

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """Return the fields as the page shows them: the decision, then each new unit."""
        shared = [name for name in ("on_date", "also", "heir") if name in self.fields]
        yield "", [self[name] for name in shared]
        for place in self._places():
            title = f"{rank(place).capitalize()} nouvelle unité" if self.opened > 1 else ""
            yield title, [self[_named(name, place)] for name in self.of_opening]

    def openings(self) -> list[Opening]:
        """Return the new units as the service takes them."""
        data = self.cleaned_data
        made = []
        for place in self._places():
            own = {name: data[_named(name, place)] for name in self.of_opening}
            made.append(
                Opening(
                    kind=own["kind"], details=details_of(own), commune_ids=tuple(own["communes"])
                )
            )
        return made

    def chosen(self) -> dict[tuple[int, int], int]:
        """Return where a person sends the households of collines, as places from 0."""
        return chosen_of(self.data)


def chosen_of(data: Mapping[str, Any]) -> dict[tuple[int, int], int]:
    """Return what was chosen by (unit, colline) in the fields ``vers_<unit>_<colline>``."""
    found = {}
    for name, value in data.items():
        head, *keys = name.split("_")
        numbers = [n for text in (*keys, str(value)) if (n := read_number(text)) is not None]
        if head == _TO and len(keys) == 2 and len(numbers) == 3:
            unit, colline, to = numbers
            found[unit, colline] = to
    return found


def field_of(unit_id: int, colline_id: int) -> str:
    """Return the name of the field that asks where a colline's households go."""
    return f"{_TO}_{unit_id}_{colline_id}"


def rank(place: int) -> str:
    """Write a place in words, feminine as the unit is.

    >>> rank(1), rank(3)
    ('première', '3e')
    """
    return {1: "première", 2: "deuxième"}.get(place, f"{place}e")


def _named(name: str, place: int) -> str:
    return name if place == 1 else f"{name}_{place}"
