"""Pages of closed months: the year of each unit, closing a month, reopening it."""

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse

from conamus import clock
from conamus.kernel.figures import MONTHS
from conamus.pages.forms import FormPage, ServiceForm
from conamus.pages.views import ActorPage
from conamus.pages.years import chosen_year
from federations.forms.fields import UnitField, offer_rows
from federations.models import PeriodLock, Unit
from federations.rules.roles import Permission
from federations.selectors import periods as selectors
from federations.selectors.reach import units_in_reach
from federations.services.periods import lift_lock, lock_month

#: Short names that stay apart.
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


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


class PeriodsPage(ActorPage):
    """The months of each unit in a year."""

    permission = Permission.LOCK_PERIODS
    template_name = "federations/periods.html"

    def page(self) -> dict[str, Any]:
        """Return the grid and what was reopened."""
        year = chosen_year(self.request)
        rows = selectors.year_of_units(self.actor, year, today=clock.today())
        closed = sum(cell.lock is not None for row in rows for cell in row.months)
        return {
            "title": f"Mois fermés en {year}",
            "state": f"{closed} mois fermé{'s' if closed > 1 else ''} sur toutes les unités.",
            "rows": rows,
            "months": SHORT_MONTHS,
            "lifted": selectors.lifted_locks_of_year(self.actor, year),
        }


class PeriodLockPage(FormPage):
    """Close a month for one unit."""

    permission = Permission.LOCK_PERIODS
    form_class = LockForm
    title = "Fermer un mois"
    submit_label = "Fermer le mois"
    intro = (
        "Plus aucune activité ni dépense datée de ce mois ne pourra être inscrite, modifiée ou "
        "supprimée pour cette unité, jusqu’à ce que le mois soit rouvert."
    )
    success_message = "Le mois est fermé."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the cell that was clicked."""
        asked = self.request.GET
        return {"unit": asked.get("unit"), "month": asked.get("month")}

    def save(self, data: dict[str, Any]) -> PeriodLock:
        """Call the service."""
        unit: Unit = data["unit"]
        return lock_month(actor=self.actor, unit=unit, month=data["month"])

    def done_url(self, made: PeriodLock) -> str:
        """Show the grid."""
        return reverse("periods")

    def cancel_url(self) -> str:
        """Go back to the grid."""
        return reverse("periods")


class PeriodLiftPage(FormPage):
    """Open a closed month again."""

    permission = Permission.LOCK_PERIODS
    form_class = LiftForm
    title = "Rouvrir le mois"
    submit_label = "Rouvrir le mois"
    success_message = "Le mois est rouvert."

    @cached_property
    def lock(self) -> PeriodLock:
        """The lock of the address."""
        return selectors.own_lock(self.actor, self.kwargs["lock_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which month, and who closed it."""
        lock = self.lock
        state = f"{lock.unit.name}, {month_name(lock.month)}, fermé par {lock.locked_by}."
        return super().get_context_data(**{"state": state, **kwargs})

    def save(self, data: dict[str, Any]) -> PeriodLock:
        """Call the service."""
        return lift_lock(actor=self.actor, lock_id=self.lock.pk, because=data["because"])

    def done_url(self, made: PeriodLock) -> str:
        """Show the grid."""
        return reverse("periods")

    def cancel_url(self) -> str:
        """Go back to the grid."""
        return reverse("periods")
