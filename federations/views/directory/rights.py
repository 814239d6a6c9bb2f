"""The table of roles and permissions, as the rules hold it."""

from typing import Any

from conamus.pages.views import ActorPage
from federations.rules.roles import ASSIGNABLE_ROLES, Permission, is_permitted


class Rights(ActorPage):
    """Who may do what: the same table that every service asks."""

    permission = None
    template_name = "federations/rights.html"

    def page(self) -> dict[str, Any]:
        """Return one line a permission, one column a role."""
        return {
            "title": "Rôles et droits",
            "roles": [(role.label, role is self.actor.role) for role in ASSIGNABLE_ROLES],
            "lines": [
                (
                    permission.label,
                    [
                        (is_permitted(role, permission), role is self.actor.role)
                        for role in ASSIGNABLE_ROLES
                    ],
                )
                for permission in Permission
            ],
        }
