"""What of a promise goes along when a household is transferred: its last instalments."""

from collections.abc import Sequence

from membership.rules.promises import InstalmentFact


def last_instalments(
    instalments: Sequence[InstalmentFact], left_francs: int
) -> tuple[InstalmentFact, ...]:
    """Return the end of a promise, in order of days, that makes exactly what is left to pay.

    What was paid settled the first instalments. Where more is left than was promised, the last
    day takes the difference.

    >>> from datetime import date
    >>> parts = [
    ...     InstalmentFact(due_on=date(2025, month, 1), amount_francs=10_000) for month in (5, 6, 7)
    ... ]
    >>> [part.amount_francs for part in last_instalments(parts, 14_000)]
    [4000, 10000]
    """
    kept: list[InstalmentFact] = []
    for part in reversed(instalments):
        amount = min(part.amount_francs, left_francs)
        if amount > 0:
            kept.append(InstalmentFact(due_on=part.due_on, amount_francs=amount))
            left_francs -= amount
    if left_francs > 0 and kept:
        last = kept[0]
        kept[0] = InstalmentFact(due_on=last.due_on, amount_francs=last.amount_francs + left_francs)
    return tuple(reversed(kept))
