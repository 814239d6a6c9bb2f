"""Who looks at the portal, at which mutualist year, on which day.

Membership is won for a mutualist year in the year before it, so the yearly report of
activity year N shows the membership of N+1 (source: S19). The portal stands in one
mutualist year; activities and expenses are those of it, or else of the year before.
"""

from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from conamus.kernel.errors import NotAllowed
from federations.rules.roles import Permission, Role, is_permitted
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Desk:
    """An actor, the mutualist year in use and today."""

    actor: Actor
    year: int
    today: date

    @property
    def role(self) -> Role:
        """The role of who looks."""
        return self.actor.role

    @property
    def before(self) -> int:
        """The mutualist year before: the activity year of the yearly report."""
        return self.year - 1

    @property
    def last_activity_year(self) -> int:
        """The activity year whose report is due now, whatever year is looked at."""
        return self.today.year - 1

    @property
    def on_date(self) -> date:
        """The day on which units and zones are looked at: today, or the year's last day.

        >>> from federations.tenancy.actor import system_actor
        >>> Desk(system_actor(1, "essai"), 2024, date(2025, 6, 30)).on_date
        datetime.date(2024, 12, 31)
        """
        return min(self.today, date(self.year, 12, 31))

    @property
    def latest_year(self) -> int:
        """The latest year that an evolution shows."""
        return max(self.year, self.today.year)

    def may(self, permission: Permission) -> bool:
        """Tell whether the role carries a permission."""
        return is_permitted(self.role, permission)

    @property
    def sees_network(self) -> bool:
        """Whether the figures of all federations may be shown."""
        return self.may(Permission.SEE_NETWORK_FIGURES)

    def sees_own(self, tenant_id: int) -> bool:
        """Tell whether the figures of that tenant may be shown as one's own."""
        return tenant_id == self.actor.tenant_id and self.may(Permission.SEE_HOUSEHOLDS)

    def sees_whole(self, tenant_id: int) -> bool:
        """Tell whether the figures of that whole tenant may be shown, not of some units only."""
        return self.sees_network or (self.sees_own(tenant_id) and self.actor.unit_id is None)

    def require_figures_of(self, tenant_id: int) -> None:
        """Raise NotAllowed unless that whole tenant's figures may be shown."""
        if not self.sees_whole(tenant_id):
            self._refuse()

    def require_units_of(self, tenant_id: int) -> None:
        """Raise NotAllowed unless figures of units of that tenant may be shown.

        Which units a limited actor may see is the caller's to ask.
        """
        if not (self.sees_network or self.sees_own(tenant_id)):
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise NotAllowed(
            f"Votre rôle, {self.role.label}, ne permet pas de voir les chiffres"
            " de cette fédération."
        )
