"""The rights check with what care adds to it: what remains of the ceilings, and the entry."""

from typing import Any

from claims.selectors.ceilings import ceilings_left
from federations.rules.roles import Permission, is_permitted
from membership.views.rights import RightsCheckPage


class RightsCheckWithCeilings(RightsCheckPage):
    """The answer of membership, then what remains of each open person's ceilings."""

    permission = Permission.CHECK_RIGHTS
    template_name = "claims/rights_check.html"

    def page(self) -> dict[str, Any]:
        """Add the ceilings of those whose rights are open."""
        context = super().page()
        if self.answer is None:
            return context
        covered = [one for one in self.answer.people if one.is_open]
        found = ceilings_left([one.beneficiary_id for one in covered], self.answer.on)
        return {
            **context,
            "covered": [(one, found[one.beneficiary_id]) for one in covered],
            "may_enter": is_permitted(self.actor.role, Permission.ENTER_CLAIMS),
        }
