"""Forms of units: what is typed, handed to the service as it is."""

from typing import Any

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from conamus.pages.widgets import DayInput
from federations.forms.versions import ReadForm
from federations.models import Federation, HealthDistrict, Unit
from federations.rules.units import SERVED, STANDS_UNDER, kinds_opened_by
from federations.selectors.units import own_units
from federations.services.units import UnitDetails
from federations.tenancy.actor import Actor
from federations.views.directory.choices import (
    CommunesField,
    commune_choices,
    offer,
    offer_districts,
    optional_number,
)

_LABELS = dict(Unit.Kind.choices)


def opened_kinds(actor: Actor) -> tuple[str, ...]:
    """Return the kinds of unit that the actor's tenant opens."""
    tenant_kind = Federation.objects.values_list("kind", flat=True).get(pk=actor.tenant_id)
    return kinds_opened_by(tenant_kind)


def details_of(data: dict[str, Any]) -> UnitDetails:
    """Return what was typed, as the service takes it."""
    district = data["health_district"]
    return UnitDetails(
        name=data["name"],
        code=data["code"],
        parent_id=data["parent"],
        management_centre_id=data.get("management_centre"),
        place_id=data["place"],
        health_district_id=district.pk if district else None,
        address=data["address"],
        phone=data["phone"],
    )


def initial_of(unit: Unit) -> dict[str, Any]:
    """Return a unit as the fields show it."""
    names = ("name", "code", "address", "phone", "kind", "valid_from")
    relations = ("parent", "management_centre", "place", "health_district")
    return {name: getattr(unit, name) for name in names} | {
        name: getattr(unit, f"{name}_id") for name in relations
    }


def _own_choices(actor: Actor, kinds: tuple[str, ...], chosen: int | None) -> list[tuple[str, str]]:
    """Offer what is open, and what is there already: a centre to come, since a re-cut."""
    units = own_units(actor, kinds=kinds, on_date=clock.today(), chosen=chosen)
    return [(str(unit.pk), f"{unit.name} ({unit.get_kind_display()})") for unit in units]


class UnitDetailsForm(ServiceForm):
    """What is said of a unit, whatever is done with it."""

    name = forms.CharField(label="Nom", max_length=200)
    code = forms.CharField(
        label="Code", max_length=30, help_text="Court ; chaque unité du réseau a le sien."
    )
    parent = forms.TypedChoiceField(label="Rattachée à", coerce=int)
    management_centre = forms.TypedChoiceField(
        label="Centre de gestion", coerce=optional_number, required=False, empty_value=None
    )
    place = forms.TypedChoiceField(
        label="Lieu", coerce=optional_number, required=False, empty_value=None
    )
    health_district = forms.ModelChoiceField(
        HealthDistrict.objects.none(),
        label="District sanitaire",
        required=False,
        empty_label="non précisé",
    )
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = opened_kinds(self.actor)
        parents = tuple({above for kind in self.kinds for above in STANDS_UNDER[kind]})
        above = _own_choices(self.actor, parents, self.initial.get("parent"))
        offer(self, "parent", [("", "choisissez"), *above])
        if set(self.kinds) & set(SERVED):
            chosen = self.initial.get("management_centre")
            centres = _own_choices(self.actor, (Unit.Kind.MANAGEMENT_CENTRE.value,), chosen)
            offer(self, "management_centre", [("", "aucun"), *centres])
        else:
            del self.fields["management_centre"]
        offer(self, "place", [("", "non précisé"), *commune_choices()])
        offer_districts(self)

    def add_kind_and_communes(self) -> None:
        """Ask the nature first and the communes last."""
        kinds = [(kind, _LABELS[kind].capitalize()) for kind in self.kinds]
        self.fields = {
            "kind": forms.ChoiceField(label="Nature", choices=kinds),
            **self.fields,
            "communes": CommunesField(
                label="Zone d’action",
                choices=commune_choices(),
                required=False,
                help_text="Les communes où l’unité travaille.",
            ),
        }


class UnitAddForm(UnitDetailsForm):
    """A unit to open."""

    valid_from = forms.DateField(label="Ouverte le", widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_kind_and_communes()


class UnitEditForm(ReadForm, UnitDetailsForm):
    """What is said of a unit that is there."""

    valid_from = forms.DateField(
        label="Ouverte le",
        widget=DayInput,
        help_text="Se corrige tant que rien n’est inscrit dans l’unité.",
    )


class UnitCloseForm(ServiceForm):
    """The day a unit closes."""

    closed_on = forms.DateField(
        label="Fermée le", widget=DayInput, help_text="Le premier jour où elle n’existe plus."
    )


class UnitZoneForm(ReadForm):
    """The communes where a unit works from a day on."""

    from_date = forms.DateField(label="À partir du", widget=DayInput)
    communes = CommunesField(label="Communes", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "communes", commune_choices())
