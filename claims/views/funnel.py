"""The funnel of facilities: volume against cost per case, the outliers named; table and file."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from claims.filters.claims import COUNTED
from claims.rules.signals.facilities import FacilityMonth, PeerGroup, peer_groups
from claims.rules.signals.funnels import Funnel, Place, funnel_of
from claims.rules.words import LEVELS, OWNERSHIPS
from claims.selectors.facility_months import facilities_of_year, facility_codes
from claims.tables.care_figures import FunnelTable
from conamus.charts.funnel import MOST_LISTED, Dot, FunnelChart, Limits
from conamus.kernel.figures import MONTHS, format_francs
from conamus.pages.figures import TablePage, YearPage
from conamus.pages.years import asked_month
from federations.rules.roles import Permission, is_permitted


@dataclass(frozen=True, slots=True)
class Group:
    """A type and ownership that can be chosen."""

    key: str
    label: str
    cases: int
    months: PeerGroup


class FacilityFunnel(YearPage, TablePage):
    """Facilities of one type and ownership, against one another."""

    permission = Permission.SEE_CARE_FIGURES
    template_name = "claims/funnel.html"
    title = "Entonnoir des formations sanitaires"

    @cached_property
    def month(self) -> int:
        """The month chosen; 0: the whole year."""
        return asked_month(self.request)

    @cached_property
    def groups(self) -> list[Group]:
        """The groups of peers that have care, the largest first."""
        months = facilities_of_year(self.actor, self.year, month=self.month)
        found = [_group(group) for group in peer_groups(months)]
        return sorted(found, key=lambda group: -group.cases)

    @cached_property
    def group(self) -> Group | None:
        """The group chosen, else the largest."""
        asked = self.request.GET.get("groupe", "")
        return next((one for one in self.groups if one.key == asked), None) or next(
            iter(self.groups), None
        )

    @cached_property
    def funnel(self) -> Funnel | None:
        """Its funnel; None: too few facilities have enough cases."""
        return funnel_of(self.group.months) if self.group else None

    def table(self) -> FunnelTable:
        """Return the facilities with what puts them there, the farthest first."""
        return FunnelTable(self.funnel.places if self.funnel else [], orderable=False)

    def page(self) -> dict[str, Any]:
        """Return the picture, the choices and the sentence of state."""
        return {
            "title": self.title,
            "year": str(self.year),
            "month": self.month,
            "months": list(enumerate(MONTHS, start=1)),
            "groups": self.groups,
            "group": self.group,
            "picture": self._picture() if self.funnel else None,
            "state": self._state(),
            "export": self._query("export=csv"),
        }

    def _state(self) -> str:
        if self.group is None:
            return f"Aucune attestation de soins de {self.year}."
        if self.funnel is None:
            return f"{self.group.label} : trop peu de formations sanitaires pour les comparer."
        far = len(self.funnel.far)
        told = f"{far} au-dessus de la limite" if far else "aucune au-dessus de la limite"
        return (
            f"{self.group.label} : {len(self.funnel.places)} formations sanitaires, "
            f"{format_francs(self.funnel.usual)} par cas d’habitude, {told}."
        )

    def _query(self, more: str = "") -> str:
        group = self.group.key if self.group else ""
        return f"?annee={self.year}&mois={self.month}&groupe={group}&{more}"

    def _picture(self) -> FunnelChart:
        assert self.funnel is not None  # noqa: S101 (asked where there is one)
        places = self.funnel.places
        listed = places[:MOST_LISTED]
        codes = facility_codes(place.month.facility for place in listed)
        return FunnelChart(
            title="Coût par cas et nombre de cas",
            unit="FBu demandés par cas",
            dots=tuple(_dot(place) for place in places),
            limits=tuple(
                Limits(one.cases, one.low, one.inner_low, one.inner_high, one.high)
                for one in self.funnel.bounds
            ),
            usual=self.funnel.usual,
            note=(
                "Trait plein : la valeur habituelle et les limites au-delà desquelles le hasard "
                "n’explique plus l’écart ; tirets : à surveiller. Deux échelles logarithmiques."
            ),
            urls=tuple(self._row_urls(place, codes) for place in listed),
            download_url=self._query("export=csv"),
        )

    def _row_urls(self, place: Place, codes: dict[str, str]) -> tuple[str, ...]:
        facility = place.month.facility
        if is_permitted(self.actor.role, Permission.SEE_CLAIMS):
            claims = f"{reverse('claims')}?annee={self.year}&state={COUNTED}"
            claims += f"&facility={codes[facility]}"
            claims += f"&month={self.month}" if self.month else ""
        else:
            claims = f"{reverse('care_figures')}?annee={self.year}&par=mois&formation={facility}"
        return (reverse("facility_detail", args=[int(facility)]), claims, claims, "", "")


def _dot(place: Place) -> Dot:
    return Dot(place.month.name, place.month.cases, place.value, place.distance, place.is_far)


def _group(group: PeerGroup) -> Group:
    first: FacilityMonth = group.judged[0]
    level = LEVELS.get(first.level, first.level)
    ownership = OWNERSHIPS.get(first.ownership, first.ownership)
    return Group(
        key=f"{first.level}-{first.ownership}",
        label=f"{level.capitalize()}, {ownership}",
        cases=sum(month.cases for month in group.judged),
        months=group,
    )
