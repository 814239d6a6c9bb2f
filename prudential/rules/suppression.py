"""What the network's report may print of its federations: no group of one to four.

The report is published. A federation's count of one to four is not printed, nor what
would give it by subtraction: the other sex of the pair, and, where one federation alone
is concerned or those concerned count fewer than five together, the smallest of the
others. Sums with a hidden part are unknown, as everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from membership.rules.insured import InsuredTotals, total_insured
from prudential.rules.annual_facts import ProvinceFact
from prudential.rules.annual_figures import SMALLEST_SHOWN, Group, Membership


def is_small(count: int | None) -> bool:
    """Tell whether a group could be recognised.

    >>> is_small(0), is_small(4), is_small(5), is_small(None)
    (False, True, False, False)
    """
    return count is not None and 0 < count < SMALLEST_SHOWN


def with_complement(sizes: Sequence[int | None], small: Sequence[bool]) -> set[int]:
    """Return the places to hide: the small ones, and the one that protects them.

    >>> sorted(with_complement([40, 3, 12, 0], [False, True, False, False]))
    [1, 2]
    >>> sorted(with_complement([40, 2, 1], [False, True, True]))
    [0, 1, 2]
    >>> sorted(with_complement([40, 12], [False, False]))
    []
    """
    hidden = {place for place, one in enumerate(small) if one}
    together = sum(sizes[place] or 0 for place in hidden)
    if hidden and (len(hidden) == 1 or together < SMALLEST_SHOWN):
        others = [place for place, size in enumerate(sizes) if size and place not in hidden]
        hidden.update(sorted(others, key=lambda place: sizes[place] or 0)[:1])
    return hidden


def shown_counts(counts: Sequence[int | None]) -> list[int | None]:
    """Return counts whose sum is known from elsewhere, those to hide made unknown."""
    hidden = with_complement(counts, [is_small(count) for count in counts])
    return [None if place in hidden else count for place, count in enumerate(counts)]


def shown_totals(totals: Sequence[InsuredTotals]) -> list[InsuredTotals]:
    """Return the insured of groups side by side, without what may not be printed."""
    households = shown_counts([one.households for one in totals])
    people = shown_counts([one.people for one in totals])
    heads = with_complement(
        [one.households for one in totals],
        [is_small(one.male_heads) or is_small(one.female_heads) for one in totals],
    )
    sexes = with_complement(
        [one.people for one in totals],
        [is_small(one.males) or is_small(one.females) for one in totals],
    )
    shown = []
    for place, one in enumerate(totals):
        kept = replace(one, shown_households=households[place], shown_people=people[place])
        if place in heads or households[place] is None:
            kept = replace(kept, male_heads=None, female_heads=None)
        if place in sexes or people[place] is None:
            kept = replace(kept, males=None, females=None)
        shown.append(kept)
    return shown


def whole_sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum, unknown as soon as a part is.

    >>> whole_sum([2, 3]), whole_sum([2, None])
    (5, None)
    """
    parts = list(counts)
    return None if None in parts else sum(part or 0 for part in parts)


def shown_provinces(provinces: Sequence[ProvinceFact]) -> tuple[ProvinceFact, ...]:
    """Return the provinces without the counts that may not be printed."""
    households = shown_counts([province.households for province in provinces])
    return tuple(
        replace(province, households=count, people=None if count is None else province.people)
        for province, count in zip(provinces, households, strict=True)
    )


def shown_membership(membership: Membership) -> Membership:
    """Return the membership by federation as it may be published."""
    groups = membership.groups
    now = shown_totals([group.now for group in groups])
    before = shown_totals([group.before for group in groups])
    hidden = with_complement(
        [group.renewed for group in groups], [_renewal_is_small(group) for group in groups]
    )
    shown = tuple(
        replace(
            group,
            now=replace(now[place], renewals=None, same_unit_renewals=None)
            if place in hidden
            else now[place],
            before=before[place],
            renewed=None if place in hidden else group.renewed,
        )
        for place, group in enumerate(groups)
    )
    renewed = total_insured(group.now for group in shown).renewals
    return replace(membership, groups=shown, renewed=renewed)


def _renewal_is_small(group: Group) -> bool:
    """Tell it of those who came back, those who did not, and those who are new."""
    renewed, before, now = group.renewed, group.before.households, group.now.households
    if renewed is None or before is None or now is None:
        return False
    counts = (renewed, before - renewed, now - renewed, before, now)
    return any(is_small(count) for count in counts)
