"""The dashboard of care: volumes, cost per case, types, rejection, delays, reasons; by group."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from claims.rules.care_figures import CUT_LABELS, CareSums, total_of
from claims.rules.states import State
from claims.rules.words import CareKind
from claims.selectors.care_figures import (
    By,
    Part,
    care_sums,
    cut_reasons,
    facility_names,
    federation_names,
    reasons_of_care,
    step_delays,
    unit_names,
)
from claims.selectors.facility_months import network_tenant, reads_sums_only
from claims.tables.care_figures import (
    TOTAL,
    CareReasonTable,
    CareTable,
    DelayTable,
    ReasonTable,
)
from claims.views.care_evidence import claims_addresses
from conamus.charts.bars import BarChart
from conamus.charts.picture import Series
from conamus.kernel.figures import (
    MONTHS,
    format_francs,
    format_integer,
    format_number,
    format_rate,
)
from conamus.pages.figures import TablePage, YearPage
from conamus.pages.years import asked_month
from federations.rules.roles import Permission, is_permitted
from membership.rules.sentences import counted

#: The groupings of the address, with their names.
GROUPINGS = {
    "mois": (By.MONTH, "Par mois"),
    "genre": (By.KIND, "Par genre"),
    "formation": (By.FACILITY, "Par formation sanitaire"),
    "unite": (By.UNIT, "Par unité"),
    "federation": (By.FEDERATION, "Par fédération du patient"),
    "traitee": (By.PROCESSING, "Par fédération qui traite"),
}
#: Keys of groups have fewer digits; a federation's is a small number in the tables.
_MOST_DIGITS = 10
_LARGEST_TENANT = 32_767


def _key(text: str) -> int | None:
    """Return a group's key as the address has it; None: there is none."""
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else None


def _tenant(text: str) -> int | None:
    key = _key(text)
    return key if key is not None and key <= _LARGEST_TENANT else None


def _kind(text: str) -> str | None:
    return text if text in set(CareKind) else None


#: What narrows the figures: the parameter of the address, its field, its grouping, its reader.
NARROWED: dict[str, tuple[str, By, Callable[[str], Any]]] = {
    "genre": ("kind", By.KIND, _kind),
    "formation": ("facility", By.FACILITY, _key),
    "unite": ("unit", By.UNIT, _key),
    "federation": ("home", By.FEDERATION, _tenant),
    "traitee": ("processing", By.PROCESSING, _tenant),
}
#: What a group is looked at by next, where its attestations are not the reader's.
_FINER = ("federation", "formation", "mois", "genre")
_MOST_REASONS = 10
#: The largest groups are shown; the file has all.
_MOST_GROUPS = 60


@dataclass(frozen=True, slots=True)
class CareRow:
    """A group's line, or the whole's; ``url`` leads to what it counts."""

    label: str
    sums: CareSums
    url: str = ""


