"""Which edition of a yearly report is opened to the regulator.

Two editions of one report, or the reports of two years that show the same mutualist year,
can be subtracted. Each hides its small groups; what changed between them would still tell
of the few households that changed. So an edition is opened only where its figures can be
subtracted from those opened before without giving a small group.

The figures are made of parts: the households and people of one unit in one mutualist year,
those of one federation in one commune, and of one federation what is printed by sex and by
renewal. In each part either nothing has moved since the editions opened before, or at least
five households have, net, and no count of it by one to four. Then whatever is had by
subtracting a unit, a federation, a commune, a province or the network from its earlier self
is made of movements of five and more. Otherwise the edition stays closed to the regulator,
who keeps the earlier one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from prudential.rules.annual_figures import SMALLEST_SHOWN

#: The counts of each part, households first.
Parts = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Edition:
    """What an edition's figures are made of: its scopes, and the parts of each.

    A scope is a mutualist year seen by units, or by communes ("2025/u"); the key of a part
    is its scope and its own name ("2025/u/12"). Within a scope, a part that is not there
    counts nobody.
    """

    scopes: frozenset[str]
    parts: Parts


def opened_before(editions: Iterable[Edition]) -> Edition:
    """Return what the reader knows from editions, the oldest first: the last of each scope."""
    scopes: set[str] = set()
    parts: dict[str, Sequence[int]] = {}
    for edition in editions:
        for key in [key for key in parts if _scope_of(key) in edition.scopes]:
            del parts[key]
        parts.update(edition.parts)
        scopes |= edition.scopes
    return Edition(frozenset(scopes), parts)


def small_movements(known: Edition, new: Edition) -> int:
    """Count the parts that moved, and by so little that somebody could be recognised.

    >>> both = frozenset({"2025/u"})
    >>> known = Edition(both, {"2025/u/1": [40, 200], "2025/u/2": [60, 300]})
    >>> rest = {"2025/u/2": [60, 300]}
    >>> [
    ...     small_movements(known, Edition(both, {"2025/u/1": counts, **rest}))
    ...     for counts in ([40, 200], [45, 226], [41, 206])
    ... ]
    [0, 0, 1]

    One person more in a household is a movement too, so are two women among five new
    heads; so is a unit that is left.

    >>> heads = {"2025/f/1": [40, 30, 10]}, {"2025/f/1": [45, 33, 12]}
    >>> small_movements(*(Edition(frozenset({"2025/f"}), one) for one in heads))
    1

    >>> small_movements(known, Edition(both, {"2025/u/1": [40, 201], **rest}))
    1
    >>> small_movements(Edition(both, {"2025/u/1": [3, 9]}), Edition(both, {}))
    1

    What was not shown before has nothing to be subtracted from.

    >>> small_movements(known, Edition(frozenset({"2026/u"}), {"2026/u/1": [41, 206]}))
    0
    """
    both = known.scopes & new.scopes
    keys = {key for key in (*known.parts, *new.parts) if _scope_of(key) in both}
    return sum(_is_small(known.parts.get(key, ()), new.parts.get(key, ())) for key in keys)


def _is_small(before: Sequence[int], after: Sequence[int]) -> bool:
    """Tell whether some count moved by one to four, or moved without five households."""
    pairs = zip_longest(before, after, fillvalue=0)
    moved = [abs(new - old) for old, new in pairs]
    return any(moved) and (
        moved[0] < SMALLEST_SHOWN or any(0 < by < SMALLEST_SHOWN for by in moved)
    )


def _scope_of(key: str) -> str:
    return key.rpartition("/")[0]
