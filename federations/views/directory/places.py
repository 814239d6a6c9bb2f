"""Pages of places, in both divisions, and of health districts."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from conamus import clock
from conamus.kernel.figures import format_date, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.filters.directory import DistrictFilter
from federations.filters.places import PlaceFilter
from federations.models import HealthDistrict, Place
from federations.rules.roles import Permission, is_permitted
from federations.selectors import places as selectors
from federations.services import places_edit as services
from federations.tables.directory import DistrictTable, EditableDistrictTable
from federations.tables.places import PlaceTable
from federations.views.directory import place_forms as forms
from federations.views.versions import VersionedPage


class PlaceList(ListPage):
    """Places of one division, level by level."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/places.html"
    title = "Lieux"
    table_class = PlaceTable
    filter_class = PlaceFilter
    empty_text = "Les listes de lieux ne sont pas encore chargées."

    def rows(self) -> QuerySet[Place]:
        """Return places with what they lie in."""
        return Place.objects.select_related("parent__parent__parent")

    def state(self, count: int) -> str:
        """Say which divisions there are."""
        return (
            "Le Burundi avait 18 provinces et 119 communes jusqu’à mi-2025 ; il en a 5 et 42 "
            "depuis, avec leurs zones et leurs collines."
        )


class PlaceDetail(ActorPage):
    """One place: what it lies in, what lies in it, what it was or became."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/place_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the place and what surrounds it."""
        place = selectors.place_by_id(self.kwargs["pk"])
        may_change = is_permitted(self.actor.role, Permission.MANAGE_PLACES)
        is_commune = place.kind == Place.Kind.COMMUNE
        return {
            "place": place,
            "title": place.name,
            "lineage": selectors.lineage(place),
            "facts": _facts(place),
            "children": selectors.children(place),
            "correspondences": selectors.correspondences(place),
            "is_former": place.division == Place.Division.UNTIL_2025,
            "zones": selectors.units_working_in(place, clock.today()) if is_commune else [],
            "facilities": list(selectors.facilities_in(place)) if is_commune else [],
            "may_change": may_change,
            "may_add": may_change and may_add_under(place),
        }


def may_add_under(place: Place) -> bool:
    """Tell whether a zone or a colline can be added there."""
    is_current = place.division == Place.Division.SINCE_2025
    return is_current and place.kind in services.ADDED_UNDER


def _facts(place: Place) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = [
        ("Niveau", place.get_kind_display()),
        ("Découpage", place.get_division_display()),
        ("Code", place.code),
    ]
    if place.kind == Place.Kind.PROVINCE:
        pairs.append(("Chef-lieu", place.seat))
    if place.valid_from or place.valid_to:
        pairs.append(("En vigueur", _in_force(place)))
    if place.kind == Place.Kind.COLLINE:
        pairs.append(("Commune avant 2025", _former(place)))
    return pairs


def _in_force(place: Place) -> str:
    begins = f"depuis le {format_date(place.valid_from)}" if place.valid_from else ""
    ends = f"jusqu’au {format_date(place.valid_to)} (exclu)" if place.valid_to else ""
    return " ".join(part for part in (begins, ends) if part)


def _former(place: Place) -> str:
    if place.former_commune is None:
        return ""
    name = f"{place.former_commune}, {place.former_commune.parent}"
    how = place.get_former_method_display()
    return f"{name} ({how})" if how else name


