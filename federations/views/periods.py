"""Pages of closed months: a unit's year with what hangs from it, closing a month, reopening it.

One unit is shown at a time, the tenant's own at first: for each month, whether it is closed
there and in how many of the units beneath. The list of units to go to is shown when asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import MONTHS
from conamus.kernel.text import search_key
from conamus.pages.forms import FormPage, ServiceForm
from conamus.pages.views import ActorPage
from conamus.pages.years import chosen_year
from federations.forms.fields import UnitField, offer_rows
from federations.models import PeriodLock, Unit
from federations.rules.roles import Permission
from federations.selectors import periods as selectors
from federations.selectors.periods import MonthCell, UnitYear
from federations.selectors.reach import units_in_reach
from federations.selectors.units import visible_unit_ids
from federations.services.periods import lift_lock, lock_month

UNITS_A_PAGE = 50
#: The units that stand at the head of a tenant.
HEADS = (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the unit shown, and how many of the units beneath closed it."""

    name: str
    cell: MonthCell
    is_due: bool
    closed: int
    dependents: int


def month_name(month: date) -> str:
    """Return a month in words: « mai 2024 »."""
    return f"{MONTHS[month.month - 1]} {month.year}"


class LockForm(ServiceForm):
    """The unit and the month to close."""

    unit = UnitField(label="Unité", queryset=None)
    month = forms.CharField(
        label="Mois",
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text="Année et mois : 2024-05.",
    )
    with_dependents = forms.BooleanField(
        label="Fermer ce mois pour cette unité et celles qui en dépendent",
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units_in_reach(self.actor))

    def clean_month(self) -> date:
        """Return the month's first day."""
        try:
            return date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError as error:
            raise forms.ValidationError("Écrivez l’année et le mois : 2024-05.") from error


class LiftForm(ServiceForm):
    """Why a month is opened again."""

    because = forms.CharField(
        label="Pourquoi", max_length=200, help_text="La raison reste inscrite avec votre nom."
    )
    with_dependents = forms.BooleanField(
        label="Rouvrir ce mois pour cette unité et celles qui en dépendent",
        required=False,
        initial=True,
    )


def _was_open(unit: Unit, month: date) -> bool:
    """Tell whether the unit was open for a day of the month at least."""
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return unit.valid_from < following and (unit.valid_to is None or unit.valid_to > month)


def year_in_lines(shown: UnitYear, under: Sequence[UnitYear]) -> list[MonthLine]:
    """Return the months of a unit, with the count of those closed beneath it."""
    lines = []
    for number, cell in enumerate(shown.months):
        cells = [row.months[number] for row in under if _was_open(row.unit, cell.month)]
        closed = sum(one.lock is not None for one in cells)
        is_due = cell.is_over and _was_open(shown.unit, cell.month)
        lines.append(MonthLine(month_name(cell.month), cell, is_due, closed, len(cells)))
    return lines


def _closed(row: UnitYear) -> int:
    return sum(cell.lock is not None for cell in row.months)


