"""Care as it is released to the regulator: which parts are taken over, what is shown of them.

A year's care is made of parts: what the members of one federation had in one month of one kind. A
part is released anew where it has moved in no count by one to four, its francs only with the
counts of those they are of; else it stays what it was (rules/releases.py says why). Its francs are
kept to the nearest thousand, so that every table and whole is the sum of what is shown. What is
shown of them: care_aggregates.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from conamus.kernel.figures import round_half_up
from prudential.rules.releases import has_small, movements

#: The members' federation, the month, the kind of care.
PartKey = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePart:
    """Attestations of one part; of those decided, what the mutuelle owes."""

    cases: int
    decided: int
    rejected: int
    asked_francs: int
    mutuelle_francs: int

    @property
    def counts(self) -> list[int]:
        """All that can be told of how many: decided or waiting, rejected or accepted."""
        accepted, waiting = self.decided - self.rejected, self.cases - self.decided
        return [self.cases, self.decided, waiting, self.rejected, accepted]

    @property
    def rounded(self) -> "CarePart":
        """The part as it is released."""
        return replace(
            self,
            asked_francs=_to_thousands(self.asked_francs),
            mutuelle_francs=_to_thousands(self.mutuelle_francs),
        )


Parts = Mapping[PartKey, CarePart]
_NOTHING = CarePart(cases=0, decided=0, rejected=0, asked_francs=0, mutuelle_francs=0)


def first_care(day: Parts) -> dict[PartKey, CarePart]:
    """Release a year of which nothing was told before."""
    return {key: part.rounded for key, part in day.items()}


def care_anew(known: Parts, day: Parts) -> dict[PartKey, CarePart]:
    """Take over from the day the parts that moved enough; the others stay what they were."""
    released = {}
    for key in sorted(known.keys() | day.keys()):
        before, now = known.get(key, _NOTHING), day.get(key, _NOTHING).rounded
        released[key] = before if care_moved_little(before, now) else _with_francs(before, now)
    return {key: part for key, part in released.items() if part != _NOTHING}


def care_moved_little(before: CarePart, after: CarePart) -> bool:
    """Tell whether a part moved so little that one attestation could be recognised.

    >>> from dataclasses import replace
    >>> part = CarePart(cases=60, decided=50, rejected=9, asked_francs=90, mutuelle_francs=40)
    >>> care_moved_little(part, replace(part, cases=66)), care_moved_little(part, part)
    (False, False)
    >>> care_moved_little(part, replace(part, cases=61))
    True
    """
    return has_small(movements(before.counts, after.counts))


def _with_francs(before: CarePart, after: CarePart) -> CarePart:
    """One attestation for another moves francs and no count: beside unmoved counts they stay."""
    decided = (before.decided, before.rejected), (after.decided, after.rejected)
    return replace(
        after,
        asked_francs=(before if before.cases == after.cases else after).asked_francs,
        mutuelle_francs=(before if decided[0] == decided[1] else after).mutuelle_francs,
    )


def _to_thousands(francs: int) -> int:
    return 1_000 * round_half_up(Fraction(francs, 1_000)).numerator
