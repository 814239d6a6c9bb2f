"""Promises to pay: their instalments, what is missed on a day, and when one is broken.

A promise opens rights when it is accepted (FEMUSCABU's signed deduction from the coffee
harvest). What may still be unpaid on a day is the sum of the instalments whose last day, plus
the tolerance, has not passed; a household that owes more has missed an instalment. So a deposit
paid before the promise counts, and an instalment paid early is never asked for again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from conamus.kernel.errors import DomainError
from membership.rules.sentences import day, francs


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFact:
    """Money received (negative: given back by a counter-receipt, on the day it was made)."""

    received_on: date
    amount_francs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentFact:
    """A part of a promise and its last day."""

    due_on: date
    amount_francs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFacts:
    """A promise to pay, for instance from the coffee harvest; it counts once accepted."""

    accepted_on: date | None
    refused_on: date | None
    instalments: tuple[InstalmentFact, ...]


def check_instalments(
    instalments: Sequence[InstalmentFact], *, balance_francs: int, promised_on: date, ends_on: date
) -> None:
    """Raise DomainError unless the instalments pay the balance, in order, before the year ends.

    >>> check_instalments(
    ...     [InstalmentFact(due_on=date(2025, 7, 31), amount_francs=20_000)],
    ...     balance_francs=30_000,
    ...     promised_on=date(2024, 11, 12),
    ...     ends_on=date(2026, 1, 1),
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    conamus.kernel.errors.DomainError: Les échéances font 20...
    """
    if not instalments:
        raise DomainError("Une promesse a au moins une échéance.", field="instalments")
    before = promised_on
    for index, instalment in enumerate(instalments):
        field = f"instalments-{index}"
        if instalment.amount_francs <= 0:
            raise DomainError(
                "Le montant d’une échéance est supérieur à zéro.", field=f"{field}-amount_francs"
            )
        if instalment.due_on < before or (index and instalment.due_on == before):
            raise DomainError(
                f"L’échéance du {day(instalment.due_on)} doit suivre le {day(before)}.",
                field=f"{field}-due_on",
            )
        if instalment.due_on >= ends_on:
            raise DomainError(
                f"Les échéances tombent avant la fin des droits, le {day(ends_on)}.",
                field=f"{field}-due_on",
            )
        before = instalment.due_on
    _check_sum(sum(part.amount_francs for part in instalments), balance_francs)


def check_to_come(instalments: Sequence[InstalmentFact], *, today: date) -> None:
    """Raise DomainError for the first instalment whose last day has passed.

    >>> check_to_come(
    ...     [InstalmentFact(due_on=date(2025, 6, 29), amount_francs=30_000)],
    ...     today=date(2025, 6, 30),
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    conamus.kernel.errors.DomainError: L’échéance du 29/06/2025 est déjà passée : ...
    """
    for index, instalment in enumerate(instalments):
        if instalment.due_on < today:
            raise DomainError(
                f"L’échéance du {day(instalment.due_on)} est déjà passée : ce qui devait être "
                "payé ce jour-là s’encaisse, et le reste se promet pour des jours à venir.",
                field=f"instalments-{index}-due_on",
            )


def _check_sum(promised: int, balance: int) -> None:
    if promised != balance:
        raise DomainError(
            f"Les échéances font {francs(promised)}, il reste {francs(balance)} à payer.",
            field="instalments",
        )


def paid_by(payments: Iterable[PaymentFact], on: date) -> int:
    """Return what had been received, less what was given back, by the end of the day."""
    return sum(payment.amount_francs for payment in payments if payment.received_on <= on)


def is_in_force(promise: PromiseFacts | None, on: date) -> bool:
    """Tell whether the promise is accepted and not refused since."""
    if promise is None or promise.accepted_on is None or on < promise.accepted_on:
        return False
    return promise.refused_on is None or on < promise.refused_on


def missed_francs(
    promise: PromiseFacts,
    payments: Iterable[PaymentFact],
    *,
    due_francs: int,
    on: date,
    tolerance_days: int = 0,
) -> int:
    """Return what should have been paid by then and was not: 0 while the promise is kept.

    Missed = balance − instalments whose last day plus tolerance has not passed, at least 0.

    >>> promise = PromiseFacts(
    ...     accepted_on=date(2024, 11, 12),
    ...     refused_on=None,
    ...     instalments=(InstalmentFact(due_on=date(2025, 7, 31), amount_francs=30_000),),
    ... )
    >>> missed_francs(promise, [], due_francs=30_000, on=date(2025, 7, 31))
    0
    >>> missed_francs(promise, [], due_francs=30_000, on=date(2025, 8, 1))
    30000
    """
    tolerance = timedelta(days=tolerance_days)
    not_yet_due = sum(
        part.amount_francs for part in promise.instalments if on <= part.due_on + tolerance
    )
    return max(0, due_francs - paid_by(payments, on) - not_yet_due)
