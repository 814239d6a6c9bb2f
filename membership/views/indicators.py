"""The page of who is insured on a day, and what it shares with the page of the year's rates."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date, format_integer
from conamus.pages.figures import TablePage
from conamus.pages.views import ActorView
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.selectors.indicator_names import federation_names, group_names
from membership.selectors.indicators import Breakdown, InsuredGroup, insured_on, sees_network
from membership.selectors.open_rights import OpenCount, open_rights_on
from membership.services.open_rights import request_open_rights
from membership.tables.indicators import TOTAL, InsuredTable

BREAKDOWNS = {
    "unite": (Breakdown.UNIT, "unité"),
    "province": (Breakdown.PROVINCE, "province (depuis 2025)"),
    "commune": (Breakdown.COMMUNE, "commune (depuis 2025)"),
    "ancienne-province": (Breakdown.FORMER_PROVINCE, "province (jusqu’en 2025)"),
    "ancienne-commune": (Breakdown.FORMER_COMMUNE, "commune (jusqu’en 2025)"),
    "sexe": (Breakdown.SEX, "sexe"),
    "age": (Breakdown.AGE, "âge"),
    "categorie": (Breakdown.CATEGORY, "catégorie"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredRow:
    """A group's line, or the total's; open rights None: not counted."""

    label: str
    male_heads: int
    female_heads: int
    males: int
    females: int
    open_households: int | None
    open_people: int | None
    url: str = ""

    @property
    def households(self) -> int:
        """Households, whatever the sex of their head."""
        return self.male_heads + self.female_heads

    @property
    def people(self) -> int:
        """People, heads and dependants."""
        return self.males + self.females


class IndicatorPage(TablePage):
    """A table of indicators with the words around it."""

    abstract = True

    def with_frame(self, table: tables.Table, **more: Any) -> dict[str, Any]:
        """Return what the page shows beside what every page does."""
        return {"title": self.title, "table": table, "today": clock.today(), **more}


class InsuredOnDay(IndicatorPage):
    """How many are insured on a day, and have open rights, by unit, place, sex, age, category."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/insured_on_day.html"
    title = "Inscrits et droits ouverts à une date"

    def page(self) -> dict[str, Any]:
        """Return the groups and the total."""
        day, chosen = _asked_day(self.request), self.request.GET.get("par", "unite")
        by, label = BREAKDOWNS.get(chosen, BREAKDOWNS["unite"])
        insured, opened = insured_on(self.actor, day, by), open_rights_on(self.actor, day, by)
        total = _row(TOTAL, insured, opened, opened.groups if opened else [])
        may_count = is_permitted(self.actor.role, Permission.SEE_HOUSEHOLDS)
        return self.with_frame(
            InsuredTable([*_rows(self.actor, by, insured, opened), total]),
            day=day,
            chosen=chosen,
            breakdowns=[(key, words) for key, (_, words) in BREAKDOWNS.items()],
            label=label,
            households=format_integer(total.households),
            people=format_integer(total.people),
            open_people=format_integer(total.open_people),
            opened=opened,
            may_count=may_count and day <= clock.today(),
            said_day=format_date(day),
            is_empty=not insured,
        )


class OpenRightsCount(ActorView):
    """Ask for the count of a day's open rights."""

    permission = Permission.SEE_HOUSEHOLDS

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask, and show the job's bar."""
        try:
            day = date.fromisoformat(request.POST.get("le", ""))
        except ValueError:
            raise DomainError("Donnez la date du jour à compter.", field="le") from None
        job = request_open_rights(actor=self.actor, day=day)
        return HttpResponseRedirect(reverse("job_detail", args=[job.pk]))


def _rows(
    actor: Actor, by: Breakdown, insured: list[InsuredGroup], opened: OpenCount | None
) -> list[InsuredRow]:
    by_federation = by is Breakdown.UNIT and sees_network(actor)
    key_of = attrgetter("tenant_id" if by_federation else "group_key")
    groups = _grouped(insured, key_of)
    open_groups = _grouped(opened.groups if opened else [], key_of)
    names = federation_names if by_federation else partial(group_names, by)
    is_unit = by is Breakdown.UNIT and not by_federation
    return [
        _row(
            name,
            groups[key],
            opened,
            open_groups[key],
            reverse("unit_figures", args=[key]) if is_unit else "",
        )
        for key, name in names({*groups, *open_groups}).items()
    ]


def _grouped(
    groups: list[InsuredGroup], key_of: Callable[[InsuredGroup], Any]
) -> dict[Any, list[InsuredGroup]]:
    grouped: dict[Any, list[InsuredGroup]] = defaultdict(list)
    for group in groups:
        grouped[key_of(group)].append(group)
    return grouped


def _row(
    label: str,
    insured: list[InsuredGroup],
    opened: OpenCount | None,
    open_groups: list[InsuredGroup],
    url: str = "",
) -> InsuredRow:
    # With one federation not counted, a sum would be passed off too low.
    is_counted = opened is not None and all(one.tenant_id in opened.tenants for one in insured)
    return InsuredRow(
        label=label,
        male_heads=sum(one.male_heads for one in insured),
        female_heads=sum(one.female_heads for one in insured),
        males=sum(one.males for one in insured),
        females=sum(one.females for one in insured),
        open_households=sum(one.male_heads + one.female_heads for one in open_groups)
        if is_counted
        else None,
        open_people=sum(one.males + one.females for one in open_groups) if is_counted else None,
        url=url,
    )


def _asked_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("le", ""))
    except ValueError:
        return clock.today()
