"""The care of a year as the yearly report tells it.

A federation's report tells what its own members had, wherever it was processed, from the day's
sums (`CareSums`), and what it and the others processed for one another. The confederation's tells
what is released to the regulator (`CareAggregate`: small groups hidden, None), in each of its
editions, and nothing that is not released: no people, no patients' part, no facilities.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from claims.rules.care_figures import CareSums, total_of
from prudential.rules.care_aggregates import AGGREGATED, CareAggregate, whole_of

#: Attestations added up; of those released a small group's figures are None.
Sums = CareSums | CareAggregate
#: Groups of attestations by their names, or by the value that they are named for.
Groups = tuple[tuple[str, Sums], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What two federations treat for one another: ours processed there, theirs here."""

    name: str
    sent: CareSums
    received: CareSums


@dataclass(frozen=True, slots=True, kw_only=True)
class Payers:
    """Who owes what the decided attestations ask; what is cut at the facility, nobody does."""

    asked_francs: int
    mutuelle_francs: int
    other_payer_francs: int
    cut_francs: int

    @property
    def patient_francs(self) -> int:
        """What remains is the patients'."""
        return self.asked_francs - self.mutuelle_francs - self.other_payer_francs - self.cut_francs


@dataclass(frozen=True, slots=True, kw_only=True)
class CareFacts:
    """A year's care; without months there is none, or none is released."""

    is_released: bool
    #: The day of the figures; None: nothing was ever released.
    settled_on: date | None
    #: The first year of which any care is held.
    first_year: int | None
    whole: Sums
    #: The months of care in their order.
    months: tuple[tuple[int, Sums], ...]
    kinds: Groups
    #: The confederation's: by federation of the patient.
    federations: Groups = ()
    #: A federation's own, and all that follows: by type of facility, by ownership.
    facility_types: Groups = ()
    ownerships: Groups = ()
    exchanges: tuple[Exchange, ...] = ()
    people: int | None = None
    payers: Payers | None = None
    #: Care is still being brought in: nothing is told of what is there.
    is_incomplete: bool = False

    @property
    def absent_months(self) -> tuple[int, ...]:
        """The months of the year of which no attestation is held."""
        held = {month for month, _ in self.months}
        return tuple(month for month in range(1, 13) if month not in held)


def payers_of(whole: CareSums, other_payer_francs: int) -> Payers:
    """Split what the decided attestations ask by who owes it."""
    return Payers(
        asked_francs=whole.decided_francs,
        mutuelle_francs=whole.mutuelle_francs,
        other_payer_francs=other_payer_francs,
        cut_francs=whole.cut_francs,
    )


def all_exchanged(exchanges: Iterable[Exchange]) -> tuple[CareSums, CareSums]:
    """Return all that was processed by others, and for others."""
    found = list(exchanges)
    return total_of([one.sent for one in found]), total_of([one.received for one in found])


def known_whole(*groupings: Sequence[CareAggregate]) -> CareAggregate:
    """Return the whole as far as one of its groupings tells it: each hides what its groups need.

    >>> some = {"stays": 0, "decided": 9, "rejected": 0, "asked_francs": 0, "mutuelle_francs": 0}
    >>> months = [CareAggregate(key="1", cases=None, **some)]
    >>> kinds = [CareAggregate(key="outpatient", cases=9, **some)]
    >>> known_whole(months, kinds).cases
    9
    """
    wholes = [whole_of(list(groups)) for groups in groupings]
    return CareAggregate(key="", **{name: _first_known(wholes, name) for name in AGGREGATED})


def _first_known(wholes: Iterable[CareAggregate], name: str) -> int | None:
    told: Iterable[int | None] = (getattr(one, name) for one in wholes)
    return next((sum_ for sum_ in told if sum_ is not None), None)


def spans(months: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return months as (first, last) of those that follow one another.

    >>> spans([1, 2, 3, 7, 11, 12])
    ((1, 3), (7, 7), (11, 12))
    """
    found: list[tuple[int, int]] = []
    for month in sorted(months):
        if found and found[-1][1] == month - 1:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return tuple(found)
