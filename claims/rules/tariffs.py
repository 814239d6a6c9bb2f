"""The agreed price of an act: the closest tariff of the day of care.

A facility's own tariff is closer than one for its type × ownership, then its type, then its
ownership, then the general one. A price of 0 is a price; no tariff is None. Two tariffs of one
act for the same facilities may not share a day: ``overlaps`` tells them before they are saved.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from conamus.kernel.errors import DomainError
from conamus.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price of an act over a period, for whom it names; what is None does not narrow it."""

    act: str
    facility: str | None
    level: str | None
    ownership: str | None
    period: Period
    price_francs: int

    @property
    def closeness(self) -> int:
        """How closely it speaks: facility 4, type 2, ownership 1; more is closer."""
        if self.facility is not None:
            return 4
        return 2 * (self.level is not None) + (self.ownership is not None)

    @property
    def whom(self) -> tuple[str, str | None, str | None, str | None]:
        """What it is the tariff of: the act, and the facilities that it names."""
        if self.facility is not None:
            return self.act, self.facility, None, None
        return self.act, None, self.level, self.ownership


class TariffBook:
    """Tariffs laid out by act, to price many lines."""

    def __init__(self, tariffs: Iterable[Tariff]) -> None:
        self._by_act: defaultdict[str, list[Tariff]] = defaultdict(list)
        for tariff in tariffs:
            self._by_act[tariff.act].append(tariff)

    def closest(
        self, act: str, facility: str, level: str, ownership: str, on: date
    ) -> Tariff | None:
        """Return the tariff of the act for the facility on the day, or None."""
        return closest(self._by_act.get(act, ()), act, facility, level, ownership, on)


def closest(
    tariffs: Sequence[Tariff], act: str, facility: str, level: str, ownership: str, on: date
) -> Tariff | None:
    """Return the closest tariff, None where there is none; DomainError when two are as close.

    >>> year = Period(date(2025, 1, 1), date(2026, 1, 1))
    >>> general = Tariff("CONS", None, None, None, year, 2_000)
    >>> own = Tariff("CONS", "F12", None, None, year, 0)
    >>> day = date(2025, 3, 1)
    >>> closest([general, own], "CONS", "F12", "CDS", "public", day).price_francs
    0
    >>> closest([general, own], "CONS", "F13", "CDS", "public", day).price_francs
    2000
    """
    nearest: Tariff | None = None
    best, is_alone = -1, True
    for one in tariffs:
        rank = one.closeness
        if rank < best or not _is_for(one, act, facility, level, ownership, on):
            continue
        nearest, best, is_alone = one, rank, rank > best
    if not is_alone:
        raise DomainError(
            f"Deux tarifs de l’acte {act} valent le {on:%d/%m/%Y} : corrigez leurs dates.",
            field="act",
        )
    return nearest


def _is_for(tariff: Tariff, act: str, facility: str, level: str, ownership: str, on: date) -> bool:
    if tariff.act != act or on not in tariff.period:
        return False
    if tariff.facility is not None:
        return tariff.facility == facility
    return tariff.level in (None, level) and tariff.ownership in (None, ownership)


def overlaps(tariffs: Iterable[Tariff]) -> tuple[tuple[Tariff, Tariff], ...]:
    """Return the pairs for one act and the same facilities that share a day, by first day."""
    by_whom: defaultdict[tuple[str, str | None, str | None, str | None], list[Tariff]]
    by_whom = defaultdict(list)
    for tariff in tariffs:
        by_whom[tariff.whom].append(tariff)
    return tuple(
        (one, other)
        for same in by_whom.values()
        for one, other in combinations(sorted(same, key=lambda t: t.period.start), 2)
        if one.period.overlaps(other.period)
    )
