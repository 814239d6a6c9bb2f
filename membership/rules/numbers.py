"""Members' numbers: issued from a unit's ranges, never derived from a place.

A household's number is a prefix, a hyphen and seven digits; a person's is the household's
number, a hyphen and the person's position in two digits. A range hands its numbers out once, in
order, and says when it is exhausted; an old number that was re-issued is kept by the tables.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer

DIGITS = 7
MOST = 10**DIGITS - 1
MOST_POSITIONS = 99
_PREFIX = re.compile(r"[A-Z0-9]{1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Numbers ``first`` to ``last``, both included; ``next`` is the first not handed out."""

    prefix: str
    first: int
    last: int
    next: int

    @property
    def left(self) -> int:
        """How many numbers can still be issued."""
        return self.last - self.next + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The numbers handed out, and what ``Range.next`` becomes."""

    numbers: tuple[str, ...]
    next: int


def household_number(prefix: str, rank: int) -> str:
    """Write a household's number.

    >>> household_number("MUN", 10_001)
    'MUN-0010001'
    """
    return f"{prefix}-{rank:0{DIGITS}d}"


def beneficiary_number(household: str, position: int) -> str:
    """Write the number of a household's ``position``-th person.

    >>> beneficiary_number("MUN-0010001", 2)
    'MUN-0010001-02'
    """
    if not 1 <= position <= MOST_POSITIONS:
        raise DomainError(
            f"Un ménage a au plus {MOST_POSITIONS} numéros de personnes.", field="position"
        )
    return f"{household}-{position:02d}"


def check_range(numbers: Range) -> None:
    """Raise DomainError when the range cannot stand."""
    if not _PREFIX.fullmatch(numbers.prefix):
        raise DomainError("Le préfixe a de 1 à 8 lettres majuscules ou chiffres.", field="prefix")
    if not 1 <= numbers.first <= MOST:
        raise DomainError(
            f"Le premier numéro est entre 1 et {format_integer(MOST)}.", field="first"
        )
    if not numbers.first <= numbers.last <= MOST:
        raise DomainError(
            f"Le dernier numéro est entre le premier et {format_integer(MOST)}.", field="last"
        )
    if not numbers.first <= numbers.next <= numbers.last + 1:
        raise DomainError("Le prochain numéro est hors de la plage.", field="next")


def check_ranges(ranges: Sequence[Range]) -> None:
    """Raise DomainError when a range cannot stand or two share a number."""
    for numbers in ranges:
        check_range(numbers)
    ordered = sorted(ranges, key=lambda numbers: (numbers.prefix, numbers.first))
    for numbers, following in pairwise(ordered):
        if numbers.prefix == following.prefix and following.first <= numbers.last:
            shared = household_number(following.prefix, following.first)
            raise DomainError(f"Deux plages contiennent le numéro {shared}.", field="first")


def issue(numbers: Range, count: int) -> Issued:
    """Return the next ``count`` numbers; DomainError when the range has fewer left.

    >>> issue(Range(prefix="MUN", first=1, last=3, next=2), 2)
    Issued(numbers=('MUN-0000002', 'MUN-0000003'), next=4)
    """
    if count < 1:
        raise DomainError("Demandez au moins un numéro.", field="count")
    if count > numbers.left:
        raise DomainError(
            f"La plage {household_number(numbers.prefix, numbers.first)} à "
            f"{household_number(numbers.prefix, numbers.last)} est épuisée : il y reste "
            f"{format_integer(numbers.left)}, il en faut {format_integer(count)}. "
            "Ouvrez une nouvelle plage.",
            field="count",
        )
    ranks = range(numbers.next, numbers.next + count)
    return Issued(
        numbers=tuple(household_number(numbers.prefix, rank) for rank in ranks),
        next=numbers.next + count,
    )
