"""What part of each payment stays in the unit and what goes up, by a dated key.

Part of each contribution and joining fee goes from the mutuelle to its federation and to
CONAMUS (source: S24). The key is data with dates. Parts are whole francs that sum exactly to the
payment, by largest remainder, the unit first on equal remainders; a counter-receipt gives back
exactly what its receipt gave.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from conamus.kernel.errors import DomainError
from conamus.kernel.money import allocate
from membership.rules.sentences import day


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingKey:
    """Percents of contributions and joining fees that go up from ``valid_from`` on.

    ``valid_to`` is the first day that the key is no longer valid. The unit keeps the rest.
    """

    valid_from: date
    valid_to: date | None
    federation_percent: Decimal
    confederation_percent: Decimal
    fee_federation_percent: Decimal
    fee_confederation_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """A payment's parts; they sum to the payment."""

    unit_francs: int
    federation_francs: int
    confederation_francs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSplit:
    """What of a payment settles the joining fee, and what the contribution."""

    fee_francs: int
    contribution_francs: int


def check_key(key: SharingKey) -> None:
    """Raise DomainError when the key's percents or dates cannot stand."""
    if key.valid_to is not None and key.valid_to <= key.valid_from:
        raise DomainError("La clé finit avant de commencer.", field="valid_to")
    for name, federation, confederation in (
        ("", key.federation_percent, key.confederation_percent),
        ("fee_", key.fee_federation_percent, key.fee_confederation_percent),
    ):
        for part, rate in (("federation", federation), ("confederation", confederation)):
            if not 0 <= rate <= 100:
                raise DomainError("Une part est entre 0 et 100 %.", field=f"{name}{part}_percent")
        if federation + confederation > 100:
            raise DomainError(
                "Les parts de la fédération et de la confédération dépassent 100 %.",
                field=f"{name}confederation_percent",
            )


def check_keys(keys: Sequence[SharingKey]) -> None:
    """Raise DomainError when a key cannot stand or two are valid on one day."""
    for key in keys:
        check_key(key)
    ordered = sorted(keys, key=lambda key: key.valid_from)
    for key, following in pairwise(ordered):
        if key.valid_to is None or following.valid_from < key.valid_to:
            raise DomainError(
                f"Deux clés de répartition sont valables le {day(following.valid_from)}.",
                field="valid_from",
            )


def key_on(keys: Iterable[SharingKey], on: date) -> SharingKey | None:
    """Return the key valid on that day, the most recent where several are; None: no key."""
    valid = [
        key for key in keys if key.valid_from <= on and (key.valid_to is None or on < key.valid_to)
    ]
    return max(valid, key=lambda key: key.valid_from, default=None)


def share(key: SharingKey | None, *, contribution_francs: int, fee_francs: int) -> Shares:
    """Share a payment's contribution and joining fee; without a key the unit keeps all.

    >>> key = SharingKey(
    ...     valid_from=date(2025, 1, 1),
    ...     valid_to=None,
    ...     federation_percent=Decimal(10),
    ...     confederation_percent=Decimal(5),
    ...     fee_federation_percent=Decimal(50),
    ...     fee_confederation_percent=Decimal(0),
    ... )
    >>> paid = share(key, contribution_francs=30_000, fee_francs=1_000)
    >>> paid.unit_francs, paid.federation_francs, paid.confederation_francs
    (26000, 3500, 1500)
    >>> share(key, contribution_francs=-30_000, fee_francs=-1_000).unit_francs
    -26000
    """
    if key is None:
        return Shares(
            unit_francs=contribution_francs + fee_francs,
            federation_francs=0,
            confederation_francs=0,
        )
    contribution = _allocated(
        contribution_francs, key.federation_percent, key.confederation_percent
    )
    fee = _allocated(fee_francs, key.fee_federation_percent, key.fee_confederation_percent)
    unit, federation, confederation = (a + b for a, b in zip(contribution, fee, strict=True))
    return Shares(
        unit_francs=unit, federation_francs=federation, confederation_francs=confederation
    )


def split_payment(*, amount_francs: int, fee_left_francs: int) -> PaymentSplit:
    """Settle the joining fee first, the contribution with what is left.

    DomainError for an amount that is not positive (a counter-receipt takes back the parts of its
    receipt) or a negative rest.

    >>> split_payment(amount_francs=5_000, fee_left_francs=1_000)
    PaymentSplit(fee_francs=1000, contribution_francs=4000)
    """
    if amount_francs <= 0:
        raise DomainError("Le montant payé doit être supérieur à zéro.", field="amount_francs")
    if fee_left_francs < 0:
        raise DomainError(
            "Le reste du droit d’adhésion ne peut pas être négatif.", field="fee_left_francs"
        )
    fee = min(amount_francs, fee_left_francs)
    return PaymentSplit(fee_francs=fee, contribution_francs=amount_francs - fee)


def _allocated(amount: int, federation: Decimal, confederation: Decimal) -> list[int]:
    """Unit's, federation's and confederation's parts; a negative amount mirrors its positive."""
    weights = [Fraction(100 - federation - confederation), Fraction(federation)]
    parts = allocate(abs(amount), [*weights, Fraction(confederation)])
    return [-part for part in parts] if amount < 0 else parts