class OnePlaceForm(FormPage):
    """A form about one place."""

    abstract = True
    permission = Permission.MANAGE_PLACES
    template_name = "federations/place_form.html"

    @cached_property
    def place(self) -> Place:
        """The place of the address."""
        return selectors.place_by_id(self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form which place it is about."""
        return {**super().get_form_kwargs(), "place": self.place}

    def done_url(self, made: Place) -> str:
        """Show the place."""
        return reverse("place_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the place."""
        return reverse("place_detail", args=[self.place.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the place."""
        return super().get_context_data(place=self.place, **kwargs)


class PlaceEdit(VersionedPage, OnePlaceForm):
    """Correct a place."""

    form_class = forms.PlaceForm
    title = "Corriger le lieu"
    success_message = "Le lieu est corrigé."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the place as it is."""
        return {
            "name": self.place.name,
            "seat": self.place.seat,
            "former_commune": self.place.former_commune_id,
            "version": self.version_of(self.place),
        }

    def version_of(self, thing: Place) -> str:
        """Return the version of a place."""
        return services.place_version(thing)

    def change(self, data: dict[str, Any], version: str) -> Place:
        """Call the service."""
        return services.correct_place(
            actor=self.actor,
            place_id=self.place.pk,
            name=data["name"],
            seat=data.get("seat", ""),
            former_commune_id=data.get("former_commune"),
            version=version,
        )

    def facts_of(self, thing: Place) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [("Nom", thing.name), *_facts(thing)]


class PlaceAdd(OnePlaceForm):
    """Add a zone to a commune, or a colline to a zone."""

    form_class = forms.PlaceAddForm
    title = "Ajouter un lieu"
    submit_label = "Ajouter"
    success_message = "Le lieu est ajouté."

    def save(self, data: dict[str, Any]) -> Place:
        """Call the service."""
        return services.add_place(
            actor=self.actor,
            parent_id=self.place.pk,
            name=data["name"],
            former_commune_id=data.get("former_commune"),
            submission_key=data["submission_key"],
        )


class DistrictList(ListPage):
    """The health districts."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/districts.html"
    title = "Districts sanitaires"
    filter_class = DistrictFilter
    empty_text = "Aucun district sanitaire n’est inscrit."
    add_url_name = "district_add"
    add_label = "Ajouter un district"
    add_permission = Permission.MANAGE_PLACES

    @property
    def table_class(self) -> type[DistrictTable]:  # type: ignore[override]
        """Names lead to the form for those who keep the list."""
        return EditableDistrictTable if self.may_add() else DistrictTable

    def rows(self) -> QuerySet[HealthDistrict]:
        """Return the districts."""
        return selectors.districts()

    def state(self, count: int) -> str:
        """Say how many are shown, and that they are not the communes."""
        plural = "s" if count > 1 else ""
        return (
            f"{format_integer(count)} district{plural} sanitaire{plural}. Leur découpage ne suit "
            "pas celui des communes ; les listes publiées depuis en comptent de 46 à 49."
        )


class DistrictAdd(FormPage):
    """Add a health district."""

    permission = Permission.MANAGE_PLACES
    form_class = forms.DistrictForm
    title = "Ajouter un district sanitaire"
    submit_label = "Ajouter"
    success_message = "Le district est inscrit."

    def save(self, data: dict[str, Any]) -> HealthDistrict:
        """Call the service."""
        return services.add_district(
            actor=self.actor,
            details=forms.district_details(data),
            submission_key=data["submission_key"],
        )

    def done_url(self, made: HealthDistrict) -> str:
        """Go back to the list."""
        return reverse("districts")

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("districts")


class DistrictEdit(VersionedPage, DistrictAdd):
    """Correct a health district, or give its last day."""

    title = "Modifier le district sanitaire"
    submit_label = "Enregistrer"
    success_message = "Le district est modifié."
    intro = "Un district qui disparaît garde sa ligne : donnez le jour de sa fin."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the district as it is."""
        district = selectors.district_by_id(self.kwargs["pk"])
        names = ("name", "code", "valid_from", "valid_to")
        initial = {name: getattr(district, name) for name in names}
        of_others = {
            "former_province": district.former_province_id,
            "version": self.version_of(district),
        }
        return initial | of_others

    def version_of(self, thing: HealthDistrict) -> str:
        """Return the version of a health district."""
        return services.district_version(thing)

    def change(self, data: dict[str, Any], version: str) -> HealthDistrict:
        """Call the service."""
        return services.change_district(
            actor=self.actor,
            district_id=self.kwargs["pk"],
            details=forms.district_details(data),
            version=version,
        )

    def facts_of(self, thing: HealthDistrict) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [
            ("Nom", thing.name),
            ("Code", thing.code),
            ("Province (avant 2025)", thing.former_province.name),
            ("En vigueur dès le", format_date(thing.valid_from) if thing.valid_from else ""),
            ("Jusqu’au (exclu)", format_date(thing.valid_to) if thing.valid_to else ""),
        ]
