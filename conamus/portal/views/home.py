"""The first page after signing in: one per role, at one address."""

import json
from collections.abc import Callable
from typing import Any

from conamus import clock
from conamus.health import readyz
from conamus.pages.views import ActorPage, ActorView
from conamus.pages.years import chosen_year
from conamus.portal.boards import facility, federation, network, system, unit
from conamus.portal.desk import Desk
from federations.models import Federation, RoleAssignment
from federations.rules.roles import Role

Board = Callable[["HomePage"], dict[str, Any]]


class HomePage(ActorPage):
    """The portal of the role in use."""

    permission = None

    @property
    def desk(self) -> Desk:
        """Who looks, at which year, on which day."""
        return desk_of(self)

    @property
    def tenant(self) -> Federation:
        """The tenant that the actor acts for."""
        return tenant_of(self)

    @property
    def sort(self) -> str:
        """The column that the table of units is sorted by."""
        return self.request.GET.get("tri", "")

    def get_template_names(self) -> list[str]:
        """Return the template of the role in use."""
        return [f"portal/{self._board()[0]}.html"]

    def page(self) -> dict[str, Any]:
        """Return what that template shows."""
        return self._board()[1](self)

    def _board(self) -> tuple[str, Board]:
        if self.actor.role is Role.AUDITOR and self.tenant.kind == Federation.Kind.CONFEDERATION:
            return "auditor", lambda page: system.confederation_auditor(page.desk, page.tenant)
        return BOARDS[self.actor.role]


def _administrator(page: HomePage) -> dict[str, Any]:
    readiness = json.loads(readyz(page.request).content)
    return system.administrator(page.desk, readiness)


#: Role → (template, what it shows).
BOARDS: dict[Role, tuple[str, Board]] = {
    Role.CONFEDERATION_MANAGER: ("confederation", lambda page: network.confederation(page.desk)),
    Role.MEDICAL_ADVISER: ("adviser", lambda page: network.adviser(page.desk)),
    Role.REGULATOR: ("regulator", lambda page: network.regulator(page.desk)),
    Role.FEDERATION_MANAGER: (
        "federation",
        lambda page: federation.manager(page.desk, page.tenant, page.sort),
    ),
    Role.AUDITOR: (
        "federation",
        lambda page: federation.auditor(page.desk, page.tenant, page.sort),
    ),
    Role.MUTUELLE_AGENT: ("unit", lambda page: unit.desk_of_units(page.desk)),
    Role.CENTRE_OPERATOR: ("unit", lambda page: unit.desk_of_units(page.desk)),
    Role.ADVISING_NURSE: ("nurse", lambda page: facility.nurse(page.desk, page.tenant)),
    Role.FACILITY_USER: ("facility", lambda page: facility.facility_user(page.desk)),
    Role.SYSTEM_ADMINISTRATOR: ("system", _administrator),
}


def desk_of(view: ActorView, year: int | None = None) -> Desk:
    """Return who looks, at the chosen year or at the one that the address names."""
    return Desk(view.actor, year or chosen_year(view.request), clock.today())


def tenant_of(view: ActorView) -> Federation:
    """Return the tenant in use: it came with the roles, so nothing is asked."""
    assignments: list[RoleAssignment] = getattr(view.request, "assignments", [])
    tenants = {one.tenant_id: one.tenant for one in assignments}
    return tenants[view.actor.tenant_id]
