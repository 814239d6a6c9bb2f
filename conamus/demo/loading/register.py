"""Writes a tenant's partners, activities, expenses, past years and report texts."""

from django.utils import timezone

from conamus.demo.loading.keys import Keys
from conamus.demo.loading.network import NAMED, named
from conamus.demo.plan import NetworkPlan
from conamus.demo.provenance import REPORT_2019
from conamus.demo.register import PROMOTER_NAMES
from conamus.demo.register.picture import PICTURED, draw_provinces
from federations.models import NarrativePicture, NarrativeSection
from federations.services.bulk import insert_rows, reserve_ids
from federations.services.files import store_file


def insert_register(plan: NetworkPlan, keys: Keys, tenant: str) -> None:
    """Write everything that a tenant's registers hold at the start."""
    _insert_partners(plan, keys, tenant)
    _insert_activities(plan, keys, tenant)
    _insert_expenses(plan, keys, tenant)
    _insert_past_years(plan, keys, tenant)
    _insert_sections(plan, keys, tenant)


def _insert_partners(plan: NetworkPlan, keys: Keys, tenant: str) -> None:
    rows = (
        (keys.partners[tenant, p.name], keys.tenants[tenant], *named(p.name), p.kind, p.acronym,
         True)
        for p in plan.partners
        if p.tenant == tenant
    )  # fmt: skip
    columns = ("id", "tenant_id", *NAMED, "kind", "acronym", "is_active")
    insert_rows("federations_partner", columns, rows)


def _insert_activities(plan: NetworkPlan, keys: Keys, tenant: str) -> None:
    """Write the tenant's activities under its root unit, and who took part."""
    tenant_id, unit_id = keys.tenants[tenant], keys.units[tenant, tenant]
    provinces = plan.gazetteer.provinces
    activities = [a for a in plan.activities if a.tenant == tenant]
    ids = reserve_ids("federations_activity", len(activities))
    columns = ("id", "tenant_id", "unit_id", "starts_on", "ends_on", "kind", "chapter", "theme",
               "place_id", "place_note", "funder_id", "cost_francs", "result",
               "source")  # fmt: skip
    rows = (
        (
            key, tenant_id, unit_id, a.starts_on, a.ends_on, a.kind, a.chapter, a.theme,
            keys.former_place(provinces[a.province].code) if a.province else None,
            a.place_note, keys.partners[tenant, a.funder] if a.funder else None,
            a.cost_francs, a.result, a.source,
        )
        for key, a in zip(ids, activities, strict=True)
    )  # fmt: skip
    insert_rows("federations_activity", columns, rows)
    groups = (
        (tenant_id, key, group.label, group.total, group.women)
        for key, a in zip(ids, activities, strict=True)
        for group in a.participants
    )
    counted = ("tenant_id", "activity_id", "label", "total", "women")
    insert_rows("federations_activityparticipants", counted, groups)


def _insert_expenses(plan: NetworkPlan, keys: Keys, tenant: str) -> None:
    columns = ("tenant_id", "unit_id", "spent_on", "heading", "funder_id", "amount_francs",
               "label", "voucher")  # fmt: skip
    rows = (
        (
            keys.tenants[tenant], keys.units[tenant, tenant], e.spent_on, e.heading,
            keys.partners[tenant, e.funder] if e.funder else None, e.amount_francs, e.label, "",
        )
        for e in plan.expenses
        if e.tenant == tenant
    )  # fmt: skip
    insert_rows("federations_expense", columns, rows)


def _insert_past_years(plan: NetworkPlan, keys: Keys, tenant: str) -> None:
    columns = ("tenant_id", "promoter_id", "label", "starts_year", "sections", "households",
               "source", "is_of_network")  # fmt: skip
    rows = (
        (
            keys.tenants[tenant], keys.partners[tenant, PROMOTER_NAMES[tenant]], year.label,
            year.starts_year, year.sections, year.households, REPORT_2019,
            True,
        )
        for year in plan.past_years_of(tenant)
    )  # fmt: skip
    insert_rows("membership_pastyear", columns, rows)


def _insert_sections(plan: NetworkPlan, keys: Keys, tenant: str) -> None:
    now = timezone.now()
    rows = (
        (keys.tenants[tenant], s.year, s.outline_key, s.body, 1, now)
        for s in plan.sections
        if s.tenant == tenant
    )
    columns = ("tenant_id", "year", "outline_key", "body", "version", "updated_at")
    insert_rows("federations_narrativesection", columns, rows)
    _insert_pictures(keys.tenants[tenant], tenant)


def _insert_pictures(tenant_id: int, tenant: str) -> None:
    for (owner, outline_key), caption in PICTURED.items():
        if owner != tenant:
            continue
        section = NarrativeSection.objects.get(tenant_id=tenant_id, outline_key=outline_key)
        file = store_file(
            tenant_id=tenant_id,
            name="provinces.png",
            content_type="image/png",
            content=draw_provinces(),
        )
        NarrativePicture.objects.create(
            tenant_id=tenant_id, section=section, file=file, caption=caption
        )