class CareFigures(YearPage, TablePage):
    """A year of care of the federation; of the network for medical advisers and CONAMUS."""

    permission = Permission.SEE_CARE_FIGURES
    template_name = "claims/care_figures.html"
    title = "Tableau de bord des soins"

    @cached_property
    def month(self) -> int:
        """The month chosen; 0: the whole year."""
        return asked_month(self.request)

    @cached_property
    def part(self) -> Part:
        """The part of the year that the address names."""
        asked = {
            field: read(self.request.GET.get(name, ""))
            for name, (field, _, read) in NARROWED.items()
        }
        return Part(month=self.month or None, **asked)

    @cached_property
    def narrowed(self) -> dict[str, str]:
        """The parameters that narrow the figures to one group, with its key."""
        found = {name: getattr(self.part, field) for name, (field, _, _) in NARROWED.items()}
        return {name: str(key) for name, key in found.items() if key is not None}

    @cached_property
    def chosen(self) -> str:
        """The grouping of the address, else by month."""
        asked = self.request.GET.get("par", "")
        return asked if asked in self.groupings else "mois"

    @property
    def groupings(self) -> dict[str, str]:
        """The groupings offered, with their names: who treats differs for the network only."""
        is_network = network_tenant(self.actor) is None
        return {key: label for key, (by, label) in GROUPINGS.items()
                if is_network or by is not By.PROCESSING}  # fmt: skip

    @cached_property
    def sums(self) -> list[CareSums]:
        """The sums of each group; months in their order, else the largest first."""
        by, _ = GROUPINGS[self.chosen]
        found = care_sums(self.actor, self.year, by, self.part)
        return sorted(found, key=lambda one: int(one.key)) if by is By.MONTH else found

    @cached_property
    def total(self) -> CareSums:
        """The whole."""
        return total_of(self.sums)

    def table(self) -> CareTable:
        """Return the groups' lines and the whole's."""
        is_file = "export" in self.request.GET
        shown = self.sums if is_file else self.sums[:_MOST_GROUPS]
        rows = [CareRow(label, sums, url) for (label, url), sums in self._named(shown)]
        if hidden := self.sums[len(shown) :]:
            rows.append(CareRow(f"{format_integer(len(hidden))} autres", total_of(hidden)))
        return CareTable([*rows, CareRow(TOTAL, self.total)], orderable=False)

    def page(self) -> dict[str, Any]:
        """Return figures, the table of groups, the picture of months, reasons and delays."""
        return {
            "title": self.title,
            "state": self._state(),
            "is_empty": not self.sums,
            "year": str(self.year),
            "month": self.month,
            "months": list(enumerate(MONTHS, start=1)),
            "chosen": self.chosen,
            "groupings": list(self.groupings.items()),
            "narrowed": self._narrowings(),
            "only_sums": reads_sums_only(self.actor),
            "table": self.table(),
            "picture": self._picture(),
            "cuts": self._cuts(),
            "delays": self._delays(),
            **self._reasons(),
        }

    def _state(self) -> str:
        if not self.sums:
            return f"Aucune attestation de soins de {self.year}."
        total = self.total
        return (
            f"{counted(total.cases, 'attestation')}, {format_francs(total.cost_francs)} "
            f"demandés par cas ; {counted(total.decided, 'décidée')}, "
            f"{format_francs(total.mutuelle_cost_francs)} à la mutuelle par cas, "
            f"{format_rate(total.rejection_rate)} rejetées."
        )

    def _narrowings(self) -> list[tuple[str, str, str, str]]:
        """Of each group looked at: parameter, value, name, address without it."""
        return [
            (name, key, NAMES[NARROWED[name][1]]([key]).get(key, key), self._address(**{name: ""}))
            for name, key in self.narrowed.items()
        ]

    def _address(self, **changes: object) -> str:
        """Return this page's address with some of its parameters changed; empty: without."""
        held: dict[str, object] = {
            "annee": self.year, "par": self.chosen, "mois": self.month or ""
        }  # fmt: skip
        told = {
            name: value for name, value in (held | self.narrowed | changes).items() if value != ""
        }
        return f"?{urlencode(told)}"

    def _named(self, shown: list[CareSums]) -> list[tuple[tuple[str, str], CareSums]]:
        """Each group with its French name and what is behind it."""
        by, _ = GROUPINGS[self.chosen]
        keys = [one.key for one in shown]
        named = NAMES[by](keys)
        addresses = self._addresses(by, keys)
        return [((named.get(one.key, one.key), addresses(one.key)), one) for one in shown]

    def _addresses(self, by: By, keys: list[str]) -> Callable[[str], str]:
        """Return what gives the list of attestations behind a group, else its parts."""
        if not is_permitted(self.actor.role, Permission.SEE_CLAIMS):
            return self._parts()
        return claims_addresses(self.year, self.part, by, keys)

    def _parts(self) -> Callable[[str], str]:
        """Return what gives a group's own figures, by what it is not narrowed to yet."""
        known = {self.chosen, *self.narrowed, *(["mois"] if self.month else [])}
        finer = next((name for name in _FINER if name not in known), None)
        if finer is None:
            return lambda _key: ""
        return lambda key: self._address(par=finer, **{self.chosen: key})

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

    def _reasons(self) -> dict[str, Any]:
        """The reasons for care, told of the whole year and of all that the reader counts only.

        They are counted claim by claim: when they are asked for, and not with each page.
        """
        if self.month or self.narrowed:
            return {"reasons": None, "reasons_url": ""}
        if "motifs" not in self.request.GET:
            return {"reasons": None, "reasons_url": self._address(motifs="oui") + "#motifs"}
        found = reasons_of_care(self.year)[:_MOST_REASONS]
        table = CareReasonTable(found, orderable=False, empty_text="Aucun motif de cinq personnes.")
        return {"reasons": table, "reasons_url": ""}

    def _cuts(self) -> ReasonTable:
        found = cut_reasons(self.actor, self.year, self.part)[:_MOST_REASONS]
        rows = [
            {"label": CUT_LABELS[one.code], "cases": one.cases, "francs": one.francs}
            for one in found
        ]
        return ReasonTable(rows, orderable=False, empty_text="Rien n’a été coupé.")

    def _delays(self) -> DelayTable:
        found = step_delays(self.actor, self.year, self.part)
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
    if before == after:
        return f"{State(before).label} → corrigée"
    return f"{State(before).label} → {State(after).label}"


def _months(keys: list[str]) -> dict[str, str]:
    return {key: MONTHS[int(key) - 1] for key in keys}


def _kinds(keys: list[str]) -> dict[str, str]:
    return {key: CareKind(key).label for key in keys}


NAMES = {
    By.MONTH: _months,
    By.KIND: _kinds,
    By.FACILITY: facility_names,
    By.UNIT: unit_names,
    By.FEDERATION: federation_names,
    By.PROCESSING: federation_names,
}
