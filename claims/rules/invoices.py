"""What is due on a facility's invoice, what takes from it, and how old it is.

An invoice's payable amount is fixed when it is settled. Each entry lessens what remains when it is
positive (a payment's share, a retention, an advance or a debt set against it) and adds to it when
it is negative (a reversal, a release, a supplement): entries and remainder always make the payable
amount. Only what is payable can be lessened, never beyond zero.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from federations.rules.problems import Problem

#: Without an agreement on the day, what most agreements say.
TERM_DAYS = 30


@dataclass(frozen=True, slots=True)
class Open:
    """Something that can be set against an invoice: a debt or an advance, and what is left of it.

    A debt below zero is a supplement, owed to the facility.
    """

    key: int
    francs: int


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a debt or advance is set against the invoice."""

    key: int
    francs: int


def set_against(
    francs: int, debts: Iterable[Open], advances: Iterable[Open]
) -> tuple[tuple[Use, ...], tuple[Use, ...]]:
    """Set debts, then advances against an amount, oldest first; supplements are added before.

    The amount is what is due on an invoice, or the money that a facility brings: of the latter
    the uses make the whole, for it is no more than `owed_back`.

    >>> set_against(1_000, [Open(1, 700), Open(2, -200)], [Open(9, 5_000)])
    ((Use(key=2, francs=-200), Use(key=1, francs=700)), (Use(key=9, francs=500),))
    """
    held = list(debts)
    supplements = tuple(Use(one.key, one.francs) for one in held if one.francs < 0)
    left = francs - sum(use.francs for use in supplements)
    recovered, left = _take(left, [one for one in held if one.francs > 0])
    used, _ = _take(left, advances)
    return (*supplements, *recovered), used


def owed_back(debts: Iterable[Open], advances: Iterable[Open]) -> int:
    """Return what a facility owes back or has in advance, supplements deducted; never below zero.

    >>> owed_back([Open(1, 700), Open(2, -200)], [Open(9, 5_000)])
    5500
    """
    return max(0, sum(one.francs for one in chain(debts, advances)))


def _take(left: int, held: Iterable[Open]) -> tuple[tuple[Use, ...], int]:
    uses = []
    for one in held:
        taken = min(left, one.francs)
        if taken > 0:
            uses.append(Use(one.key, taken))
            left -= taken
    return tuple(uses), left


def term_ends(received_on: date, term_days: int) -> date:
    """Return the last day on which an invoice is paid in time: the term runs from its receipt.

    >>> term_ends(date(2025, 2, 5), 30)
    datetime.date(2025, 3, 7)
    """
    return received_on + timedelta(days=term_days)


def take_on_problems(
    told_francs: int | None, payable_francs: int, received_on: date, due_on: date | None
) -> Iterator[Problem]:
    """Yield what is wrong with what was left to pay of an invoice settled elsewhere.

    >>> received_on = date(2024, 12, 5)
    >>> [one.field for one in take_on_problems(100, 101, received_on, date(2024, 12, 4))]
    ['payable_francs', 'due_on']
    >>> list(take_on_problems(100, 100, received_on, received_on))
    []
    """
    if payable_francs <= 0:
        yield Problem("payable_francs", "Le reste à payer est supérieur à zéro.")
    if told_francs is None:
        yield Problem("told_francs", "Donnez ce que la formation sanitaire demandait.")
    elif payable_francs > told_francs:
        yield Problem("payable_francs", "Le reste à payer dépasse le montant demandé.")
    if due_on is not None and due_on < received_on:
        yield Problem("due_on", "L’échéance précède la réception.")


#: Days before its term in which an invoice is told to who pays.
NEAR_DAYS = 10


def near_until(on: date) -> date:
    """Return the last term that is near on a day.

    >>> near_until(date(2025, 6, 30))
    datetime.date(2025, 7, 10)
    """
    return on + timedelta(days=NEAR_DAYS)


class Age(StrEnum):
    """How long what is due has been due."""

    TO_COME = "to_come"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"

    @property
    def label(self) -> str:
        """The column's title."""
        return _LABELS[self]


_LABELS = {
    Age.TO_COME: "à échoir",
    Age.TO_30: "0 à 30 jours",
    Age.TO_60: "31 à 60 jours",
    Age.TO_90: "61 à 90 jours",
    Age.OVER_90: "plus de 90 jours",
}
_LAST_DAYS = ((30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90))


def age_of(due_on: date, on: date) -> Age:
    """Return how long something has been due on a day; its last day is no delay yet.

    >>> [age_of(date(2025, 1, 31), day).value for day in (date(2025, 1, 31), date(2025, 2, 1))]
    ['to_come', 'to_30']
    >>> age_of(date(2025, 1, 31), date(2025, 3, 3)).value
    'to_60'
    """
    days = (on - due_on).days
    if days <= 0:
        return Age.TO_COME
    return next((age for last, age in _LAST_DAYS if days <= last), Age.OVER_90)


@dataclass(frozen=True, slots=True)
class Told:
    """What a facility's list announces beside what was found: attestations and francs."""

    told: int | None
    found: int

    @property
    def difference(self) -> int | None:
        """Found less announced; None where nothing was announced."""
        return None if self.told is None else self.found - self.told


def order_name(year: int, number: int) -> str:
    """Return the number that a payment order bears.

    >>> order_name(2025, 12)
    'OP-2025-00012'
    """
    return f"OP-{year}-{number:05d}"


def repayment_name(year: int, number: int) -> str:
    """Return the number that the receipt of a repayment bears.

    >>> repayment_name(2025, 3)
    'RB-2025-00003'
    """
    return f"RB-{year}-{number:05d}"


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of a facility's account: what is owed to it grows when ``francs`` is positive."""

    day: date
    label: str
    francs: int
    document: str = ""


@dataclass(frozen=True, slots=True)
class Balanced:
    """A movement and what is owed after it."""

    movement: Movement
    balance_francs: int

    @property
    def less_francs(self) -> int:
        """What it takes from what is owed."""
        return -self.movement.francs


def running(opening_francs: int, movements: Sequence[Movement]) -> list[Balanced]:
    """Add movements up, one after the other.

    >>> day = date(2025, 1, 2)
    >>> lines = running(100, [Movement(day, "Facture", 50), Movement(day, "Paiement", -120)])
    >>> [line.balance_francs for line in lines]
    [150, 30]
    """
    balance, lines = opening_francs, []
    for movement in movements:
        balance += movement.francs
        lines.append(Balanced(movement, balance))
    return lines
