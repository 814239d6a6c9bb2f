"""What the network's report may print: no group of one to four, nor its way back.

The report is published, and the regulator reads it beside pages of its own; both follow the
one rule, written here for the report and in prudential/sql/released_figures.sql
for the regulator (a test holds the two together). Groups stand under a whole whose sums are
known from elsewhere. A group is small when one of its parts is one to four. The small ones
are hidden and, with them, the next in size, until each part of the hidden ones together is
nothing or at least five. A whole that is hidden hides all that is under it. Sums with a
hidden part are unknown, as everywhere.

People less households, men less the men who are heads: whoever reads both has the dependants. So
heads and dependants are the parts that are judged. People are hidden wherever households are, and
people by sex wherever people are, or heads by sex: then each sum or difference of several tables is
made of hidden groups taken together and of groups that are shown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from membership.rules.insured import InsuredCount, InsuredTotals, total_insured
from prudential.rules.annual_facts import ProvinceFact
from prudential.rules.annual_figures import SMALLEST_SHOWN, Group, Membership

#: The parts of each group, by the group's key.
Parts = Mapping[int, Sequence[int]]
#: What is judged of a group of insured.
PartsOf = Callable[[InsuredTotals], Sequence[int]]


def households_of(one: InsuredTotals) -> tuple[int]:
    """Return the households, which are their heads."""
    return (one.households or 0,)


def dependants_of(one: InsuredTotals) -> tuple[int]:
    """Return the people who are not head of a household."""
    return (one.dependants or 0,)


def heads_and_dependants(households: int | None, people: int | None) -> tuple[int, int]:
    """Return both, of a place: they are shown together or not at all."""
    return households or 0, (people or 0) - (households or 0)


def heads_by_sex(one: InsuredTotals) -> tuple[int, int]:
    """Return the men and the women who are head of a household."""
    return one.male_heads or 0, one.female_heads or 0


def dependants_by_sex(one: InsuredTotals) -> tuple[int, int]:
    """Return the men and the women who are not head of a household."""
    return one.male_dependants or 0, one.female_dependants or 0


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


def _whole(groups: Parts) -> list[int]:
    return [sum(parts) for parts in zip(*groups.values(), strict=True)]


def shown_counts(counts: Mapping[int, int | None]) -> dict[int, int | None]:
    """Return counts whose sum is known from elsewhere, those to hide made unknown.

    >>> shown_counts({1: 40, 2: 3, 3: 12})
    {1: 40, 2: None, 3: None}
    """
    hidden = hidden_keys({key: [count or 0] for key, count in counts.items()})
    return {key: None if key in hidden else count for key, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Hidden:
    """The groups of which a figure is hidden, by their keys."""

    households: frozenset[int]
    people: frozenset[int]
    #: Heads, and people, by sex.
    heads: frozenset[int]
    sexes: frozenset[int]


def _hidden(judged: Callable[[PartsOf], frozenset[int]]) -> Hidden:
    """Return what to hide, given how to judge parts; people after what they are subtracted from."""
    households = judged(households_of)
    people = households | judged(dependants_of)
    heads = households | judged(heads_by_sex)
    return Hidden(households, people, heads, people | heads | judged(dependants_by_sex))


def hidden_units(counts: Iterable[InsuredCount]) -> Hidden:
    """Return what to hide of units, under their federations, of one year."""
    federations: dict[int, list[InsuredCount]] = defaultdict(list)
    for one in counts:
        federations[one.tenant_id].append(one)
    return _hidden(
        lambda parts_of: hidden_below(
            {
                federation: {one.unit_id: parts_of(one) for one in units}
                for federation, units in federations.items()
            }
        )
    )


def shown_totals(totals: Mapping[int, InsuredTotals]) -> dict[int, InsuredTotals]:
    """Return the insured of groups side by side, without what may not be printed.

    Eight men, who are all heads of a household, and two men more:

    >>> one = InsuredTotals(male_heads=8, female_heads=8, males=10, females=30)
    >>> shown = shown_totals({1: one, 2: one, 3: one})[1]
    >>> shown.male_heads, shown.males, shown.people
    (8, None, 40)
    """
    hidden = _hidden(
        lambda parts_of: hidden_keys({key: parts_of(one) for key, one in totals.items()})
    )
    return {
        key: InsuredTotals(
            male_heads=None if key in hidden.heads else one.male_heads,
            female_heads=None if key in hidden.heads else one.female_heads,
            males=None if key in hidden.sexes else one.males,
            females=None if key in hidden.sexes else one.females,
            renewals=one.renewals,
            shown_households=None if key in hidden.households else one.households,
            shown_people=None if key in hidden.people else one.people,
        )
        for key, one in totals.items()
    }


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

    ``has_small_parts``: a unit and a commune have one to four households in common, or
    dependants; the provinces less the units shown would then give a small group, so none is
    printed.
    """
    groups = {one.key: heads_and_dependants(one.households, one.people) for one in provinces}
    hidden = groups.keys() if has_small_parts else hidden_keys(groups)
    return tuple(
        replace(province, households=None, people=None) if province.key in hidden else province
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
    """Those who came back, those who are new, those who did not come back.

    Where households left for another federation, more may have come back than it has now.
    """
    renewed, before, now = group.renewed or 0, group.before.households, group.now.households
    return [renewed, abs((now or 0) - renewed), max((before or 0) - renewed, 0)]
