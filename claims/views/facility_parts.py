"""Pages of facilities over all their federations: a line each; one with its parts and signals."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django_tables2 import RequestConfig

from claims.rules.signals.across import Across
from claims.selectors.facility_parts import (
    compared_facilities,
    compared_facility,
    sees_every_part,
    signals_of_facility,
)
from claims.tables.care_figures import TOTAL
from claims.tables.signals import AcrossTable, PartTable, ToldSignalTable
from conamus.pages.figures import TablePage, YearPage
from conamus.pages.lists import PAGE_SIZE
from conamus.pages.views import ActorPage
from conamus.pages.years import asked_year
from federations.rules.roles import Permission
from membership.rules.sentences import counted


class ComparedFacilities(YearPage, TablePage):
    """Facilities a line each, those to be seen first; with ``toutes``, the others too."""

    permission = Permission.SETTLE_SIGNALS
    template_name = "claims/compared_facilities.html"
    title = "Formations sanitaires comparées"

    @cached_property
    def found(self) -> list[Across]:
        """Every facility with care of the year."""
        return compared_facilities(self.actor, self.year)

    @cached_property
    def to_see(self) -> list[Across]:
        """Those with a signal that waits, or above what their peers explain."""
        return [one for one in self.found if one.is_to_see]

    @property
    def shows_all(self) -> bool:
        """Whether the others are asked for too."""
        return bool(self.request.GET.get("toutes"))

    def table(self) -> AcrossTable:
        """Return the lines asked for."""
        return AcrossTable(self.found if self.shows_all else self.to_see, orderable=False)

    def page(self) -> dict[str, Any]:
        """Return a page of the lines, and how many there are."""
        table = self.table()
        paging = {"per_page": PAGE_SIZE, "silent": True}
        RequestConfig(self.request, paginate=paging).configure(table)
        return {
            "title": self.title,
            "state": self._state(),
            "table": table,
            "count": len(table.data),
            "shows_all": self.shows_all,
            "year": self.year,
            "empty_text": "Aucune formation sanitaire n’est à voir de plus près.",
        }

    def _state(self) -> str:
        all_found = counted(len(self.found), "formation sanitaire", "formations sanitaires")
        seen = f"{len(self.to_see)} à voir sur {all_found}"
        whose = "toutes fédérations ensemble" if sees_every_part(self.actor) else "votre part"
        return f"Soins de {self.year} : {seen}, {whose}."


class ComparedFacility(ActorPage):
    """One facility: each federation's part among its peers, the whole, and every signal of it."""

    permission = Permission.SETTLE_SIGNALS
    template_name = "claims/compared_facility.html"

    def page(self) -> dict[str, Any]:
        """Return the parts with the whole last, and the signals."""
        year, pk = asked_year(self.request), self.kwargs["pk"]
        found = compared_facility(self.actor, pk, year)
        lines = list(found.parts.items())
        if sees_every_part(self.actor):
            lines.append((TOTAL, found.whole))
        signals = signals_of_facility(self.actor, pk, year)
        return {
            "title": found.whole.care.name,
            "state": f"Soins de {year}, {counted(len(found.parts), 'fédération')}.",
            "parts_table": PartTable(lines, orderable=False),
            "signals_table": ToldSignalTable(signals, orderable=False) if signals else None,
            "facility_url": reverse("facility_detail", args=[pk]),
            "back_url": f"{reverse('signal_compared')}?annee={year}",
        }
