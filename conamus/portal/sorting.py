"""How a table of units is sorted: by one column, perhaps backwards, named in the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from conamus.kernel.text import sort_key
from prudential.rules.annual_figures import Group


@dataclass(frozen=True, slots=True)
class SortKey:
    """How a table of units is sorted: a column of `UNIT_ORDERS`, perhaps backwards."""

    column: str
    backwards: bool = False

    @property
    def text(self) -> str:
        """As it stands in the address."""
        return f"-{self.column}" if self.backwards else self.column


UNIT_ORDERS: dict[str, Callable[[Group], Any]] = {
    "nom": lambda group: sort_key(group.name),
    "menages": lambda group: group.now.households,
    "avant": lambda group: group.before.households,
    "croissance": lambda group: group.growth,
    "retention": lambda group: group.retention,
    "personnes": lambda group: group.now.people,
}


def sort_key_of(text: str, usual: str = "nom") -> SortKey:
    """Read the sort order from an address; anything unknown means the usual one.

    >>> sort_key_of("-menages"), sort_key_of("1; DROP TABLE")
    (SortKey(column='menages', backwards=True), SortKey(column='nom', backwards=False))
    """
    column = text.removeprefix("-")
    if column not in UNIT_ORDERS:
        return SortKey(usual)
    return SortKey(column, text.startswith("-"))


def sort_groups(groups: Sequence[Group], order: SortKey) -> list[Group]:
    """Sort by a column; what is not known comes last either way."""
    value_of = UNIT_ORDERS[order.column]
    known = [group for group in groups if value_of(group) is not None]
    unknown = [group for group in groups if value_of(group) is None]
    return sorted(known, key=value_of, reverse=order.backwards) + unknown
