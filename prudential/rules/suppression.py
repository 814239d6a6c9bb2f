"""What the network's report may print: no group of one to four, nor its way back.

The report is published, and the regulator reads it beside pages of its own; both follow the
one rule, written here for the report and in prudential/sql/released_figures.sql
for the regulator (a test holds the two together). Groups stand under a whole whose sums are
known from elsewhere. A group is small when one of its parts is one to four. The small ones
are hidden and, with them, the next in size, until each part of the hidden ones together is
nothing or at least five. A whole that is hidden hides all that is under it. Sums with a
hidden part are unknown, as everywhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from membership.rules.insured import InsuredTotals, total_insured
from prudential.rules.annual_facts import ProvinceFact
from prudential.rules.annual_figures import SMALLEST_SHOWN, Group, Membership

#: The parts of each group, by the group's key.
Parts = Mapping[int, Sequence[int]]


def is_small(count: int | None) -> bool:
    """Tell whether a group could be recognised.

    >>> is_small(0), is_small(4), is_small(5), is_small(None)
    (False, True, False, False)
    """
    return count is not None and 0 < count < SMALLEST_SHOWN


def hidden_keys(groups: Parts) -> frozenset[int]:
    """Return the keys of the groups to hide: the small ones, and those that protect them.

    >>> sorted(hidden_keys({1: [40], 2: [3], 3: [12], 4: [0]}))
    [2, 3]
    >>> sorted(hidden_keys({1: [40], 2: [3], 3: [2]}))
    [2, 3]

    Three women beside one woman: together four, so that a third group goes with them.

    >>> sorted(hidden_keys({1: [60, 3], 2: [18, 1], 3: [90, 20]}))
    [1, 2, 3]
    >>> hidden_keys({1: [40], 2: [12]})
    frozenset()
    """
    small = {key for key, parts in groups.items() if any(map(is_small, parts))}
    if not small:
        return frozenset()
    order = sorted(groups, key=lambda key: (key not in small, *_size_first(groups[key]), key))
    together = accumulate((groups[key] for key in order), _add)
    for count, parts in enumerate(together, start=1):
        if count >= len(small) and not any(map(is_small, parts)):
            return frozenset(order[:count])
    return frozenset(order)


def _size_first(parts: Sequence[int]) -> tuple[bool, int]:
    """The smallest first; an empty group protects nobody and comes last."""
    size = sum(parts)
    return size == 0, size


def _add(first: Sequence[int], second: Sequence[int]) -> list[int]:
    return [one + other for one, other in zip(first, second, strict=True)]


def hidden_below(
    wholes: Mapping[int, Parts], beside: Mapping[int, int] | None = None
) -> frozenset[int]:
    """Return the keys to hide of groups under several wholes, themselves under one.

    ``beside``: one more part of each whole, of which its groups have none.

    >>> sorted(hidden_below({1: {10: [40], 11: [3], 12: [9]}, 2: {20: [8]}, 3: {30: [7]}}))
    [11, 12]
    >>> sorted(hidden_below({1: {10: [40], 11: [30]}, 2: {20: [2]}, 3: {30: [7]}}))
    [20, 30]
    """
    filled = {whole: groups for whole, groups in wholes.items() if groups}
    more = beside or {}
    hidden_wholes = hidden_keys(
        {whole: [*_whole(groups), more.get(whole, 0)] for whole, groups in filled.items()}
    )
    hidden: set[int] = set()
    for whole, groups in filled.items():
        hidden |= groups.keys() if whole in hidden_wholes else hidden_keys(groups)
    return frozenset(hidden)


def hidden_past(years: Sequence[tuple[str, int, int]]) -> frozenset[int]:
    """Return the places of the past counts to hide: (year, federation, households) of each.

    Promoters stand under the federation that carries them on, federations under the network.

    >>> sorted(hidden_past([("2012", 1, 300), ("2012", 2, 3), ("2012", 3, 40), ("2013", 2, 9)]))
    [1, 2]
    """
    by_year: dict[str, dict[int, dict[int, list[int]]]] = {}
    for place, (label, federation, households) in enumerate(years):
        wholes = by_year.setdefault(label, {})
        wholes.setdefault(federation, {})[place] = [households]
    return frozenset().union(*(hidden_below(wholes) for wholes in by_year.values()))


def _whole(groups: Parts) -> list[int]:
    return [sum(parts) for parts in zip(*groups.values(), strict=True)]


def shown_counts(counts: Mapping[int, int | None]) -> dict[int, int | None]:
    """Return counts whose sum is known from elsewhere, those to hide made unknown.

    >>> shown_counts({1: 40, 2: 3, 3: 12})
    {1: 40, 2: None, 3: None}
    """
    hidden = hidden_keys({key: [count or 0] for key, count in counts.items()})
    return {key: None if key in hidden else count for key, count in counts.items()}


def shown_totals(totals: Mapping[int, InsuredTotals]) -> dict[int, InsuredTotals]:
    """Return the insured of groups side by side, without what may not be printed."""
    households = _hidden_parts(totals, lambda one: (one.households,))
    people = _hidden_parts(totals, lambda one: (one.people,))
    heads = households | _hidden_parts(totals, lambda one: (one.male_heads, one.female_heads))
    sexes = people | _hidden_parts(totals, lambda one: (one.males, one.females))
    return {
        key: InsuredTotals(
            male_heads=None if key in heads else one.male_heads,
            female_heads=None if key in heads else one.female_heads,
            males=None if key in sexes else one.males,
            females=None if key in sexes else one.females,
            renewals=one.renewals,
            shown_households=None if key in households else one.households,
            shown_people=None if key in people else one.people,
        )
        for key, one in totals.items()
    }


def _hidden_parts(
    totals: Mapping[int, InsuredTotals],
    parts_of: Callable[[InsuredTotals], tuple[int | None, ...]],
) -> frozenset[int]:
    return hidden_keys({key: [part or 0 for part in parts_of(one)] for key, one in totals.items()})


def whole_sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum, unknown as soon as a part is.

    >>> whole_sum([2, 3]), whole_sum([2, None])
    (5, None)
    """
    parts = list(counts)
    return None if None in parts else sum(part or 0 for part in parts)


