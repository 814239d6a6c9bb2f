"""The dashboard of care: volumes, cost per case, types, rejection, delays, reasons; by group."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.filters.claims import COUNTED
from claims.rules.care_figures import CUT_LABELS, CareSums, total_of
from claims.rules.states import State
from claims.rules.words import CareKind
from claims.selectors.care_figures import (
    By,
    care_sums,
    cut_reasons,
    facility_names,
    federation_names,
    step_delays,
    unit_names,
)
from claims.selectors.facility_months import facility_codes
from claims.tables.care_figures import TOTAL, CareTable, DelayTable, ReasonTable
from conamus.charts.bars import BarChart
from conamus.charts.picture import Series
from conamus.kernel.figures import (
    MONTHS,
    format_francs,
    format_integer,
    format_number,
    format_rate,
)
from conamus.pages.exports import export_response
from conamus.pages.views import ActorPage
from conamus.pages.years import asked_year
from federations.rules.roles import Permission, is_permitted

#: The groupings of the address, with their names.
GROUPINGS = {
    "mois": (By.MONTH, "Par mois"),
    "genre": (By.KIND, "Par genre"),
    "formation": (By.FACILITY, "Par formation sanitaire"),
    "unite": (By.UNIT, "Par unité"),
    "federation": (By.FEDERATION, "Par fédération d’origine"),
}
_MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class CareRow:
    """A group's line, or the whole's; ``url`` leads to what it counts."""

    label: str
    sums: CareSums
    url: str = ""


class CareFigures(ActorPage):
    """A year of care of the federation, or of the network for the medical advisers."""

    permission = Permission.SEE_CARE_FIGURES
    template_name = "claims/care_figures.html"
    title = "Tableau de bord des soins"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page, or the table of groups as a file."""
        kind = request.GET.get("export", "")
        if kind in ("csv", "xlsx"):
            return export_response(self.table(), name=self.title, kind=kind)
        return super().get(request, *args, **kwargs)

    @cached_property
    def year(self) -> int:
        """The year of care."""
        return asked_year(self.request)

    @cached_property
    def month(self) -> int:
        """The month chosen; 0: the whole year."""
        typed = self.request.GET.get("mois", "")
        return int(typed) if typed.isdecimal() and 1 <= int(typed) <= len(MONTHS) else 0

    @cached_property
    def chosen(self) -> str:
        """The grouping of the address, else by month."""
        asked = self.request.GET.get("par", "")
        return asked if asked in GROUPINGS else "mois"

    @cached_property
    def sums(self) -> list[CareSums]:
        """The sums of each group; months in their order, else the largest first."""
        by, _ = GROUPINGS[self.chosen]
        found = care_sums(self.actor, self.year, by, month=self.month)
        return sorted(found, key=lambda one: int(one.key)) if by is By.MONTH else found

    @cached_property
    def total(self) -> CareSums:
        """The whole."""
        return total_of(self.sums)

    def table(self) -> CareTable:
        """Return the groups' lines and the whole's."""
        rows = [CareRow(label, sums, url) for (label, url), sums in self._named()]
        return CareTable([*rows, CareRow(TOTAL, self.total)], orderable=False)

    def page(self) -> dict[str, Any]:
        """Return figures, the table of groups, the picture of months, reasons and delays."""
        return {
            "title": self.title,
            "state": self._state(),
            "is_empty": not self.sums,
            "year": self.year,
            "month": self.month,
            "months": list(enumerate(MONTHS, start=1)),
            "chosen": self.chosen,
            "groupings": [(key, label) for key, (_, label) in GROUPINGS.items()],
            "table": self.table(),
            "picture": self._picture(),
            "reasons": self._reasons(),
            "delays": self._delays(),
        }

    def _state(self) -> str:
        if not self.sums:
            return f"Aucune attestation de soins de {self.year}."
        total = self.total
        return (
            f"{format_integer(total.cases)} attestations, {format_francs(total.cost_francs)} "
            f"demandés par cas ; {format_integer(total.decided)} décidées, "
            f"{format_francs(total.mutuelle_cost_francs)} à la mutuelle par cas, "
            f"{format_rate(total.rejection_rate)} rejetées."
        )

    def _named(self) -> list[tuple[tuple[str, str], CareSums]]:
        """Each group with its French name and the list behind it."""
        by, _ = GROUPINGS[self.chosen]
        keys = [one.key for one in self.sums]
        named = _NAMES[by](keys)
        addresses = self._addresses(by, keys)
        return [((named.get(one.key, one.key), addresses(one.key)), one) for one in self.sums]

    def _addresses(self, by: By, keys: list[str]) -> Any:
        """Return what gives the list of attestations behind a group; none where nobody may."""
        if not is_permitted(self.actor.role, Permission.SEE_CLAIMS):
            return lambda _key: ""
        base = f"{reverse('claims')}?annee={self.year}&state={COUNTED}"
        month = f"&month={self.month}" if self.month else ""
        if by is By.MONTH:
            return lambda key: f"{base}&month={key}"
        if by is By.FACILITY:
            codes = facility_codes(keys)
            return lambda key: f"{base}&facility={codes[key]}{month}"
        return lambda _key: ""

    def _picture(self) -> BarChart | None:
        if self.chosen != "mois" or self.month or not self.sums:
            return None
        return BarChart(
            title=f"Attestations par mois de soins, {self.year}",
            unit="attestations",
            categories=tuple(MONTHS[int(one.key) - 1] for one in self.sums),
            series=(Series("Attestations", tuple(one.cases for one in self.sums)),),
            orientation="vertical",
        )

    def _reasons(self) -> ReasonTable:
        found = cut_reasons(self.actor, self.year, month=self.month)[:_MOST_REASONS]
        rows = [
            {"label": CUT_LABELS[one.code], "cases": one.cases, "francs": one.francs}
            for one in found
        ]
        return ReasonTable(rows, orderable=False, empty_text="Rien n’a été coupé.")

    def _delays(self) -> DelayTable:
        found = step_delays(self.actor, self.year, month=self.month)
        rows = [
            {
                "label": _step(one.from_state, one.to_state),
                "cases": one.cases,
                "median": format_number(Fraction(one.median_days), 1),
                "slow": format_number(Fraction(one.slow_days), 1),
            }
            for one in found
        ]
        return DelayTable(rows, orderable=False, empty_text="Aucune étape franchie.")


def _step(before: str, after: str) -> str:
    if not before:
        return "fin des soins → reçue"
    return f"{State(before).label} → {State(after).label}"


def _months(keys: list[str]) -> dict[str, str]:
    return {key: MONTHS[int(key) - 1] for key in keys}


def _kinds(keys: list[str]) -> dict[str, str]:
    return {key: CareKind(key).label for key in keys}


_NAMES = {
    By.MONTH: _months,
    By.KIND: _kinds,
    By.FACILITY: facility_names,
    By.UNIT: unit_names,
    By.FEDERATION: federation_names,
}
