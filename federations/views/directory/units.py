"""Pages of units: list, tree, one unit with its story, and what its tenant may do to it."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.filters.units import UnitFilter
from federations.models import Unit, UnitZone
from federations.rules.roles import Permission, is_permitted
from federations.selectors import units as selectors
from federations.selectors.heirs import heirs_above, joining
from federations.services import units as services
from federations.tables.units import UnitTable
from federations.tenancy.actor import Actor
from federations.views.directory import unit_forms as forms
from federations.views.versions import VersionedPage

MOST_SHOWN = 12


class UnitList(ListPage):
    """Every unit of the network."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/units.html"
    title = "Unités"
    table_class = UnitTable
    filter_class = UnitFilter
    empty_text = (
        "Aucune unité n’est inscrite. Ouvrez la première, ou importez les données de départ."
    )
    add_url_name = "unit_add"
    add_label = "Ouvrir une unité"
    add_permission = Permission.MANAGE_UNITS

    def rows(self) -> QuerySet[Unit]:
        """Return the directory's units."""
        return selectors.network_units()

    def state(self, count: int) -> str:
        """Say how many are shown."""
        plural = "s" if count > 1 else ""
        return f"{format_integer(count)} unité{plural} : mutuelles, sections, centres, antennes."


class UnitTree(ActorPage):
    """The units open today, each under the one it hangs from."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/unit_tree.html"

    def page(self) -> dict[str, Any]:
        """Return the trees."""
        today = clock.today()
        return {"title": "Arbre des unités", "branches": selectors.unit_tree(today), "day": today}


class UnitDetail(ActorPage):
    """One unit: what it is, where it works, what it went through."""

    permission = Permission.SEE_DIRECTORY
    template_name = "federations/unit_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the unit and what surrounds it."""
        unit, today = selectors.unit_by_id(self.kwargs["pk"]), clock.today()
        zones = selectors.zones_of(unit)
        first_day = max(today, unit.valid_from)
        near = list(selectors.facilities_near(zones, first_day)[: MOST_SHOWN + 1])
        return {
            "unit": unit,
            "title": unit.name,
            "standing": _standing(unit, today),
            "is_closed": unit.valid_to is not None
            and (unit.valid_to <= today or selectors.is_never_open(unit)),
            "today": today,
            "facts": _facts(unit),
            "zones": zones,
            "beneath": selectors.beneath(unit),
            "joining": joining(unit),
            "story": [
                (day, sentence, reverse("unit_detail", args=[other]) if other else "")
                for day, sentence, other in selectors.story_of(unit, zones, today)
            ],
            "near": near[:MOST_SHOWN],
            "more_near": len(near) > MOST_SHOWN,
            "may_change": may_change(self.actor, unit),
            "stays_closed": unit.valid_to is not None
            and (selectors.is_never_open(unit) or selectors.was_recut(unit)),
            "recut": selectors.latest_recut_of(unit) if may_change(self.actor, unit) else None,
            "may_print": may_print(self.actor, unit),
        }


def may_change(actor: Actor, unit: Unit) -> bool:
    """Tell whether the actor is offered changes to the unit."""
    is_root = unit.kind in (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION)
    permitted = is_permitted(actor.role, Permission.MANAGE_UNITS)
    return permitted and unit.tenant_id == actor.tenant_id and not is_root


def may_print(actor: Actor, unit: Unit) -> bool:
    """Tell whether the actor prints the papers of the unit's members."""
    if unit.kind not in Unit.INSURING or unit.tenant_id != actor.tenant_id:
        return False
    if not is_permitted(actor.role, Permission.ENROL_HOUSEHOLDS):
        return False
    in_sight = selectors.visible_unit_ids(actor)
    return in_sight is None or unit.pk in in_sight


def _standing(unit: Unit, today: date) -> str:
    """Say since when a unit is open or closed, or from when it will be."""
    if unit.valid_to is not None:
        words = "fermée" if unit.valid_to <= today else "ferme"
        return f"{words} le {format_date(unit.valid_to)}"
    words = "ouverte depuis" if unit.valid_from <= today else "ouvre"
    return f"{words} le {format_date(unit.valid_from)}"


def _facts(unit: Unit) -> list[tuple[str, Any]]:
    heirs = heirs_above(unit)
    pairs = [
        ("Nature", unit.get_kind_display()),
        ("Code", unit.code),
        ("Fédération", unit.tenant.name),
        ("Rattachée à", _hanging(unit.parent, heirs) or "rien : elle est en tête"),
        ("Lieu", unit.place.name if unit.place else None),
        ("District sanitaire", unit.health_district.name if unit.health_district else None),
        ("Adresse", unit.address),
        ("Téléphone", unit.phone),
    ]
    if unit.kind in Unit.INSURING:
        pairs.insert(4, ("Centre de gestion", _hanging(unit.management_centre, heirs)))
    return pairs


def _hanging(above: Unit | None, heirs: dict[int, Unit]) -> str:
    """Link to what a unit hangs from, and to what takes its place on a day to come."""
    heir = heirs.get(above.pk) if above else None
    if heir is None:
        return _link(above)
    day = format_date(heir.valid_from)
    return format_html("{} ; dès le {} : {}", _link(above), day, _link(heir))


def _with_days(zone: UnitZone) -> str:
    """Name a commune of a zone with its days: « Giheta (dès le 01/07/2025) »."""
    until = f", jusqu’au {zone.valid_to:%d/%m/%Y} exclu" if zone.valid_to else ""
    return f"{zone.commune} (dès le {zone.valid_from:%d/%m/%Y}{until})"


