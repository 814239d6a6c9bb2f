"""What the search over everything finds in the directory."""

from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Length
from django.urls import reverse

from conamus import clock
from conamus.kernel.text import search_key
from conamus.pages.search import Hit, SearchSource
from federations.models import HealthFacility, Partner, Place, Unit
from federations.rules.roles import Permission
from federations.rules.units import closing_told
from federations.tenancy.actor import Actor


def _holding_every_word(rows: QuerySet, text: str, *, has_code: bool = False) -> QuerySet:
    """Keep the rows whose name, or code, has every word typed."""
    words = search_key(text).split()
    if not words:
        return rows.none()
    held = Q()
    for word in words:
        in_name = Q(search_key__contains=word)
        held &= (in_name | Q(code__icontains=word)) if has_code else in_name
    return rows.filter(held).order_by("sort_key")


def _code_first(text: str) -> Case:
    """Order: what has the very code that was typed, then the rest."""
    return Case(When(code__iexact=text.strip(), then=0), default=1)


def _units(actor: Actor, text: str, most: int) -> list[Hit]:
    today = clock.today()
    rows = _holding_every_word(Unit.objects.select_related("tenant"), text, has_code=True)
    return [
        Hit(
            unit.name,
            f"{unit.code}, {unit.get_kind_display()}, {unit.tenant.short_name}"
            + (f", {closing_told(unit.valid_to, today)}" if unit.valid_to else ""),
            reverse("unit_detail", args=[unit.pk]),
        )
        for unit in rows.order_by(_code_first(text), "-valid_to", "sort_key")[:most]
    ]


def _facilities(actor: Actor, text: str, most: int) -> list[Hit]:
    known = HealthFacility.objects.select_related("former_commune")
    rows = _holding_every_word(known, text, has_code=True)
    return [
        Hit(
            facility.name,
            f"{facility.code}, {facility.get_facility_type_display()}, "
            f"{facility.former_commune.name}",
            reverse("facility_detail", args=[facility.pk]),
        )
        for facility in rows.order_by(_code_first(text), "sort_key")[:most]
    ]


def _places(actor: Actor, text: str, most: int) -> list[Hit]:
    rows = _holding_every_word(Place.objects.select_related("parent"), text)
    return [
        Hit(
            place.name,
            f"{place.get_kind_display()}"
            + (f", {place.parent.name}" if place.parent else "")
            + (", avant 2025" if place.division == Place.Division.UNTIL_2025 else ""),
            reverse("place_detail", args=[place.pk]),
        )
        for place in rows.order_by(Length("code"), "sort_key")[:most]
    ]


def _partners(actor: Actor, text: str, most: int) -> list[Hit]:
    rows = _holding_every_word(Partner.objects.select_related("tenant"), text)
    return [
        Hit(
            partner.name,
            f"{partner.get_kind_display()}, inscrit par {partner.tenant.short_name}",
            f"{reverse('partners')}?q={partner.search_key.replace(' ', '+')}",
        )
        for partner in rows[:most]
    ]


SOURCES = (
    SearchSource("Unités", Permission.SEE_DIRECTORY, _units, "units"),
    SearchSource("Formations sanitaires", Permission.SEE_DIRECTORY, _facilities, "facilities"),
    SearchSource("Lieux", Permission.SEE_DIRECTORY, _places, "places"),
    SearchSource("Partenaires et bailleurs", Permission.SEE_REPORTS, _partners, "partners"),
)
