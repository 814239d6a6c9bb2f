"""Pages of the membership indicators: who is insured on a day, and the year's rates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus import clock
from conamus.kernel.figures import format_date, format_integer, format_rate
from conamus.pages.exports import export_response
from conamus.pages.views import ActorPage
from conamus.pages.years import asked_year
from federations.rules.roles import Permission, is_permitted
from membership.rules.indicators import Flows, total_flows
from membership.selectors.indicator_names import federation_names, group_names, unit_names
from membership.selectors.indicators import (
    Breakdown,
    InsuredGroup,
    UnitFlows,
    insured_on,
    year_flows,
)
from membership.tables.indicators import TOTAL, FlowsTable, InsuredTable

BREAKDOWNS = {
    "unite": (Breakdown.UNIT, "unité"),
    "commune": (Breakdown.COMMUNE, "commune (depuis 2025)"),
    "ancienne-commune": (Breakdown.FORMER_COMMUNE, "commune (jusqu’en 2025)"),
    "sexe": (Breakdown.SEX, "sexe"),
    "age": (Breakdown.AGE, "âge"),
    "categorie": (Breakdown.CATEGORY, "catégorie"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredRow:
    """A group's line, or the total's."""

    label: str
    male_heads: int
    female_heads: int
    males: int
    females: int
    url: str = ""

    @property
    def households(self) -> int:
        """Households, whatever the sex of their head."""
        return self.male_heads + self.female_heads

    @property
    def people(self) -> int:
        """People, heads and dependants."""
        return self.males + self.females


@dataclass(frozen=True, slots=True)
class FlowsRow:
    """A unit's or federation's line, or the total's."""

    label: str
    flows: Flows
    url: str = ""


class _TablePage(ActorPage):
    """A page that shows one table, and gives it as a file."""

    abstract = True
    title = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page, or the table as CSV or XLSX."""
        context = self.get_context_data()
        kind = request.GET.get("export", "")
        if kind in ("csv", "xlsx"):
            return export_response(context["table"], name=self.title, kind=kind)
        return self.render_to_response(context)

    def _with_frame(self, table: tables.Table, **more: Any) -> dict[str, Any]:
        return {"title": self.title, "table": table, "today": clock.today(), **more}


class InsuredOnDay(_TablePage):
    """How many households and people are insured on a day, by unit, place, sex, age, category."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/insured_on_day.html"
    title = "Inscrits à une date"

    def page(self) -> dict[str, Any]:
        """Return the groups and the total."""
        day, chosen = _asked_day(self.request), self.request.GET.get("par", "unite")
        by, label = BREAKDOWNS.get(chosen, BREAKDOWNS["unite"])
        groups = insured_on(self.actor, day, by)
        rows = _insured_rows(self.actor, by, groups)
        total = _insured_row(TOTAL, groups)
        return self._with_frame(
            InsuredTable([*rows, total]),
            day=day,
            chosen=chosen,
            breakdowns=[(key, words) for key, (_, words) in BREAKDOWNS.items()],
            label=label,
            households=format_integer(total.households),
            people=format_integer(total.people),
            said_day=format_date(day),
            is_empty=not groups,
        )


class YearIndicators(_TablePage):
    """Growth, retention, penetration and collection of a year, by unit or federation."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/year_indicators.html"
    title = "Indicateurs des membres"

    def page(self) -> dict[str, Any]:
        """Return each unit's rates and the whole's."""
        year = asked_year(self.request)
        found = year_flows(self.actor, year)
        total = total_flows(one.flows for one in found)
        rows = self._rows(found)
        return self._with_frame(
            FlowsTable([*rows, FlowsRow(TOTAL, total)], year=year),
            year=str(year),
            before=str(year - 1),
            is_empty=not found,
            growth=format_rate(total.growth),
            retention=format_rate(total.network_retention),
            collection=format_rate(total.collection),
            households=format_integer(total.households),
        )

    def _rows(self, found: list[UnitFlows]) -> Iterable[FlowsRow]:
        if is_permitted(self.actor.role, Permission.SEE_NETWORK_FIGURES):
            return _federation_rows(found)
        names = unit_names({one.unit_id for one in found})
        flows = {one.unit_id: one.flows for one in found}
        return [
            FlowsRow(name, flows[key], reverse("unit_figures", args=[key]))
            for key, name in names.items()
        ]


def _federation_rows(found: list[UnitFlows]) -> list[FlowsRow]:
    grouped = defaultdict(list)
    for one in found:
        grouped[one.tenant_id].append(one.flows)
    names = federation_names(set(grouped))
    return [FlowsRow(name, total_flows(grouped[key])) for key, name in names.items()]


def _insured_rows(actor: Any, by: Breakdown, groups: list[InsuredGroup]) -> list[InsuredRow]:
    if by is Breakdown.UNIT and is_permitted(actor.role, Permission.SEE_NETWORK_FIGURES):
        by_tenant = _grouped(groups, lambda group: group.tenant_id)
        names = federation_names(set(by_tenant))
        return [_insured_row(name, by_tenant[key]) for key, name in names.items()]
    by_key = _grouped(groups, lambda group: group.group_key)
    named = group_names(by, set(by_key))
    return [
        _insured_row(
            name,
            by_key[key],
            reverse("unit_figures", args=[key]) if by is Breakdown.UNIT else "",
        )
        for key, name in named.items()
    ]


def _grouped(groups: list[InsuredGroup], key_of: Any) -> dict[Any, list[InsuredGroup]]:
    grouped: dict[Any, list[InsuredGroup]] = defaultdict(list)
    for group in groups:
        grouped[key_of(group)].append(group)
    return grouped


def _insured_row(label: str, groups: list[InsuredGroup], url: str = "") -> InsuredRow:
    return InsuredRow(
        label=label,
        male_heads=sum(group.male_heads for group in groups),
        female_heads=sum(group.female_heads for group in groups),
        males=sum(group.males for group in groups),
        females=sum(group.females for group in groups),
        url=url,
    )


def _asked_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("le", ""))
    except ValueError:
        return clock.today()
