"""The rights check with what care adds to it: the patient's share, the ceilings, the entry."""

from typing import Any

from claims.selectors.ceilings import ceilings_left
from claims.selectors.patient_shares import patient_shares
from federations.rules.roles import Permission, is_permitted
from membership.views.rights import RightsCheckPage


class RightsCheckWithCeilings(RightsCheckPage):
    """The answer of membership, then what remains of each open person's ceilings."""

    permission = Permission.CHECK_RIGHTS
    template_name = "claims/rights_check.html"

    def page(self) -> dict[str, Any]:
        """Add what those whose rights are open pay here, and what remains of their ceilings."""
        context = super().page()
        if self.answer is None:
            return context
        covered = [one for one in self.answer.people if one.is_open]
        found = ceilings_left([one.beneficiary_id for one in covered], self.answer.on)
        shares = patient_shares(self.actor, self.answer)
        return {
            **context,
            "ticket": shares.get(self.answer.people[0].beneficiary_id) if context["single"] else "",
            "covered": [
                (one, found[one.beneficiary_id], shares.get(one.beneficiary_id, ""))
                for one in covered
            ],
            "may_enter": is_permitted(self.actor.role, Permission.ENTER_CLAIMS),
        }
