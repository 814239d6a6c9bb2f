"""Columns of the lists of facilities, health districts and partners."""

import django_tables2 as tables
from django.urls import reverse
from django_tables2.utils import A

from conamus import clock
from conamus.pages.columns import CodeColumn, DayColumn, NumberColumn
from federations.models import HealthDistrict, HealthFacility, Partner
from federations.rules.roles import Permission, is_permitted
from federations.selectors.facilities import situation_of


class FacilityTable(tables.Table):
    """The register of health facilities, as it is or was on a day: its rows come from `as_on`."""

    name = tables.Column(
        "Nom", linkify=("facility_detail", {"pk": A("pk")}), order_by=("sort_key",)
    )
    code = CodeColumn("Code")
    facility_type = tables.Column("Type", accessor="type_then")
    ownership = tables.Column("Statut juridique", accessor="ownership_then")
    province = tables.Column(
        "Province (avant 2025)",
        accessor="former_commune__parent__name",
        order_by=("former_commune__parent__sort_key", "sort_key"),
    )
    former_commune = tables.Column(
        "Commune (avant 2025)",
        accessor="former_commune__name",
        order_by=("former_commune__sort_key", "sort_key"),
    )
    health_district = tables.Column(
        "District", accessor="health_district__name", order_by=("health_district__sort_key",)
    )
    status = tables.Column("Situation")

    class Meta:
        model = HealthFacility
        fields = (
            "name", "code", "facility_type", "ownership", "province", "former_commune",
            "health_district", "status",
        )  # fmt: skip
        order_by = ("name",)

    def render_facility_type(self, value: str) -> str:
        """Say it as the register does."""
        return str(HealthFacility.Type(value).label)

    value_facility_type = render_facility_type

    def render_ownership(self, value: str) -> str:
        """Say it as the register does."""
        return str(HealthFacility.Ownership(value).label)

    value_ownership = render_ownership

    def render_status(self, record: HealthFacility) -> str:
        """Say how it stands today: a closing may be to come."""
        return situation_of(record, clock.today())

    value_status = render_status


class DistrictTable(tables.Table):
    """The health districts."""

    name = tables.Column("Nom", order_by=("sort_key",))
    code = CodeColumn("Code")
    province = tables.Column(
        "Province (avant 2025)",
        accessor="former_province__name",
        order_by=("former_province__sort_key", "sort_key"),
    )
    facilities = NumberColumn("Formations sanitaires")
    valid_from = DayColumn("En vigueur dès", default="")
    valid_to = DayColumn("Jusqu’au (exclu)", default="")

    class Meta:
        model = HealthDistrict
        fields = ("name", "code", "province", "facilities", "valid_from", "valid_to")
        order_by = ("name",)


class EditableDistrictTable(DistrictTable):
    """The health districts, for those who keep them."""

    name = tables.Column("Nom", linkify=("district_edit", {"pk": A("pk")}), order_by=("sort_key",))


def _own_form(record: Partner, table: tables.Table) -> str | None:
    """Return the form of the actor's own partner, for those who keep partners."""
    actor = table.request.actor
    keeps = is_permitted(actor.role, Permission.MANAGE_UNITS)
    is_own = record.tenant_id == actor.tenant_id
    return reverse("partner_edit", args=[record.pk]) if keeps and is_own else None


class PartnerTable(tables.Table):
    """Partners and funders, each with the tenant that recorded it."""

    name = tables.Column("Nom", linkify=_own_form, order_by=("sort_key",))
    acronym = tables.Column("Sigle", default="")
    kind = tables.Column("Nature")
    federation = tables.Column(
        "Inscrit par", accessor="tenant__short_name", order_by=("tenant__sort_key", "sort_key")
    )
    is_active = tables.Column("Situation")

    class Meta:
        model = Partner
        fields = ("name", "acronym", "kind", "federation", "is_active")
        order_by = ("name",)

    def render_is_active(self, value: bool) -> str:
        """Say it in a word."""
        return "actif" if value else "inactif"

    value_is_active = render_is_active
