"""The pages « Chiffres » and the map: aggregates, to whoever may see them."""

from typing import Any

from conamus.demo.provenance import GENERATED, PUBLISHED
from conamus.pages.views import ActorPage
from conamus.portal.boards import detail
from conamus.portal.views.home import desk_of
from federations.rules.roles import Permission


class NetworkFigures(ActorPage):
    """Every figure of the network."""

    permission = Permission.SEE_NETWORK_FIGURES
    template_name = "portal/network.html"

    def page(self) -> dict[str, Any]:
        """Return tables and pictures."""
        return detail.network_detail(desk_of(self))


class NetworkMap(ActorPage):
    """The map, in both divisions and measures; whose communes depends on the role."""

    permission = None
    template_name = "portal/map.html"

    def page(self) -> dict[str, Any]:
        """Return both pictures and the switches."""
        get = self.request.GET.get
        choice = detail.map_choice(get("decoupage", ""), get("mesure", ""))
        return detail.network_map(desk_of(self), choice)


class FederationFigures(ActorPage):
    """One federation's figures: one's own, or any for who sees the network."""

    permission = None
    template_name = "portal/federation_figures.html"

    def page(self) -> dict[str, Any]:
        """Return its table of units and its pictures."""
        sort = self.request.GET.get("tri", "")
        return detail.federation_detail(desk_of(self), self.kwargs["code"], sort)


class UnitFigures(ActorPage):
    """One mutuelle's or section's figures."""

    permission = None
    template_name = "portal/unit_figures.html"

    def page(self) -> dict[str, Any]:
        """Return its figures by year."""
        return detail.unit_detail(desk_of(self), self.kwargs["pk"])


class Provenance(ActorPage):
    """What of the demonstration is published, and what is generated."""

    permission = None
    template_name = "portal/provenance.html"

    def page(self) -> dict[str, Any]:
        """Return the demonstration's own two lists."""
        return {
            "title": "Ce qui est publié, ce qui est généré",
            "published": PUBLISHED,
            "generated": GENERATED,
        }
