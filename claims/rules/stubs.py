"""Stubs of attestations: the books issued to facilities, and the numbers written on paper.

A book is a range of numbers under a prefix. What people write is read with any case, spaces and
separators; it is kept as prefix, hyphen, six digits. A stub outside its facility's books, or used
twice, is a refusal of the administrative check (how-mutuelles-work, « fraud »).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from conamus.kernel.errors import DomainError
from conamus.kernel.text import read_number

DIGITS = 6
MOST = 10**DIGITS - 1
_PREFIX = re.compile(r"[A-Z0-9]{1,8}")
_SEPARATED = re.compile(r"([A-Z0-9]{1,8})[\s\-–—/.:°_]+(?:N[\s.°]*)?([0-9]+)")
_JOINED = re.compile(r"([A-Z]{1,8})([0-9]+)")


@dataclass(frozen=True, slots=True)
class Stub:
    """A stub's number, as it is kept.

    >>> str(Stub("KIN", 123))
    'KIN-000123'
    """

    prefix: str
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number:0{DIGITS}d}"


@dataclass(frozen=True, slots=True)
class StubRange:
    """A book issued to a facility: ``first`` to ``last``, both included."""

    facility: str
    prefix: str
    first: int
    last: int

    def __contains__(self, stub: Stub) -> bool:
        return stub.prefix == self.prefix and self.first <= stub.number <= self.last

    @property
    def words(self) -> str:
        """The book as it is told."""
        return f"{Stub(self.prefix, self.first)} à {Stub(self.prefix, self.last)}"


def parse_stub(written: str) -> Stub:
    """Read a stub as written; DomainError where it is none.

    >>> str(parse_stub(" kin 123 ")), str(parse_stub("Kin/N° 000123")), str(parse_stub("KIN123"))
    ('KIN-000123', 'KIN-000123', 'KIN-000123')
    """
    bare = written.strip().upper()
    found = _SEPARATED.fullmatch(bare) or _JOINED.fullmatch(bare)
    number = read_number(found[2]) if found else None
    if found is None or number is None or not 1 <= number <= MOST:
        raise DomainError(
            "Écrivez la souche comme sur le papier : préfixe, tiret, numéro (KIN-000123).",
            field="stub",
        )
    return Stub(found[1], number)


def check_ranges(ranges: Sequence[StubRange]) -> None:
    """Raise DomainError when a book cannot stand, or two share a number."""
    for one in ranges:
        if not _PREFIX.fullmatch(one.prefix):
            raise DomainError(
                "Le préfixe a de 1 à 8 lettres majuscules ou chiffres.", field="prefix"
            )
        if not 1 <= one.first <= one.last <= MOST:
            raise DomainError(
                f"Un carnet va d’un premier à un dernier numéro, entre 1 et {MOST}.", field="last"
            )
    for one, following in pairwise(sorted(ranges, key=lambda book: (book.prefix, book.first))):
        if one.prefix == following.prefix and following.first <= one.last:
            shared = Stub(following.prefix, following.first)
            raise DomainError(f"Deux carnets contiennent la souche {shared}.", field="first")


def next_number(book: StubRange, used: Iterable[int], after: int | None = None) -> int | None:
    """Return the stub to propose: the first free one after the last entered, or the highest used.

    None when none is free after it.

    >>> next_number(StubRange("F", "KIN", 1, 50), {1, 2, 5}, after=1)
    3
    >>> next_number(StubRange("F", "KIN", 1, 50), {1, 2, 5})
    6
    """
    taken = {number for number in used if book.first <= number <= book.last}
    candidate = (max(taken, default=book.first - 1) if after is None else after) + 1
    candidate = max(candidate, book.first)
    while candidate in taken:
        candidate += 1
    return candidate if candidate <= book.last else None


def gaps(book: StubRange, used: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of stubs that were skipped, first and last, below the highest used.

    >>> list(gaps(StubRange("F", "KIN", 1, 50), {2, 3, 7}))
    [(1, 1), (4, 6)]
    """
    taken = sorted({number for number in used if book.first <= number <= book.last})
    for before, number in pairwise([book.first - 1, *taken]):
        if number > before + 1:
            yield before + 1, number - 1