def shown_provinces(
    provinces: Sequence[ProvinceFact], *, has_small_parts: bool
) -> tuple[ProvinceFact, ...]:
    """Return the provinces without the counts that may not be printed.

    ``has_small_parts``: a unit and a commune have one to four households in common; the
    provinces less the units shown would then give a small group, so none is printed.
    """
    if has_small_parts:
        return tuple(replace(province, households=None, people=None) for province in provinces)
    households = shown_counts({province.key: province.households for province in provinces})
    return tuple(
        province
        if households[province.key] is not None
        else replace(province, households=None, people=None)
        for province in provinces
    )


def shown_membership(membership: Membership) -> Membership:
    """Return the membership by federation as it may be published."""
    groups = membership.groups
    now = shown_totals({group.key: group.now for group in groups})
    before = shown_totals({group.key: group.before for group in groups})
    hidden = hidden_keys({group.key: _flow(group) for group in groups})
    shown = tuple(
        _shown_group(group, now[group.key], before[group.key], is_hidden=group.key in hidden)
        for group in groups
    )
    renewed = total_insured(group.now for group in shown).renewals
    return replace(membership, groups=shown, renewed=renewed)


def _shown_group(
    group: Group, now: InsuredTotals, before: InsuredTotals, *, is_hidden: bool
) -> Group:
    """The households that came back would give a hidden total with those that are new."""
    renewed = None if is_hidden or now.households is None else group.renewed
    return replace(
        group,
        now=replace(now, renewals=renewed),
        before=replace(before, renewals=None),
        renewed=renewed,
    )


def _flow(group: Group) -> list[int]:
    """Those who came back, those who are new, those who did not come back."""
    renewed, before, now = group.renewed or 0, group.before.households, group.now.households
    return [renewed, (now or 0) - renewed, max((before or 0) - renewed, 0)]
