"""What remains of the ceilings of people whose rights are checked: one query for all of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from claims.rules.package import Scope, Target
from claims.rules.sentences.figures import SCOPES, target_words
from claims.rules.words import CareKind, Family


@dataclass(frozen=True, slots=True)
class CeilingLeft:
    """A yearly ceiling, and what was paid of it."""

    scope: Scope
    francs: int
    used_francs: int
    target: Target

    @property
    def left_francs(self) -> int:
        """What the mutuelle can still pay."""
        return max(0, self.francs - self.used_francs)

    @property
    def words(self) -> str:
        """What it is about."""
        return f"{target_words(self.target, {})}, {SCOPES[self.scope]}"


def ceilings_left(people: Collection[int], on: date) -> dict[int, list[CeilingLeft]]:
    """Return the yearly ceilings of each person's record with what was used: one query."""
    found: dict[int, list[CeilingLeft]] = defaultdict(list)
    if not people:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ceilings_left(%s, %s)", [list(people), on])
        for person, scope, francs, used, family, act, level, ownership, kind in cursor.fetchall():
            target = Target(
                family=Family(family) if family else None,
                act=act or None,
                level=level or None,
                ownership=ownership or None,
                kind=CareKind(kind) if kind else None,
            )
            found[person].append(CeilingLeft(Scope(scope), francs, used, target))
    return found
