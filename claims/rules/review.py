"""Which claims a person must see: selection, random sample, second reader, rank in the queue.

280,000 attestations a year meet two doctors and six nurses, so what no flag or signal touches
and is under an amount is accepted by itself, save a random sample. The sample is drawn by a hash
of the claim's key with the period's seed: nobody chooses it, and it can be drawn again. What is
found in it is extrapolated to the rest (``extrapolation``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date
from conamus.kernel.money import round_franc

#: How the step of a contest by the patient's federation begins.
CONTESTED_BY_HOME = "contestée par la fédération d’origine"
#: The room of its reason beside that, so that nothing is cut short.
MOST_CONTEST = 250
#: How often, and for how many days at most, a claim is put off where no terms say it.
MOST_DEFERRALS = 2
DEFERRAL_DAYS = 60
_BYTES = 8
_SPACE = 2**64


class Why(StrEnum):
    """Why a person must see a claim."""

    FLAG = "flag"
    SIGNAL = "signal"
    AMOUNT = "amount"
    SAMPLE = "sample"

    @property
    def label(self) -> str:
        """The reason in French."""
        return _WHY[self]


_WHY = {
    Why.FLAG: "point à regarder",
    Why.SIGNAL: "signal",
    Why.AMOUNT: "montant élevé",
    Why.SAMPLE: "tirée au sort",
}


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """A federation's settings for a period.

    ``accepted_below_francs``: a mutuelle's part below it needs no person. ``second_reader_francs``
    or more needs two; None: never. ``sample_rate`` is 0 to 1, ``seed`` the period's own.
    """

    accepted_below_francs: int
    sample_rate: Fraction
    seed: str
    second_reader_francs: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A checked claim: its key, the mutuelle's part, how many flags, and its signals' weights.

    A signal's weight is the share of its kind that was confirmed so far, 0 to 1.
    """

    key: str
    mutuelle_francs: int
    flags: int = 0
    signals: tuple[Fraction, ...] = ()


def reasons_to_review(claim: ReviewFacts, terms: ReviewTerms) -> tuple[Why, ...]:
    """Return why a person must see the claim; nothing: it is accepted by itself.

    >>> terms = ReviewTerms(20_000, Fraction(0), "2025-03")
    >>> reasons_to_review(ReviewFacts("c1", 19_999), terms)
    ()
    >>> [why.label for why in reasons_to_review(ReviewFacts("c1", 20_000, flags=1), terms)]
    ['point à regarder', 'montant élevé']
    """
    told = (
        (Why.FLAG, claim.flags > 0),
        (Why.SIGNAL, bool(claim.signals)),
        (Why.AMOUNT, claim.mutuelle_francs >= terms.accepted_below_francs),
        (Why.SAMPLE, is_sampled(claim.key, terms.seed, terms.sample_rate)),
    )
    return tuple(why for why, is_so in told if is_so)


def is_sampled(key: str, seed: str, rate: Fraction) -> bool:
    """Tell whether the claim is in the period's random sample: the same answer for ever.

    The first 8 bytes of SHA-256(seed, key), as a number, are under rate × 2⁶⁴; so a higher rate
    keeps all that a lower one drew.

    >>> is_sampled("c1", "2025-03", Fraction(0)), is_sampled("c1", "2025-03", Fraction(1))
    (False, True)
    """
    digest = sha256(f"{seed}\n{key}".encode()).digest()
    drawn = int.from_bytes(digest[:_BYTES], "big")
    return drawn * rate.denominator < rate.numerator * _SPACE


def needs_second_reader(mutuelle_francs: int, terms: ReviewTerms) -> bool:
    """Tell whether two people must decide: the amount, before any cut, is that high."""
    above = terms.second_reader_francs
    return above is not None and mutuelle_francs >= above


def may_review(
    reviewer: str, *, written_by: Collection[str], earlier_readers: Collection[str] = ()
) -> bool:
    """Tell whether a person may decide a claim: not one that they wrote, nor twice.

    >>> may_review("A", written_by=["A"]), may_review("B", written_by=["A"], earlier_readers=["C"])
    (False, True)
    """
    return reviewer not in written_by and reviewer not in earlier_readers


@dataclass(frozen=True, slots=True)
class Deferrals:
    """How often a claim may be put off, for how many days at most; how often it was."""

    most: int = MOST_DEFERRALS
    days: int = DEFERRAL_DAYS
    used: int = 0

    @property
    def left(self) -> int:
        """How often it may still be put off."""
        return max(0, self.most - self.used)

    def last_day(self, today: date) -> date:
        """Return the furthest day to which it may be put off."""
        return today + timedelta(days=self.days)

    def check(self, until: date | None, today: date) -> date:
        """Return the day on which the claim comes back; DomainError where it may not wait so.

        >>> Deferrals(used=1).check(date(2025, 7, 5), date(2025, 6, 30))
        datetime.date(2025, 7, 5)
        >>> Deferrals(used=2).check(date(2025, 7, 5), date(2025, 6, 30))
        Traceback (most recent call last):
            ...
        conamus.kernel.errors.DomainError: Déjà remise 2 fois sur 2 : décidez sur ce qu’il y a.
        """
        if not self.left:
            raise DomainError(
                f"Déjà remise {self.used} fois sur {self.most} : décidez sur ce qu’il y a.",
                field="until",
            )
        if until is None or until <= today:
            raise DomainError("Choisissez un jour à venir.", field="until")
        if until > self.last_day(today):
            raise DomainError(
                f"Remettez au {format_date(self.last_day(today))} au plus tard "
                f"({self.days} jours).",
                field="until",
            )
        return until

    def sentence(self, today: date) -> str:
        """Say what was used and what remains.

        >>> Deferrals().sentence(date(2025, 6, 30))
        'pas encore ; 2 fois possibles, au 29 août 2025 au plus tard'
        >>> Deferrals(used=2).sentence(date(2025, 6, 30))
        '2 fois sur 2 : à décider sur ce qu’il y a'
        """
        used = f"{self.used} fois sur {self.most}" if self.used else "pas encore"
        if not self.left:
            return f"{used} : à décider sur ce qu’il y a"
        told = "1 fois possible" if self.left == 1 else f"{self.left} fois possibles"
        again = f"{'encore ' if self.used else ''}{told}"
        return f"{used} ; {again}, au {format_date(self.last_day(today))} au plus tard"


#: The chance that a claim without a signal hides something, until a period's sample tells it.
BASE_CHANCE = Fraction(1, 100)


def rank(amount_francs: int, signals: Sequence[Fraction] = (), base: Fraction = BASE_CHANCE) -> int:
    """Return a claim's rank in the queue: the francs that looking at it may be worth.

    amount × (1 − (1 − base) × Π (1 − weight)): signals are taken as independent, each with the
    share of its kind that was confirmed. Francs, half up; more comes first.

    >>> rank(100_000), rank(10_000, [Fraction(1, 2), Fraction(1, 2)])
    (1000, 7525)
    """
    innocent = 1 - base
    for weight in signals:
        innocent *= 1 - weight
    return round_franc(amount_francs * (1 - innocent))