def _link(unit: Unit | None) -> str:
    if unit is None:
        return ""
    url = reverse("unit_detail", args=[unit.pk])
    return format_html('<a href="{}">{}</a>', url, unit.name)


class UnitAdd(FormPage):
    """Open a unit."""

    permission = Permission.MANAGE_UNITS
    form_class = forms.UnitAddForm
    title = "Ouvrir une unité"
    submit_label = "Ouvrir l’unité"
    success_message = "L’unité est ouverte."

    def get_initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"valid_from": clock.today()}

    def save(self, data: dict[str, Any]) -> Unit:
        """Call the service."""
        return services.create_unit(
            actor=self.actor,
            kind=data["kind"],
            details=forms.details_of(data),
            valid_from=data["valid_from"],
            commune_ids=data["communes"],
            submission_key=data["submission_key"],
        )

    def done_url(self, made: Unit) -> str:
        """Show the unit."""
        return reverse("unit_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("units")


class OneUnitForm(FormPage):
    """A form about one unit of the actor's own tenant; another's looks like none."""

    abstract = True
    permission = Permission.MANAGE_UNITS
    template_name = "federations/unit_form.html"

    @cached_property
    def unit(self) -> Unit:
        """The unit of the address."""
        unit = selectors.unit_by_id(self.kwargs["pk"])
        if unit.tenant_id != self.actor.tenant_id:
            raise NotFound("Cette unité n’existe pas dans votre fédération.")
        return unit

    def get_initial(self) -> dict[str, Any]:
        """Begin from the unit as it is."""
        return forms.initial_of(self.unit)

    def done_url(self, made: Any) -> str:
        """Show the unit."""
        return reverse("unit_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the unit."""
        return reverse("unit_detail", args=[self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the unit."""
        return super().get_context_data(unit=self.unit, **kwargs)


class UnitEdit(VersionedPage, OneUnitForm):
    """Correct what is said of a unit."""

    form_class = forms.UnitEditForm
    title = "Modifier l’unité"
    intro = (
        "Pour corriger un nom, une adresse, un rattachement. Si l’unité change de niveau ou de "
        "territoire, faites plutôt un redécoupage : les rapports passés restent vrais."
    )
    success_message = "L’unité est modifiée."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the unit as it is, and from its version."""
        return super().get_initial() | {"version": self.version_of(self.unit)}

    def version_of(self, thing: Unit) -> str:
        """Return the version of a unit."""
        return services.unit_version(thing)

    def change(self, data: dict[str, Any], version: str) -> Unit:
        """Call the service."""
        return services.change_unit(
            actor=self.actor,
            unit_id=self.unit.pk,
            details=forms.details_of(data),
            valid_from=data["valid_from"],
            version=version,
        )

    def facts_of(self, thing: Unit) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [
            ("Nom", thing.name),
            *_facts(thing),
            ("Ouverte le", format_date(thing.valid_from)),
        ]


class UnitClose(OneUnitForm):
    """Close a unit."""

    form_class = forms.UnitCloseForm
    title = "Fermer l’unité"
    submit_label = "Fermer l’unité"
    intro = (
        "L’unité reste dans l’annuaire et dans les rapports jusqu’à ce jour ; sa zone d’action "
        "prend fin avec elle. Retirez d’abord, pour ce jour au plus tard, les rôles de ceux qui y "
        "travaillent. Rien n’est effacé."
    )

    def success_message_for(self, made: Unit) -> str:
        """Say whether it is closed already, or will be."""
        return f"La fermeture est inscrite : unité {_standing(made, clock.today())}."

    def save(self, data: dict[str, Any]) -> Unit:
        """Call the service."""
        return services.close_unit(
            actor=self.actor, unit_id=self.unit.pk, closed_on=data["closed_on"]
        )


class UnitReopen(ActorView):
    """Take a closure back."""

    permission = Permission.MANAGE_UNITS
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Call the service and show the unit."""
        unit = services.reopen_unit(actor=self.actor, unit_id=pk)
        standing = _standing(unit, clock.today())
        messages.success(request, f"La fermeture est reprise : unité {standing}.")
        return HttpResponseRedirect(reverse("unit_detail", args=[unit.pk]))


class UnitZonePage(VersionedPage, OneUnitForm):
    """Change the communes where a unit works."""

    form_class = forms.UnitZoneForm
    title = "Changer la zone d’action"
    intro = "Les communes retirées restent écrites, avec leur dernier jour."
    success_message = "La zone d’action est changée."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the zone as it is."""
        return {
            "from_date": clock.today(),
            "communes": selectors.open_communes(self.unit),
            "version": self.version_of(self.unit),
        }

    def version_of(self, thing: Unit) -> str:
        """Return the version of a unit's zone."""
        return services.zone_version(thing)

    def change(self, data: dict[str, Any], version: str) -> Unit:
        """Call the service."""
        services.set_zone(
            actor=self.actor,
            unit_id=self.unit.pk,
            commune_ids=data["communes"],
            from_date=data["from_date"],
            version=version,
        )
        return self.unit

    def facts_of(self, thing: Unit) -> list[tuple[str, Any]]:
        """Return what the other saved: each commune of today or later, with its days."""
        today = clock.today()
        zones = selectors.zones_of(thing)
        there = [zone for zone in zones if zone.valid_to is None or zone.valid_to > today]
        return [("Communes", " ; ".join(_with_days(zone) for zone in there))]
