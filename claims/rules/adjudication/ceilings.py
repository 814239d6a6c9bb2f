"""The most that the mutuelle pays: step 15, on its part after the rate.

Every ceiling that speaks of a line holds. They are looked at line by line, from the narrowest
scope to the widest and in a scope the closest first (a family's before the overall one); a line
counts against all of them with what finally passes, so that what one ceiling cut uses up no
other. A ceiling of 0 pays nothing; what is above is the patient's.
"""

from claims.rules.adjudication.sheet import Row, Sheet
from claims.rules.cuts import CutCode
from claims.rules.package import Ceiling, Scope
from claims.rules.targets import is_about_act
from claims.rules.words import Bearer


def apply_ceilings(sheet: Sheet) -> None:
    """Step 15: keep each line under all its ceilings, with what was accepted before."""
    counters = [
        _CeilingCount(sheet, clause) for clause in sheet.near.ceilings if sheet.holds(clause.scope)
    ]
    if not counters:
        return
    for row in sheet.rows:
        if not row.left:
            continue
        own = [one for one in counters if is_about_act(one.clause.target, row.act, row.family)]
        for counter in own:
            counter.cut(row)
        for counter in own:
            counter.used += row.left


class _CeilingCount:
    """A ceiling, and what counts against it."""

    def __init__(self, sheet: Sheet, clause: Ceiling) -> None:
        self.clause = clause
        earlier = sheet.earlier(clause.scope, clause.target)
        self.used = sum(one.mutuelle_francs for one in earlier)

    def cut(self, row: Row) -> None:
        """Cut what is above."""
        used = 0 if self.clause.scope is Scope.LINE else self.used
        room = max(0, self.clause.francs - used)
        if row.left > room:
            facts = {"ceiling": self.clause.francs, "scope": self.clause.scope, "used": used}
            family = self.clause.target.family
            told = {**facts, "family": family} if family else facts
            row.cut(CutCode.CEILING, row.left - room, Bearer.PATIENT, told)
