"""The regulator's page of care: released aggregates of the network, nobody's attestation."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from claims.selectors.care_figures import By
from claims.tables.care_figures import TOTAL
from claims.views.care_figures import GROUPINGS, NAMES
from conamus.charts.formats import MASKED, MASKED_NOTE
from conamus.kernel.figures import format_date, format_francs, format_integer
from conamus.pages.figures import TablePage, YearPage
from federations.rules.roles import Permission
from prudential.models import ReleasedFigures
from prudential.rules.care_aggregates import ENOUGH_CASES, CareAggregate, whole_of
from prudential.selectors.care_releases import care_aggregates
from prudential.selectors.releases import settled_on
from prudential.tables import CareAggregateTable, rejection_word

#: The groupings whose groups are the regulator's.
_OFFERED = ("federation", "mois", "genre")


@dataclass(frozen=True, slots=True)
class AggregateRow:
    """A group's line, or the whole's."""

    label: str
    sums: CareAggregate


class CareAggregates(YearPage, TablePage):
    """A year of care of the network, by federation of the patient, month or kind."""

    permission = Permission.SEE_CARE_AGGREGATES
    template_name = "prudential/care_aggregates.html"
    title = "Soins du réseau"

    @cached_property
    def chosen(self) -> str:
        """The grouping of the address, else by federation."""
        asked = self.request.GET.get("par", "")
        return asked if asked in _OFFERED else _OFFERED[0]

    @cached_property
    def groups(self) -> list[CareAggregate]:
        """The groups; months in their order, else the largest first, those not shown last."""
        by, _ = GROUPINGS[self.chosen]
        found = care_aggregates(self.year, by)
        if by is By.MONTH:
            return sorted(found, key=lambda one: int(one.key))
        return sorted(found, key=lambda one: -(one.cases or 0))

    def table(self) -> CareAggregateTable:
        """Return the groups' lines and the whole's."""
        by, _ = GROUPINGS[self.chosen]
        named = NAMES[by]([one.key for one in self.groups])
        rows = [AggregateRow(named.get(one.key, one.key), one) for one in self.groups]
        return CareAggregateTable(
            [*rows, AggregateRow(TOTAL, whole_of(self.groups))], orderable=False
        )

    def page(self) -> dict[str, Any]:
        """Return the table, the choices and the sentence of state."""
        return {
            "title": self.title,
            "state": self._state(),
            "is_empty": not self.groups,
            "year": str(self.year),
            "chosen": self.chosen,
            "groupings": [(key, GROUPINGS[key][1]) for key in _OFFERED],
            "table": self.table(),
            "settled": self._settled(),
            "masked_note": MASKED_NOTE,
            "enough": format_integer(ENOUGH_CASES),
        }

    def _state(self) -> str:
        whole = whole_of(self.groups)
        if not self.groups:
            return f"Aucune attestation de soins de {self.year}."
        if whole.cases is None:
            return f"Soins de {self.year} : {MASKED}."
        return (
            f"{format_integer(whole.cases)} attestations de soins de {self.year}, "
            f"{format_francs(whole.cost_francs)} demandés par cas, "
            f"{rejection_word(whole)} rejetées."
        )

    def _settled(self) -> str:
        day = settled_on(ReleasedFigures.Subject.CARE)
        return format_date(day) if day else ""