class PeriodsPage(ActorPage):
    """The year of one unit, and the units to choose from."""

    permission = Permission.LOCK_PERIODS
    template_name = "federations/periods.html"

    def page(self) -> dict[str, Any]:
        """Return the unit's months, its reopened ones, and the units when asked for."""
        year = chosen_year(self.request)
        rows = selectors.year_of_units(self.actor, year, today=clock.today())
        shown = self._shown(rows)
        context = {"title": f"Mois fermés en {year}", "search": "", "shown": shown}
        if shown is None:
            return {**context, "state": f"Aucune unité n’était ouverte en {year}."}
        count = _closed(shown)
        return {
            **context,
            "state": f"{shown.unit.name} : {count} mois fermé{'s' if count > 1 else ''}.",
            "lines": year_in_lines(shown, self._under(shown.unit, rows)),
            "lifted": selectors.lifted_locks_of_year(self.actor, year).filter(unit=shown.unit),
            **self._units(rows),
        }

    def _shown(self, rows: Sequence[UnitYear]) -> UnitYear | None:
        """Return the unit of the address, else the tenant's head."""
        asked = self.request.GET.get("unite")
        if asked:
            found = [row for row in rows if str(row.unit.pk) == asked]
            if not found:
                raise NotFound("Cette unité n’existe pas, ou n’était pas ouverte cette année-là.")
            return found[0]
        heads = [row for row in rows if row.unit.kind in HEADS]
        return next(iter([*heads, *rows]), None)

    def _under(self, unit: Unit, rows: Sequence[UnitYear]) -> list[UnitYear]:
        beneath = visible_unit_ids(replace(self.actor, unit_id=unit.pk)) or frozenset()
        return [row for row in rows if row.unit.pk in beneath and row.unit.pk != unit.pk]

    def _units(self, rows: Sequence[UnitYear]) -> dict[str, Any]:
        """Return a page of the units whose name holds what was typed, once it is asked for."""
        typed = self.request.GET.get("q")
        if typed is None:
            return {}
        key = search_key(typed)
        found = [(row.unit, _closed(row)) for row in rows if key in row.unit.search_key]
        pages = Paginator(found, UNITS_A_PAGE)
        return {"search": typed, "units": pages.get_page(self.request.GET.get("page"))}


def _url_of(unit_id: int | str) -> str:
    """Return the address of a unit's months."""
    return f"{reverse('periods')}?{urlencode({'unite': unit_id})}"


class PeriodLockPage(FormPage):
    """Close a month for a unit, and by default what hangs from it."""

    permission = Permission.LOCK_PERIODS
    form_class = LockForm
    title = "Fermer un mois"
    submit_label = "Fermer le mois"
    intro = (
        "Plus aucune activité ni dépense datée de ce mois ne pourra être inscrite, modifiée ou "
        "supprimée pour les unités fermées, jusqu’à ce que le mois soit rouvert."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin from the cell that was clicked."""
        asked = self.request.GET
        return {"unit": asked.get("unit"), "month": asked.get("month")}

    def save(self, data: dict[str, Any]) -> list[PeriodLock]:
        """Call the service."""
        return lock_month(
            actor=self.actor,
            unit=data["unit"],
            month=data["month"],
            with_dependents=data["with_dependents"],
        )

    def success_message_for(self, made: list[PeriodLock]) -> str:
        """Say for how many units."""
        return f"Le mois est fermé pour {len(made)} unité{'s' if len(made) > 1 else ''}."

    def done_url(self, made: list[PeriodLock]) -> str:
        """Show the unit's months."""
        return _url_of(self.request.POST["unit"])

    def cancel_url(self) -> str:
        """Go back to the months."""
        return reverse("periods")


class PeriodLiftPage(FormPage):
    """Open a closed month again."""

    permission = Permission.LOCK_PERIODS
    form_class = LiftForm
    title = "Rouvrir le mois"
    submit_label = "Rouvrir le mois"

    @cached_property
    def lock(self) -> PeriodLock:
        """The lock of the address."""
        return selectors.own_lock(self.actor, self.kwargs["lock_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which month, and who closed it."""
        lock = self.lock
        state = f"{lock.unit.name}, {month_name(lock.month)}, fermé par {lock.locked_by}."
        return super().get_context_data(**{"state": state, **kwargs})

    def save(self, data: dict[str, Any]) -> list[PeriodLock]:
        """Call the service."""
        return lift_lock(
            actor=self.actor,
            lock_id=self.lock.pk,
            because=data["because"],
            with_dependents=data["with_dependents"],
        )

    def success_message_for(self, made: list[PeriodLock]) -> str:
        """Say for how many units."""
        return f"Le mois est rouvert pour {len(made)} unité{'s' if len(made) > 1 else ''}."

    def done_url(self, made: list[PeriodLock]) -> str:
        """Show the unit's months."""
        return _url_of(self.lock.unit_id)

    def cancel_url(self) -> str:
        """Go back to the unit's months."""
        return _url_of(self.lock.unit_id)
