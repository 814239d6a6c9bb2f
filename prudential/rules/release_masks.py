"""Whether what is hidden of one release and shown of the next would tell of a small group.

The regulator is shown the released figures with small groups hidden (suppression.py), each with
others of its federation, so that their sum is all that is had. Where another release hides others,
a unit that it shows and that has not moved takes its part from that sum. So hidden units are
compared, measure by measure: a federation is held back while a unit is shown in one release, hidden
in the other, and the same in both; or where only a part of it is the same (its women, say), and one
to four are left of the sum without it. Federations that are hidden whole protect one another, and
are held back together.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from membership.rules.insured import InsuredCount
from prudential.rules.suppression import (
    dependants_by_sex,
    dependants_of,
    heads_by_sex,
    hidden_below,
    hidden_units,
    households_of,
    is_small,
)

Units = Mapping[int, InsuredCount]
Parts = tuple[int, ...]

#: The groups that are told of a unit, by what is counted; its households of the year before.
_MEASURES: dict[str, Callable[[InsuredCount, int], Parts]] = {
    "households": lambda one, _: households_of(one),
    "dependants": lambda one, _: dependants_of(one),
    "heads by sex": lambda one, _: heads_by_sex(one),
    "dependants by sex": lambda one, _: dependants_by_sex(one),
    # Of a unit that households left for another federation, more may have come back.
    "renewals": lambda one, _: (
        one.renewals or 0,
        abs((one.households or 0) - (one.renewals or 0)),
    ),
    "same unit": lambda one, before: (
        one.same_unit_renewals or 0,
        max((one.renewals or 0) - (one.same_unit_renewals or 0), 0),
        max(before - (one.same_unit_renewals or 0), 0),
    ),
}
#: What is told of a unit beside: heads and dependants together, hidden where either are.
_TOGETHER: dict[str, Callable[[InsuredCount], Parts]] = {
    "people": lambda one: (one.people or 0,),
    "sexes": lambda one: (one.males or 0, one.females or 0),
}


@dataclass(frozen=True, slots=True)
class _Mask:
    """The units of which a measure is hidden, and the parts of each unit."""

    hidden: frozenset[int]
    parts: Mapping[int, Parts]
    #: Federations of which all units are hidden.
    whole: frozenset[int]


def held_by_masks(known: tuple[Units, Units], now: tuple[Units, Units]) -> frozenset[int]:
    """Return the units of the federations to hold back, of two releases of a year.

    Each release is the year's units and those of the year before.
    """
    tenant_of = {key: one.tenant_id for key, one in (*known[0].items(), *now[0].items())}
    held: set[int] = set()
    for measure in _MEASURES:
        held |= _held(_mask(*known, measure), _mask(*now, measure), tenant_of)
    for were, are in zip(_together(known[0]), _together(now[0]), strict=True):
        held |= _few_left(were, are, tenant_of) | _few_left(are, were, tenant_of)
    return frozenset(key for key, tenant in tenant_of.items() if tenant in held)


def _held(were: _Mask, are: _Mask, tenant_of: Mapping[int, int]) -> Set[int]:
    """Return the federations to hold back for one measure."""
    changed = were.hidden ^ are.hidden
    held = {tenant_of[key] for key in changed if were.parts.get(key) == are.parts.get(key)}
    held |= _few_left(were, are, tenant_of) | _few_left(are, were, tenant_of)
    whole = (were.whole | are.whole) & {tenant_of[key] for key in changed}
    return held | whole if held & whole else held


def _few_left(hiding: _Mask, other: _Mask, tenant_of: Mapping[int, int]) -> set[int]:
    """Return the federations of whose hidden units one to four are left in a part.

    Left once what the other release shows and has the same of is taken away.
    """
    left: Counter[tuple[int, int]] = Counter()
    taken = set()
    for key in hiding.hidden:
        shown = () if key in other.hidden else other.parts.get(key, ())
        same = [now == count for now, count in zip(shown, hiding.parts[key], strict=False)]
        for part, count in enumerate(hiding.parts[key]):
            whose = tenant_of[key], part
            if same and same[part]:
                taken.add(whose)
            else:
                left[whose] += count
    return {tenant for tenant, part in taken if is_small(left[tenant, part])}


def _mask(units: Units, before: Units, measure: str) -> _Mask:
    by_tenant: dict[int, dict[int, Parts]] = defaultdict(dict)
    for key, one in units.items():
        last_year = before[key].households if key in before else 0
        by_tenant[one.tenant_id][key] = _MEASURES[measure](one, last_year or 0)
    hidden = hidden_below(by_tenant, _gone(units, before) if measure == "renewals" else None)
    return _Mask(
        hidden=hidden,
        parts={key: parts for groups in by_tenant.values() for key, parts in groups.items()},
        whole=frozenset(tenant for tenant, groups in by_tenant.items() if hidden >= groups.keys()),
    )


def _together(units: Units) -> list[_Mask]:
    hidden = hidden_units(units.values())
    return [
        _Mask(
            hidden=getattr(hidden, name),
            parts={key: parts_of(one) for key, one in units.items()},
            whole=frozenset(),
        )
        for name, parts_of in _TOGETHER.items()
    ]


def _gone(units: Units, before: Units) -> dict[int, int]:
    """Return the households of each federation that did not come back to it."""
    gone: Counter[int] = Counter()
    for one in before.values():
        gone[one.tenant_id] += one.households or 0
    for one in units.values():
        gone[one.tenant_id] -= one.renewals or 0
    return {tenant: max(count, 0) for tenant, count in gone.items()}
